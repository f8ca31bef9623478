// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	clientID     = "mdb_sa_id_5e43"
	clientSecret = "mdb_sa_sk_+/:%"
	formType     = "application/x-www-form-urlencoded"
	grantForm    = "grant_type=client_credentials"
)

var withAccount = atlasmock.WithServiceAccount(clientID, clientSecret)

func basic(id, secret string) string {
	pair := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func (s *site) post(path, form string) reply {
	s.t.Helper()
	return s.do("POST", path, form, "Authorization", basic(clientID, clientSecret), "Content-Type", formType)
}

// token fetches a token.
func (s *site) token() string {
	s.t.Helper()
	got := s.post("/api/oauth/token", grantForm)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || answer.AccessToken == "" {
		s.t.Fatalf("no token in status %d, body %s", got.status, got.body)
	}
	return answer.AccessToken
}

func TestToken_answer(t *testing.T) {
	tests := map[string]struct {
		options []atlasmock.Option
		want    string // after the token
	}{
		"as documented": {want: `"expires_in":3600,"token_type":"Bearer"}`},
		"another lifetime": {
			[]atlasmock.Option{atlasmock.WithTokenLifetime(90 * time.Second)}, `"expires_in":90,"token_type":"Bearer"}`,
		},
		"zero":        {[]atlasmock.Option{atlasmock.WithExpiresIn(0)}, `"expires_in":0,"token_type":"Bearer"}`},
		"negative":    {[]atlasmock.Option{atlasmock.WithExpiresIn(-5)}, `"expires_in":-5,"token_type":"Bearer"}`},
		"no lifetime": {[]atlasmock.Option{atlasmock.WithoutExpiresIn()}, `"token_type":"Bearer"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, append(test.options, withAccount)...)
			got := s.post("/api/oauth/token", grantForm)
			equal(t, "status", got.status, 200)
			equal(t, "Content-Type", got.header.Get("Content-Type"), "application/json")
			var answer struct {
				AccessToken string `json:"access_token"`
			}
			if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
				t.Fatal(err)
			}
			equal(t, "body", got.body, `{"access_token":"`+answer.AccessToken+`",`+test.want)
			equal(t, "read", s.getAs("Bearer "+answer.AccessToken).status, 200)
		})
	}
}

func TestToken_errors(t *testing.T) {
	const invalidClient = `{"error":"invalid_client","error_description":"Invalid credentials provided."}`
	good := basic(clientID, clientSecret)
	tests := map[string]struct {
		method, authorization, contentType, form string
		status                                   int
		body                                     string
	}{
		"no credentials": {"POST", "", formType, grantForm, 401, invalidClient},
		"unknown client": {"POST", basic("x", clientSecret), formType, grantForm, 401, invalidClient},
		"wrong secret":   {"POST", basic(clientID, "x"), formType, grantForm, 401, invalidClient},
		"no secret":      {"POST", basic(clientID, ""), formType, grantForm, 401, invalidClient},
		"nothing at all": {"POST", basic("", ""), formType, grantForm, 401, invalidClient},
		"bearer":         {"POST", "Bearer " + accessToken, formType, grantForm, 401, invalidClient},
		"bad escape":     {"POST", "Basic " + base64.StdEncoding.EncodeToString([]byte("%zz:x")), formType, grantForm, 401, invalidClient},
		"secret escape":  {"POST", "Basic " + base64.StdEncoding.EncodeToString([]byte("x:%zz")), formType, grantForm, 401, invalidClient},
		"no grant":       {"POST", good, formType, "", 400, `{"error":"invalid_request","error_description":"grant_type must be client_credentials."}`},
		"another grant":  {"POST", good, formType, "grant_type=password", 400, `{"error":"invalid_request","error_description":"grant_type must be client_credentials."}`},
		"JSON":           {"POST", good, "application/json", "{}", 400, `{"error":"invalid_request","error_description":"The body is not a form."}`},
		"malformed form": {"POST", good, formType, "%zz", 400, `{"error":"invalid_request","error_description":"The form is malformed."}`},
		"GET":            {"GET", good, formType, "", 405, `{"error":"invalid_request","error_description":"Only POST is allowed."}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, withAccount)
			got := s.do(test.method, "/api/oauth/token", test.form,
				"Authorization", test.authorization, "Content-Type", test.contentType)
			equal(t, "status", got.status, test.status)
			equal(t, "body", got.body, test.body)
			equal(t, "live tokens", s.LiveTokens(), 0)
		})
	}
}

