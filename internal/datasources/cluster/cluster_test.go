// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
)

// silent never responds.
type silent struct{}

func (silent) RoundTrip(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func TestGet_timeouts(t *testing.T) {
	t.Parallel()

	read := map[string]attr.Type{"read": types.StringType}
	for name, test := range map[string]struct {
		timeouts types.Object
		want     time.Duration
	}{
		"no timeouts":     {types.ObjectNull(read), 5 * time.Minute},
		"no timeout read": {types.ObjectValueMust(read, map[string]attr.Value{"read": types.StringNull()}), 5 * time.Minute},
		"timeout":         {types.ObjectValueMust(read, map[string]attr.Value{"read": types.StringValue("1m30s")}), 90 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				client := atlas.New(atlas.Config{
					BaseURL: &url.URL{Scheme: "https", Host: "atlas.test"}, Credentials: auth.AccessToken{Token: "t"},
					RequestTimeout: time.Hour, Transport: silent{},
				})
				d := &Reader{provider: NewProviderData(client, nil)}
				a := Arguments{ProjectID: types.StringValue("p"), ClusterName: types.StringValue("c"), Timeouts: timeouts.Value{Object: test.timeouts}}
				begun := time.Now()
				doc, diags := Get[atlas.Checkpoint](t.Context(), d, atlas.Checkpoints, a, types.StringValue("k"))
				if doc != nil || len(diags) != 1 || !strings.Contains(diags[0].Detail(), "time for this read ran out") {
					t.Errorf("got %v, %v", doc, diags)
				}
				if took := time.Since(begun); took != test.want {
					t.Errorf("took %s, want %s", took, test.want)
				}
			})
		})
	}
}
