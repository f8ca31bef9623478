// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Atlas announces the end of an API version with every answer. A user is told
// once in a run, with the day.
func TestSunset(t *testing.T) {
	t.Parallel()

	for header, day := range map[string]string{
		"Thu, 1 Jul 2027 00:00:00 GMT":  "1 July 2027", // as Atlas writes it
		"Thu, 01 Jul 2027 00:00:00 GMT": "1 July 2027",
		"next summer":                   "next summer",
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()

			atlas := &standIn{}
			provider := newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"},
				WithTransport(announcing{base: atlas, sunset: header}))
			assertDiagnostics(t, provider.configure(nil))

			assertDiagnostics(t, provider.read(), diagnostic{
				severity: tfprotov6.DiagnosticSeverityWarning,
				summary:  "Atlas will withdraw its legacy backup API",
				detail:   []string{day},
			})
			assertDiagnostics(t, provider.read())
			if n := len(atlas.seen()); n != 2 {
				t.Errorf("%d requests were sent, want 2", n)
			}
		})
	}
}

// announcing adds a Sunset header to every answer.
type announcing struct {
	base   http.RoundTripper
	sunset string
}

func (a announcing) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := a.base.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Sunset", a.sunset)
	}
	return resp, err
}
