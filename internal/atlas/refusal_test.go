// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Once the credentials are refused, the other reads fail without a request.
func TestRefusal(t *testing.T) {
	const refused = `{"error":401,"errorCode":"UNEXPECTED_ERROR"}`
	challenge := `WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"`
	for name, test := range map[string]struct {
		credentials auth.Credentials
		body        string
		requests    int
		again       bool
	}{
		"API key":                   {atlastest.APIKey, refused, 2, true},
		"access token":              {atlastest.AccessToken, refused, 1, true},
		"service account":           {atlastest.ServiceAccount, `{"error":"invalid_client"}`, 1, true},
		"401 of something else":     {atlastest.AccessToken, `{"message":"no key"}`, 20, false},
		"token endpoint of another": {atlastest.ServiceAccount, `<h1>Sign in</h1>`, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(http.StatusUnauthorized, test.body, challenge))
			client := atlastest.InProcess(server, test.credentials)
			for i := range 20 {
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCredentials)
				if e.Repeated != (test.again && i > 0) || e.Status() != http.StatusUnauthorized || e.Origin == "" {
					t.Errorf("read %d: %+v", i, e)
				}
			}
			atlastest.WantCount(t, "requests", server.Count(""), test.requests)
		})
	}
}

// A success shows that the credentials are right after all.
func TestRefusal_isForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := make(chan struct{})
		client := atlastest.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, atlastest.OtherProjectID) {
				<-held
				atlastest.RespondWithDocument(w, r)
				return
			}
			atlastest.Respond(http.StatusUnauthorized, `{"errorCode":"UNEXPECTED_ERROR"}`)(w, r)
		}), atlastest.AccessToken)
		other := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.ReadOf(t.Context(), client, atlastest.OtherProjectID)) })
		_ = atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCredentials)
		close(held)
		other()
		if e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCredentials); e.Repeated {
			t.Error("no request after a success")
		}
	})
}
