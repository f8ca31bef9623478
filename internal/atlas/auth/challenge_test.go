// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestSplitChallenges(t *testing.T) {
	for name, test := range map[string]struct {
		field string
		want  []challenge
	}{
		"empty":                      {"", nil},
		"only separators":            {" , ,, ", nil},
		"scheme alone":               {"Negotiate", []challenge{{scheme: "Negotiate"}}},
		"scheme with a token68":      {"Negotiate YWJj", []challenge{{scheme: "Negotiate"}}},
		"one parameter":              {`Basic realm="x"`, []challenge{{"Basic", []string{`realm="x"`}}}},
		"unquoted value":             {`Digest algorithm=MD5`, []challenge{{"Digest", []string{`algorithm="MD5"`}}}},
		"spaces around the equals":   {`Digest realm = "x" , nonce= "y"`, []challenge{{"Digest", []string{`realm="x"`, `nonce="y"`}}}},
		"tab after the scheme":       {"Digest\trealm=\"x\"", []challenge{{"Digest", []string{`realm="x"`}}}},
		"name in upper case":         {`Digest REALM="X"`, []challenge{{"Digest", []string{`realm="X"`}}}},
		"comma in a quoted value":    {`Digest qop="auth,auth-int", nonce="y"`, []challenge{{"Digest", []string{`qop="auth,auth-int"`, `nonce="y"`}}}},
		"escaped quote in a value":   {`Digest realm="a\",b", nonce="y"`, []challenge{{"Digest", []string{`realm="a\",b"`, `nonce="y"`}}}},
		"empty elements are skipped": {`,Digest realm="x",, nonce="y",`, []challenge{{"Digest", []string{`realm="x"`, `nonce="y"`}}}},
		"two challenges": {
			`Basic realm="b", Digest realm="d", nonce="n"`,
			[]challenge{{"Basic", []string{`realm="b"`}}, {"Digest", []string{`realm="d"`, `nonce="n"`}}},
		},
		"two of the same scheme": {
			`Digest nonce="1", Digest nonce="2"`,
			[]challenge{{"Digest", []string{`nonce="1"`}}, {"Digest", []string{`nonce="2"`}}},
		},
		"scheme without parameters before another": {
			`Negotiate, Digest nonce="n"`,
			[]challenge{{scheme: "Negotiate"}, {"Digest", []string{`nonce="n"`}}},
		},
		"quoted string alone":                         {`"x"`, []challenge{{}}},
		"parameter without a scheme is dropped":       {`realm="x"`, nil},
		"quote that never ends is one element":        {`Digest realm="x, nonce=y`, []challenge{{"Digest", []string{`realm="x, nonce=y`}}}},
		"extension with a name that no one can parse": {`Digest x_y=1, nonce="n"`, []challenge{{"Digest", []string{`nonce="n"`}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := splitChallenges(test.field)
			equal := slices.EqualFunc(got, test.want, func(a, b challenge) bool {
				return a.scheme == b.scheme && slices.Equal(a.params, b.params)
			})
			if !equal {
				t.Errorf("splitChallenges(%q)\n got %q\nwant %q", test.field, got, test.want)
			}
		})
	}
}