func TestToken_encodedID(t *testing.T) {
	s := start(t, atlasmock.WithServiceAccount("an id:+", "s"))
	got := s.do("POST", "/api/oauth/token", grantForm,
		"Authorization", basic("an id:+", "s"), "Content-Type", formType)
	equal(t, "status", got.status, 200)
}

func TestToken_expires(t *testing.T) {
	c := new(clock)
	s := start(t, withAccount, atlasmock.WithClock(c.Now))
	token := s.token()
	c.advance(time.Hour - time.Nanosecond)
	equal(t, "within its hour", s.getAs("Bearer "+token).status, 200)
	c.advance(time.Nanosecond)
	equal(t, "after its hour", s.getAs("Bearer "+token).status, 401)
	equal(t, "live tokens", s.LiveTokens(), 0)
}

func TestToken_limit(t *testing.T) {
	c := new(clock)
	s := start(t, withAccount, atlasmock.WithServiceAccount("other", "secret"), atlasmock.WithClock(c.Now))
	for range 100 {
		s.token()
	}
	got := s.post("/api/oauth/token", grantForm)
	equal(t, "status of the 101st", got.status, 403)
	equal(t, "body", got.body,
		`{"error":"access_denied","error_description":"The service account has reached its limit of active tokens."}`)

	other := s.do("POST", "/api/oauth/token", grantForm, "Authorization", basic("other", "secret"), "Content-Type", formType)
	equal(t, "status of another account", other.status, 200)
	c.advance(time.Hour)
	equal(t, "status once they expired", s.post("/api/oauth/token", grantForm).status, 200)
}

func TestRevoke(t *testing.T) {
	s := start(t, withAccount, atlasmock.WithServiceAccount("other", "secret"))
	mine, kept := s.token(), s.token()

	got := s.post("/api/oauth/revoke", "token="+url.QueryEscape(mine))
	equal(t, "status", got.status, 200)
	equal(t, "body", got.body, "")
	equal(t, "read with the revoked token", s.getAs("Bearer "+mine).status, 401)
	equal(t, "read with the other token", s.getAs("Bearer "+kept).status, 200)

	equal(t, "again", s.post("/api/oauth/revoke", "token="+mine).status, 200)
	equal(t, "without a token", s.post("/api/oauth/revoke", "").status, 400)
	stranger := s.do("POST", "/api/oauth/revoke", "token="+kept,
		"Authorization", basic("other", "secret"), "Content-Type", formType)
	equal(t, "by another account", stranger.status, 200)
	equal(t, "live tokens", s.LiveTokens(), 1)
	unknown := s.do("POST", "/api/oauth/revoke", "token="+kept, "Content-Type", formType)
	equal(t, "without credentials", unknown.status, 401)
}

func TestRevokeTokens(t *testing.T) {
	s := start(t, withAccount)
	before := s.token()
	s.RevokeTokens()
	equal(t, "revoked", s.getAs("Bearer "+before).status, 401)
	equal(t, "fetched afterwards", s.getAs("Bearer "+s.token()).status, 200)
	equal(t, "static", s.getAs("Bearer "+accessToken).status, 200)
}

func TestToken_eachIsNew(t *testing.T) {
	s := start(t, withAccount)
	seen := map[string]bool{}
	for i := range 5 {
		token := s.token()
		if seen[token] {
			t.Fatalf("token %d was given out before", i)
		}
		seen[token] = true
	}
}
