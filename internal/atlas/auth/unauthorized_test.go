// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"net/http"
	"testing"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
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
		kind      rest.Kind
		problem   string
	}{
		"nothing sent, no challenge":           {"", "", anyError, rest.KindNoChallenge, "it offers no way to authenticate (no WWW-Authenticate header)"},
		"nothing sent, Basic offered":          {"", `Basic realm="x"`, "", rest.KindNoChallenge, "it offers no digest authentication, only Basic"},
		"nothing sent, whatever the code":      {"", "", "NOT_IN_GROUP", rest.KindNoChallenge, "it offers no way to authenticate (no WWW-Authenticate header)"},
		"digest, challenged again":             {signed, fresh, anyError, rest.KindCredentials, ""},
		"digest, nonce called stale":           {signed, stale, anyError, rest.KindStaleNonce, problem},
		"digest, no challenge":                 {signed, "", anyError, rest.KindNoAccess, ""},
		"digest, no digest challenge":          {signed, `Basic realm="x"`, anyError, rest.KindNoAccess, ""},
		"digest, NOT_IN_GROUP":                 {signed, "", "NOT_IN_GROUP", rest.KindNoAccess, ""},
		"digest, NOT_IN_GROUP and challenge":   {signed, fresh, "NOT_IN_GROUP", rest.KindNoAccess, ""},
		"digest, USER_UNAUTHORIZED":            {signed, fresh, "USER_UNAUTHORIZED", rest.KindNoAccess, ""},
		"digest, USER_UNAUTHORIZED, stale too": {signed, stale, "USER_UNAUTHORIZED", rest.KindNoAccess, ""},
		"bearer":                               {"Bearer t", "", anyError, rest.KindCredentials, ""},
		"bearer, challenged":                   {"Bearer t", fresh, "", rest.KindCredentials, ""},
		"bearer, NOT_IN_GROUP":                 {"Bearer t", "", "NOT_IN_GROUP", rest.KindNoAccess, ""},
		"basic, at the token endpoint":         {"Basic dTpw", "", "", rest.KindCredentials, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Request: &http.Request{Header: http.Header{}}}
			if test.sent != "" {
				resp.Request.Header.Set("Authorization", test.sent)
			}
			if test.challenge != "" {
				resp.Header.Set("WWW-Authenticate", test.challenge)
			}
			var signer rest.Signer = &digestTransport{redactor: &rest.Redactor{}}
			if test.sent != "" && !digest.IsDigest(test.sent) {
				signer = header{}
			}
			kind, problem := signer.Unauthorized(resp, test.code)
			if kind != test.kind || problem != test.problem {
				t.Errorf("got kind %d, problem %q; want %d, %q", kind, problem, test.kind, test.problem)
			}
		})
	}
}