func TestStrongestChallenge(t *testing.T) {
	const (
		md5    = `Digest realm="r", nonce="md5", algorithm=MD5, qop="auth"`
		sha256 = `Digest realm="r", nonce="sha256", algorithm=SHA-256, qop="auth"`
		sha512 = `Digest realm="r", nonce="sha512", algorithm=SHA-512-256, qop="auth"`
	)
	for name, test := range map[string]struct {
		fields []string
		nonce  string // of the challenge that wins, empty for none
	}{
		"no field":                           {nil, ""},
		"as Atlas writes it":                 {[]string{`Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`}, "n"},
		"nonce with characters of base64":    {[]string{`Digest realm=r, nonce=a+b/c==`}, "a+b/c=="},
		"algorithm in lower case":            {[]string{`Digest realm="r", nonce="n", algorithm=sha-256`}, "n"},
		"stronger one second in one field":   {[]string{md5 + ", " + sha256}, "sha256"},
		"stronger one first in one field":    {[]string{sha256 + ", " + md5}, "sha256"},
		"strongest of three fields":          {[]string{sha256, sha512, md5}, "sha512"},
		"first of equals":                    {[]string{md5, `Digest realm="r", nonce="second", algorithm=MD5`}, "md5"},
		"MD5 named beats MD5 implied":        {[]string{`Digest realm="r", nonce="implied"`, md5}, "md5"},
		"after other schemes":                {[]string{"Negotiate, Basic realm=\"b\", " + md5}, "md5"},
		"supported one beside unsupported":   {[]string{`Digest realm="r", nonce="n", algorithm=SHA-3`, md5}, "md5"},
		"unsupported algorithm":              {[]string{`Digest realm="r", nonce="n", algorithm=MD5-sess`}, ""},
		"unsupported quality of protection":  {[]string{`Digest realm="r", nonce="n", qop="auth-conf"`}, ""},
		"without a nonce":                    {[]string{`Digest realm="r"`}, ""},
		"the word digest in another's realm": {[]string{`Basic realm="Digest nonce=n"`}, ""},
		"malformed":                          {[]string{`Digest realm="r`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := strongestChallenge(http.Header{"Www-Authenticate": test.fields})
			if got == nil {
				got = &digest.Challenge{}
			}
			if got.Nonce != test.nonce {
				t.Errorf("chose nonce %q, want %q", got.Nonce, test.nonce)
			}
		})
	}
}

func TestStrongestChallenge_keepsWhatASignatureNeeds(t *testing.T) {
	got := strongestChallenge(http.Header{"Www-Authenticate": {
		`Digest realm="MMS \"Public\" API", domain="/a /b", nonce="n", opaque="o", stale=TRUE, algorithm=MD5, qop="AUTH , auth-int", userhash=true`,
	}})
	if got == nil {
		t.Fatal("found no challenge")
	}
	if got.Realm != `MMS "Public" API` || got.Opaque != "o" || !got.Stale || !got.Userhash ||
		!slices.Equal(got.QOP, []string{"auth", "auth-int"}) {
		t.Errorf("got %+v", got)
	}
}

// TestAccAuthentication_fips has the setting that forbids it.
func TestChallenge_withoutMD5(t *testing.T) {
	md5Forbidden = true
	t.Cleanup(func() { md5Forbidden = false })
	h := http.Header{"Www-Authenticate": {`Digest realm="r", nonce="implied"`, `Digest realm="r", nonce="md5", algorithm=MD5`}}
	const want = "its digest challenge asks for MD5, which FIPS 140-3 forbids on this machine (GODEBUG=fips140=only)"
	if best, problem := strongestChallenge(h), challengeProblem(h, &rest.Redactor{}); best != nil || problem != want {
		t.Errorf("chose %+v, problem %q", best, problem)
	}
	h.Add("WWW-Authenticate", `Digest realm="r", nonce="sha256", algorithm=SHA-256`)
	if best := strongestChallenge(h); best == nil || best.Nonce != "sha256" {
		t.Errorf("chose %+v", best)
	}
}

func TestChallengeProblem(t *testing.T) {
	const (
		none        = "it offers no way to authenticate (no WWW-Authenticate header)"
		unsupported = "its digest challenge asks for an algorithm or quality of protection that is not supported, or has no nonce"
		malformed   = "its digest challenge is malformed"
	)
	for name, test := range map[string]struct {
		fields []string
		want   string
	}{
		"no field":              {nil, none},
		"empty field":           {[]string{""}, none},
		"several others":        {[]string{`Negotiate, Basic realm="x"`, "Bearer"}, "it offers no digest authentication, only Negotiate, Basic, Bearer"},
		"malformed":             {[]string{`Digest realm="x`}, malformed},
		"unsupported algorithm": {[]string{`Digest realm="x", nonce="y", algorithm=SHA-3`}, unsupported},
		"no nonce":              {[]string{`Digest realm="x"`}, unsupported},
		"control characters":    {[]string{"Ba\x1bsic"}, "it offers no digest authentication, only Ba sic"},
		"a very long scheme":    {[]string{strings.Repeat("x", 500)}, "it offers no digest authentication, only " + strings.Repeat("x", 200) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := challengeProblem(http.Header{"Www-Authenticate": test.fields}, &rest.Redactor{}); got != test.want {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}
