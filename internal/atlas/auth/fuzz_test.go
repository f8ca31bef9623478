// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func FuzzChallenge(f *testing.F) {
	for _, seed := range []string{
		``, `,`, `Digest`, `Basic realm="x"`, `Negotiate YWJj==`,
		`Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`,
		`Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int", opaque="o", charset=UTF-8, userhash=true`,
		`Digest realm="a\"b,", nonce=n, Basic realm="x", Digest nonce="2", algorithm=MD5-sess`,
		`digest x_y=1, nonce = "n" , stale = TRUE,`, `Digest realm="x`, "Digest realm=\"\x00\xff\", nonce=\"\r\n\"", `Digest qop="", nonce="n"`,
	} {
		f.Add(seed, seed)
		f.Add(seed, `Digest realm="r", nonce="second", algorithm=SHA-256`)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		if strings.ContainsAny(first+second, "\r\n\x00") {
			return // net/http lets no such header through
		}
		header := http.Header{"Www-Authenticate": {first, second}}
		if problem := challengeProblem(header, &rest.Redactor{}); !utf8.ValidString(problem) || len(problem) > 1000 {
			t.Errorf("problem %q", problem)
		}
		best := strongestChallenge(header)
		supported := slices.DeleteFunc(digestChallenges(header), func(c *digest.Challenge) bool {
			return !digest.CanDigest(c) || c.Nonce == ""
		})
		if best == nil {
			if len(supported) > 0 {
				t.Fatal("chose none of several challenges")
			}
			return
		}
		for _, c := range supported {
			if strength(c) > strength(best) {
				t.Errorf("chose %q, weaker than %q", best.Algorithm, c.Algorithm)
			}
		}
		credentials, err := digest.Digest(best, digest.Options{Method: "GET", URI: "/", Count: 1, Username: "u", Password: "p"})
		if err != nil {
			t.Fatalf("chose an unsupported challenge: %v", err)
		}
		if sent := authorization(credentials); strings.ContainsAny(sent, "\r\n\x00") || !digest.IsDigest(sent) {
			t.Errorf("signs with %q", sent)
		}
	})
}
