// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
	"testing"
)

func TestUnauthorized(t *testing.T) {
	const (
		fresh    = `Digest realm="r", nonce="n", stale=false`
		stale    = `Digest realm="r", nonce="n", stale=true`
		signed   = `Digest username="u"`
		problem  = "every nonce, even the newest, was called expired"
		anyError = "UNEXPECTED_ERROR"
	)
	for name, test := range map[string]struct {
		sent      string
		challenge string
		code      string
		kind      Kind
		problem   string
	}{
		"nothing sent, no challenge":           {"", "", anyError, KindNoChallenge, "it offers no way to authenticate (no WWW-Authenticate header)"},
		"nothing sent, Basic offered":          {"", `Basic realm="x"`, "", KindNoChallenge, "it offers no digest authentication, only Basic"},
		"nothing sent, whatever the code":      {"", "", "NOT_IN_GROUP", KindNoChallenge, "it offers no way to authenticate (no WWW-Authenticate header)"},
		"digest, challenged again":             {signed, fresh, anyError, KindCredentials, ""},
		"digest, nonce called stale":           {signed, stale, anyError, KindStaleNonce, problem},
		"digest, no challenge":                 {signed, "", anyError, KindNoAccess, ""},
		"digest, no digest challenge":          {signed, `Basic realm="x"`, anyError, KindNoAccess, ""},
		"digest, NOT_IN_GROUP":                 {signed, "", "NOT_IN_GROUP", KindNoAccess, ""},
		"digest, NOT_IN_GROUP and challenge":   {signed, fresh, "NOT_IN_GROUP", KindNoAccess, ""},
		"digest, USER_UNAUTHORIZED":            {signed, fresh, "USER_UNAUTHORIZED", KindNoAccess, ""},
		"digest, USER_UNAUTHORIZED, stale too": {signed, stale, "USER_UNAUTHORIZED", KindNoAccess, ""},
		"bearer":                               {"Bearer t", "", anyError, KindCredentials, ""},
		"bearer, challenged":                   {"Bearer t", fresh, "", KindCredentials, ""},
		"bearer, NOT_IN_GROUP":                 {"Bearer t", "", "NOT_IN_GROUP", KindNoAccess, ""},
		"basic, at the token endpoint":         {"Basic dTpw", "", "", KindCredentials, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := &http.Response{Header: http.Header{}, Request: &http.Request{Header: http.Header{}}}
			if test.sent != "" {
				resp.Request.Header.Set("Authorization", test.sent)
			}
			if test.challenge != "" {
				resp.Header.Set("WWW-Authenticate", test.challenge)
			}
			kind, problem := unauthorized(resp, test.code, &redactor{})
			if kind != test.kind || problem != test.problem {
				t.Errorf("got kind %d, problem %q; want %d, %q", kind, problem, test.kind, test.problem)
			}
		})
	}
}
