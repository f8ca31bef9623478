// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestTokenEndpoint_requests(t *testing.T) {
	server := atlastest.Record(atlastest.RespondWithDocument)
	client := atlastest.InProcess(server, atlastest.ServiceAccount)
	atlastest.MustRead(t, client)
	client.Close(t.Context())
	for i, want := range map[int]struct{ path, form string }{
		0: {atlastest.TokenPath, "grant_type=client_credentials"},
		2: {atlastest.RevokePath, "token=fetched"},
	} {
		r := server.Requests()[i]
		form, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Path != want.path || string(form) != want.form {
			t.Errorf("sent %s %s with %q, want %+v", r.Method, r.URL, form, want)
		}
		// Both halves are form-encoded (RFC 6749, section 2.3.1).
		if user, password, _ := r.BasicAuth(); user != "mdb_sa_id_5f1e2d3c" || password != "mdb_sa_sk_Zk9%2Bx%2Fw%3D" {
			t.Errorf("sent it as %q with %q", user, password)
		}
		if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("Accept") != "application/json" || r.UserAgent() != "test" {
			t.Errorf("sent it with %v", r.Header)
		}
	}
}

// TestDecode_problems has the other problems.
func TestTokenEndpoint_responsesWithoutAToken(t *testing.T) {
	const secret = "eyJhbGciOiJFUzUxMiJ9.fresh"
	for name, test := range map[string]struct {
		status  int
		body    string
		kind    rest.Kind
		problem string
		excerpt string
	}{
		"token null":          {200, `{"access_token":null}`, rest.KindMalformed, "not a token: no access_token in it", ""},
		"token of other type": {200, `{"access_token":["` + secret + `"]}`, rest.KindMalformed, "not a token: field access_token can't be array", ""},
		"token with a space":  {200, `{"access_token":"a b"}`, rest.KindMalformed, "not a token: the access_token holds characters that none can have", ""},
		"token with a DEL":    {200, `{"access_token":"a\u007f"}`, rest.KindMalformed, "not a token: the access_token holds characters that none can have", ""},
		"a form": {
			200, `access_token=` + secret,
			rest.KindMalformed, "not a token: not a JSON object: invalid character 'a' at start of value (byte 0)", "",
		},
		"page of a portal": {
			200, `<html><title>Sign in</title></html>`,
			rest.KindMalformed, "not a token: not a JSON object: invalid character '<' at start of value (byte 0)", "Sign in",
		},
		"too large":         {200, `{"access_token":"` + secret + strings.Repeat("x", 1<<20) + `"}`, rest.KindTooLarge, "too large: above 1 MiB", ""},
		"created token":     {201, `{"access_token":"` + secret + `"}`, rest.KindStatus, "", ""},
		"part of a token":   {206, `{"access_token":"` + secret, rest.KindStatus, "", ""},
		"token in a page":   {400, `<pre>{"access_token":"` + secret + `"}</pre>`, rest.KindStatus, "", ""},
		"page of a gateway": {404, `<h1>Not Found</h1>`, rest.KindStatus, "", "Not Found"},
		"redirect":          {307, `{"access_token":"` + secret + `"}`, rest.KindRedirect, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var fields []string
			if test.kind == rest.KindRedirect {
				fields = []string{"Location: https://elsewhere.test/token"}
			}
			server := atlastest.Script(atlastest.Respond(test.status, test.body, fields...), atlastest.RespondWithDocument)
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.ServiceAccount)), test.kind)
			if e.Problem != test.problem || e.Response.Status != test.status || e.Response.Excerpt != test.excerpt {
				t.Errorf("got problem %q, answer %+v", e.Problem, e.Response)
			}
			if !e.Token || strings.Contains(e.Error(), secret) {
				t.Errorf("got %v", e)
			}
			atlastest.WantCount(t, "requests", server.Count(""), 1)
		})
	}
}
