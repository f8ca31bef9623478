// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"encoding/base64"
	"net/url"
	"regexp"
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

var (
	withAccount = atlasmock.WithServiceAccount(clientID, clientSecret)
	withOther   = atlasmock.WithServiceAccount("an id:+", "s") // an id that needs escapes
	asOther     = basic("an id:+", "s")
)

func basic(id, secret string) string {
	pair := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func (s *site) post(path, form string) reply {
	s.t.Helper()
	return s.postAs(basic(clientID, clientSecret), path, form)
}

func (s *site) postAs(authorization, path, form string) reply {
	s.t.Helper()
	return s.do("POST", path, form, "Authorization", authorization, "Content-Type", formType)
}

// token fetches a token.
func (s *site) token() string {
	s.t.Helper()
	token, _ := s.grant()
	return token
}

// grant fetches a token, and returns with it what follows it in the body.
func (s *site) grant() (token, rest string) {
	s.t.Helper()
	got := s.post("/api/oauth/token", grantForm)
	found := regexp.MustCompile(`^{"access_token":"([^"]+)",(.*)$`).FindStringSubmatch(got.body)
	if got.status != 200 || found == nil {
		s.t.Fatalf("no token in %+v", got)
	}
	equal(s.t, "Content-Type", got.header.Get("Content-Type"), "application/json")
	equal(s.t, "Cache-Control", got.header.Get("Cache-Control"), "no-store")
	return found[1], found[2]
}

func TestToken_body(t *testing.T) {
	for want, opts := range map[string]options{
		`"expires_in":3600,"token_type":"Bearer"}`: nil,
		`"expires_in":90,"token_type":"Bearer"}`:   {atlasmock.WithTokenLifetime(90 * time.Second)},
		`"expires_in":0,"token_type":"Bearer"}`:    {atlasmock.WithExpiresIn(0)},
		`"expires_in":-5,"token_type":"Bearer"}`:   {atlasmock.WithExpiresIn(-5)},
		`"token_type":"Bearer"}`:                   {atlasmock.WithoutExpiresIn()},
	} {
		s := start(t, append(opts, withAccount)...)
		token, rest := s.grant()
		equal(t, "rest of the body", rest, want)
		equal(t, "read", s.getAs("Bearer "+token).status, 200)
		equal(t, "the next token is another one", s.token() != token, true)
	}
}

func TestToken_errors(t *testing.T) {
	const (
		badClient = `{"error":"invalid_client","error_description":"Invalid credentials provided."}`
		badGrant  = `{"error":"invalid_request","error_description":"grant_type must be client_credentials."}`
		noForm    = `{"error":"invalid_request","error_description":"The body is not a form."}`
		badForm   = `{"error":"invalid_request","error_description":"The form is malformed."}`
		noPost    = `{"error":"invalid_request","error_description":"Only POST is allowed."}`
	)
	good := basic(clientID, clientSecret)
	s := start(t, withAccount)
	for name, test := range map[string]struct {
		method, authorization, contentType, form string
		status                                   int
		body                                     string
	}{
		"no credentials": {"POST", "", formType, grantForm, 401, badClient},
		"unknown client": {"POST", basic("x", clientSecret), formType, grantForm, 401, badClient},
		"wrong secret":   {"POST", basic(clientID, "x"), formType, grantForm, 401, badClient},
		"no secret":      {"POST", basic(clientID, ""), formType, grantForm, 401, badClient},
		"nothing at all": {"POST", basic("", ""), formType, grantForm, 401, badClient},
		"bearer":         {"POST", "Bearer " + accessToken, formType, grantForm, 401, badClient},
		"bad escape":     {"POST", "Basic " + base64.StdEncoding.EncodeToString([]byte("%zz:x")), formType, grantForm, 401, badClient},
		"secret escape":  {"POST", "Basic " + base64.StdEncoding.EncodeToString([]byte("x:%zz")), formType, grantForm, 401, badClient},
		"no grant":       {"POST", good, formType, "", 400, badGrant},
		"another grant":  {"POST", good, formType, "grant_type=password", 400, badGrant},
		"JSON":           {"POST", good, "application/json", "{}", 400, noForm},
		"malformed form": {"POST", good, formType, "%zz", 400, badForm},
		"GET":            {"GET", good, formType, "", 405, noPost},
	} {
		got := s.do(test.method, "/api/oauth/token", test.form, "Authorization", test.authorization, "Content-Type", test.contentType)
		equal(t, name, got.status, test.status)
		equal(t, name, got.body, test.body)
		equal(t, name+": Allow", got.header.Get("Allow"), map[int]string{405: "POST"}[got.status])
		equal(t, name+": live tokens", s.LiveTokens(), 0)
	}
}

func TestToken_limitAndExpiry(t *testing.T) {
	c := new(clock)
	s := start(t, withAccount, withOther, atlasmock.WithClock(c.Now))
	first := s.token()
	for range 99 {
		s.token()
	}
	got := s.post("/api/oauth/token", grantForm)
	equal(t, "status of the 101st", got.status, 403)
	equal(t, "body", got.body,
		`{"error":"access_denied","error_description":"The service account has reached its limit of active tokens."}`)
	equal(t, "status of another account", s.postAs(asOther, "/api/oauth/token", grantForm).status, 200)

	c.advance(time.Hour - time.Nanosecond)
	equal(t, "within the hour", s.getAs("Bearer "+first).status, 200)
	c.advance(time.Nanosecond)
	next := s.token() // they expired, which makes room
	equal(t, "live tokens", s.LiveTokens(), 1)
	c.advance(time.Hour)
	equal(t, "after its hour", s.getAs("Bearer "+next).status, 401)
}

func TestRevoke(t *testing.T) {
	s := start(t, withAccount, withOther)
	mine, kept := s.token(), s.token()

	got := s.post("/api/oauth/revoke", "token="+url.QueryEscape(mine))
	equal(t, "status", got.status, 200)
	equal(t, "body", got.body, "")
	equal(t, "read with the revoked token", s.getAs("Bearer "+mine).status, 401)
	equal(t, "read with the other token", s.getAs("Bearer "+kept).status, 200)

	equal(t, "again", s.post("/api/oauth/revoke", "token="+mine).status, 200)
	equal(t, "without a token", s.post("/api/oauth/revoke", "").status, 400)
	equal(t, "by another account", s.postAs(asOther, "/api/oauth/revoke", "token="+kept).status, 200)
	equal(t, "without credentials", s.postAs("", "/api/oauth/revoke", "token="+kept).status, 401)
	equal(t, "live tokens", s.LiveTokens(), 1)

	s.RevokeTokens()
	equal(t, "revoked by hand", s.getAs("Bearer "+kept).status, 401)
	equal(t, "fetched afterwards", s.getAs("Bearer "+s.token()).status, 200)
	equal(t, "static", s.getAs("Bearer "+accessToken).status, 200)
}
