// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestTokenEndpoint_request(t *testing.T) {
	var sent struct{ method, path, user, password, form, contentType, accept, agent string }
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gateway/atlas"+atlastest.TokenPath {
			body, _ := io.ReadAll(r.Body)
			sent.method, sent.path, sent.form = r.Method, r.URL.Path, string(body)
			sent.user, sent.password, _ = r.BasicAuth()
			sent.contentType, sent.accept, sent.agent = r.Header.Get("Content-Type"), r.Header.Get("Accept"), r.UserAgent()
			_, _ = io.WriteString(w, `{"access_token":"fetched","expires_in":3600}`)
			return
		}
		atlastest.RespondWithDocument(w, r)
	})
	client := atlastest.NewClient("https://atlas.test/gateway/atlas", atlastest.ServiceAccount, atlastest.WithTransport(atlastest.Transport{Handler: server}))
	atlastest.MustRead(t, client)
	want := sent
	want.method, want.path, want.form = http.MethodPost, "/gateway/atlas/api/oauth/token", "grant_type=client_credentials"
	// Both halves are form-encoded (RFC 6749, section 2.3.1).
	want.user, want.password = "mdb_sa_id_5f1e2d3c", "mdb_sa_sk_Zk9%2Bx%2Fw%3D"
	want.contentType, want.accept, want.agent = "application/x-www-form-urlencoded", "application/json", "test"
	if sent != want {
		t.Errorf("\n got %+v\nwant %+v", sent, want)
	}
}

func TestTokenEndpoint_revocation(t *testing.T) {
	var form, user string
	server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == atlastest.RevokePath {
			body, _ := io.ReadAll(r.Body)
			form = string(body)
			user, _, _ = r.BasicAuth()
			return
		}
		atlastest.RespondWithDocument(w, r)
	})
	client := atlastest.InProcess(server, atlastest.ServiceAccount)
	atlastest.MustRead(t, client)
	client.Close(t.Context())
	if form != "token=fetched" || user != atlastest.ServiceAccount.ClientID {
		t.Errorf("sent form %q as %q", form, user)
	}
}

func TestTokenEndpoint_answersThatAreNoToken(t *testing.T) {
	const secret = "eyJhbGciOiJFUzUxMiJ9.fresh"
	for name, test := range map[string]struct {
		status  int
		body    string
		kind    rest.Kind
		problem string
		excerpt string
	}{
		"empty":               {200, ``, rest.KindMalformed, "not a token: not a JSON object: unexpected end (byte 0)", ""},
		"empty object":        {200, `{}`, rest.KindMalformed, "not a token: no access_token in it", ""},
		"null":                {200, `null`, rest.KindMalformed, "not a token: not a JSON object: null", ""},
		"list":                {200, `["` + secret + `"]`, rest.KindMalformed, "not a token: not a JSON object: array", ""},
		"token null":          {200, `{"access_token":null}`, rest.KindMalformed, "not a token: no access_token in it", ""},
		"token of other type": {200, `{"access_token":["` + secret + `"]}`, rest.KindMalformed, "not a token: field access_token can't be array", ""},
		"token with a line end": {
			200, `{"access_token":"a\nb"}`,
			rest.KindMalformed, "not a token: the access_token holds characters that none can have", "",
		},
		"more after it": {
			200, `{"access_token":"` + secret + `"} x`,
			rest.KindMalformed, "not a token: not a JSON object: invalid character 'x' after top-level value (byte 46)", "",
		},
		"a form, as some servers answer": {
			200, `access_token=` + secret,
			rest.KindMalformed, "not a token: not a JSON object: invalid character 'a' at start of value (byte 0)", "",
		},
		"page of a portal": {
			200, `<html><title>Sign in</title></html>`,
			rest.KindMalformed, "not a token: not a JSON object: invalid character '<' at start of value (byte 0)", "Sign in",
		},
		"too large": {
			200, `{"access_token":"` + secret + strings.Repeat("x", 1<<20) + `"}`,
			rest.KindTooLarge, "too large: above 1 MiB", "",
		},
		"another success":   {204, ``, rest.KindAnswer, "", ""},
		"token of a proxy":  {203, `{"access_token":"` + secret + `"}`, rest.KindAnswer, "", ""},
		"created token":     {201, `{"access_token":"` + secret + `"}`, rest.KindAnswer, "", ""},
		"part of a token":   {206, `{"access_token":"` + secret, rest.KindAnswer, "", ""},
		"token and a 302":   {302, `{"access_token":"` + secret + `"}`, rest.KindAnswer, "", ""},
		"token and a 400":   {400, `access_token=` + secret, rest.KindAnswer, "", ""},
		"token in a page":   {400, `<pre>{"access_token":"` + secret + `"}</pre>`, rest.KindAnswer, "", ""},
		"page of a gateway": {404, `<h1>Not Found</h1>`, rest.KindAnswer, "", "Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(test.status, test.body), atlastest.RespondWithDocument)
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.ServiceAccount)), test.kind)
			if e.Problem != test.problem || e.Answer.Status != test.status || e.Answer.Excerpt != test.excerpt {
				t.Errorf("got problem %q, answer %+v", e.Problem, e.Answer)
			}
			if !e.Token || strings.Contains(e.Error(), secret) {
				t.Errorf("got %v", e)
			}
			atlastest.WantCount(t, "requests", server.Count(""), 1)
		})
	}
}

func TestTokenEndpoint_expiriesThatItReads(t *testing.T) {
	for name, expiry := range map[string]string{
		"absent":      ``,
		"zero":        `,"expires_in":0`,
		"negative":    `,"expires_in":-3600`,
		"null":        `,"expires_in":null`,
		"in quotes":   `,"expires_in":"3600"`,
		"fraction":    `,"expires_in":3600.5`,
		"beyond all":  `,"expires_in":99999999999999999999999`,
		"exponential": `,"expires_in":3.6e3`,
		"text":        `,"expires_in":"an hour"`,
		"object":      `,"expires_in":{}`,
		"list":        `,"expires_in":[]`,
		"boolean":     `,"expires_in":true`,
	} {
		t.Run(name, func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(200, `{"access_token":"fetched"`+expiry+`}`), atlastest.RespondWithDocument)
			client := atlastest.InProcess(server, atlastest.ServiceAccount)
			for range 10 {
				atlastest.MustRead(t, client)
			}
			atlastest.WantCount(t, "requests", server.Count(""), 1+10)
		})
	}
}

func TestTokenEndpoint_redirectIsNotFollowed(t *testing.T) {
	server := atlastest.Script(atlastest.Respond(http.StatusTemporaryRedirect, "", "Location: https://elsewhere.test/token"), atlastest.RespondWithDocument)
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.ServiceAccount)), rest.KindRedirect)
	if e.Target != "https://elsewhere.test" || !e.Token {
		t.Errorf("got %+v", e)
	}
	atlastest.WantCount(t, "requests", server.Count(""), 1)
}

// Some servers write the number in quotes.
func TestTokenEndpoint_expiryInQuotes(t *testing.T) {
	clock := acctest.NewClock()
	token := atlastest.Respond(http.StatusOK, `{"access_token":"fetched","expires_in":"3600"}`)
	server := atlastest.Script(token, atlastest.RespondWithDocument, token, atlastest.RespondWithDocument)
	client := atlastest.InProcess(server, atlastest.ServiceAccount, atlastest.WithClock(clock))
	atlastest.MustRead(t, client)
	clock.Advance(time.Hour)
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), 2)
}
