// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var withAPIKey = atlasmock.WithAPIKey(publicKey, privateKey)

// The tests' own arithmetic is checked against RFC 7616, 3.9.1, before anything is judged by it.
func TestLogin(t *testing.T) {
	example := login{
		user: "Mufasa", password: "Circle of Life", realm: "http-auth@example.org",
		nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", qop: "auth", nc: "00000001",
		cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", method: "GET", uri: "/dir/index.html",
	}
	for algorithm, want := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		example.algorithm = algorithm
		equal(t, algorithm, example.response(), want)
	}
}

func TestDigest_challenge(t *testing.T) {
	const nonce = `nonce="[A-Za-z0-9+/]{32}"`
	tests := map[string]struct {
		options []atlasmock.Option
		want    []string // regular expressions, one for each field
	}{
		"as Atlas": {
			want: []string{`Digest realm="MMS Public API", domain="", ` + nonce + `, algorithm=MD5, qop="auth", stale=false`},
		},
		"SHA-256": {
			options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-256"})},
			want:    []string{`Digest realm="MMS Public API", domain="", ` + nonce + `, algorithm=SHA-256, qop="auth", stale=false`},
		},
		"without qop": {
			options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{QOP: "none", Realm: "r", Opaque: "o"})},
			want:    []string{`Digest realm="r", domain="", ` + nonce + `, algorithm=MD5, opaque="o", stale=false`},
		},
		"several, verbatim": {
			options: []atlasmock.Option{atlasmock.WithChallenges(`Basic realm="x"`, `Digest nonce="%nonce%", stale=%stale%,,`)},
			want:    []string{`Basic realm="x"`, `Digest ` + nonce + `, stale=false,,`},
		},
		"none": {
			options: []atlasmock.Option{atlasmock.WithChallenges()},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := start(t, test.options...).getAs("")
			equal(t, "status", got.status, 401)
			fields := got.header.Values("WWW-Authenticate")
			if len(fields) != len(test.want) {
				t.Fatalf("got %d challenges %q, want %d", len(fields), fields, len(test.want))
			}
			for i, field := range fields {
				if !regexp.MustCompile("^" + test.want[i] + "$").MatchString(field) {
					t.Errorf("challenge %d:\n got %s\nwant %s", i, field, test.want[i])
				}
			}
		})
	}
}

func TestDigest_unauthorizedBody(t *testing.T) {
	const want = `{
  "error": 401,
  "reason": "Unauthorized",
  "detail": "You are not authorized for this resource.",
  "errorCode": "UNEXPECTED_ERROR"
}`
	s := start(t, withAPIKey)
	wrongKey, unknownKey := goodLogin(s.nonce()), goodLogin(s.nonce())
	wrongKey.password = "wrong"
	unknownKey.user = "unknown"
	for name, authorization := range map[string]string{
		"no credentials":   "",
		"wrong key":        wrongKey.String(),
		"unknown key":      unknownKey.String(),
		"unknown token":    "Bearer unknown",
		"unknown scheme":   "Negotiate abc",
		"Basic with a key": "Basic YWJjZGVmZ2g6ZjgxZDRmYWUtN2RlYy0xMWQw",
	} {
		t.Run(name, func(t *testing.T) {
			got := s.getAs(authorization)
			equal(t, "status", got.status, 401)
			equal(t, "Content-Type", got.header.Get("Content-Type"), "application/json")
			equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), "")
			equal(t, "body", got.body, want)
		})
	}
}

func TestDigest_verification(t *testing.T) {
	tests := map[string]struct {
		digest atlasmock.Digest
		change func(*login)
		want   int
	}{
		"good":                 {want: 200},
		"good, algorithm left": {change: func(l *login) { l.algorithm = "" }, want: 200},
		"good, SHA-256": {
			digest: atlasmock.Digest{Algorithm: "SHA-256"},
			change: func(l *login) { l.algorithm = "SHA-256" }, want: 200,
		},
		"good, without qop": {
			digest: atlasmock.Digest{QOP: "none"},
			change: func(l *login) { l.qop = "" }, want: 200,
		},
		"good, opaque": {
			digest: atlasmock.Digest{Opaque: "o"},
			change: func(l *login) { l.opaque = "o" }, want: 200,
		},
		"good, highest count": {change: func(l *login) { l.nc = "00000400" }, want: 200},

		"wrong password":     {change: func(l *login) { l.password += "x" }, want: 401},
		"unknown user":       {change: func(l *login) { l.user = "x" }, want: 401},
		"no user":            {change: func(l *login) { l.user = "" }, want: 401},
		"wrong realm":        {change: func(l *login) { l.realm = "x" }, want: 401},
		"another path's uri": {change: func(l *login) { l.uri = "/" }, want: 401},
		"uri with a query":   {change: func(l *login) { l.uri += "?pretty=true" }, want: 401},
		"another method":     {change: func(l *login) { l.method = "POST" }, want: 401},
		"unknown nonce":      {change: func(l *login) { l.nonce = strings.Repeat("A", 32) }, want: 401},
		"nonce of no length": {change: func(l *login) { l.nonce = "" }, want: 401},
		"weaker algorithm":   {digest: atlasmock.Digest{Algorithm: "SHA-256"}, want: 401},
		"no algorithm, not MD5": {
			digest: atlasmock.Digest{Algorithm: "SHA-256"},
			change: func(l *login) { l.algorithm = "" }, want: 401,
		},
		"unknown algorithm":    {change: func(l *login) { l.algorithm = "MD5-sess" }, want: 401},
		"qop left out":         {change: func(l *login) { l.qop = "" }, want: 401},
		"qop not offered":      {digest: atlasmock.Digest{QOP: "none"}, want: 401},
		"unknown qop":          {change: func(l *login) { l.qop = "auth-int" }, want: 401},
		"count zero":           {change: func(l *login) { l.nc = "00000000" }, want: 401},
		"count too short":      {change: func(l *login) { l.nc = "1" }, want: 401},
		"count not hex":        {change: func(l *login) { l.nc = "0000000g" }, want: 401},
		"no cnonce":            {change: func(l *login) { l.cnonce = "" }, want: 401},
		"opaque not sent back": {digest: atlasmock.Digest{Opaque: "o"}, want: 401},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, withAPIKey, atlasmock.WithDigest(test.digest))
			l := goodLogin(s.nonce())
			if test.change != nil {
				test.change(&l)
			}
			got := s.getAs(l.String())
			equal(t, "status", got.status, test.want)
			if test.want == 401 {
				equal(t, "stale", staleness(got), "stale=false")
			}
		})
	}
}

func TestDigest_headerSyntax(t *testing.T) {
	tests := map[string]struct {
		change func(string) string
		want   int
	}{
		"as it is":             {func(h string) string { return h }, 200},
		"scheme in lower case": {func(h string) string { return "digest" + strings.TrimPrefix(h, "Digest") }, 200},
		"qop and nc quoted": {func(h string) string {
			return strings.NewReplacer("qop=auth", `qop="auth"`, "nc=00000001", `nc="00000001"`).Replace(h)
		}, 200},
		"no space after commas":  {func(h string) string { return strings.ReplaceAll(h, ", ", ",") }, 200},
		"spaces around equals":   {func(h string) string { return strings.Replace(h, "realm=", "realm = ", 1) }, 200},
		"escape in quotes":       {func(h string) string { return strings.Replace(h, "MMS", `M\MS`, 1) }, 200},
		"parameter twice":        {func(h string) string { return h + ", nc=00000001" }, 401},
		"comma missing":          {func(h string) string { return strings.Replace(h, `", `, `" `, 1) }, 401},
		"quote not closed":       {func(h string) string { return h + `, x="y` }, 401},
		"escape at the very end": {func(h string) string { return h + `, x="y\` }, 401},
		"name without value":     {func(h string) string { return h + ", x" }, 401},
		"value without name":     {func(h string) string { return h + ", =x" }, 401},
		"nothing but the scheme": {func(string) string { return "Digest" }, 401},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, withAPIKey)
			equal(t, "status", s.getAs(test.change(goodLogin(s.nonce()).String())).status, test.want)
		})
	}
}

// A nonce's life, step by step: each step says what happens first, the count that is sent and the answer.
func TestDigest_nonces(t *testing.T) {
	const accepted = "accepted"
	type step struct {
		before func(*atlasmock.Server, *clock)
		nc     string
		want   string
	}
	wait := func(d time.Duration) func(*atlasmock.Server, *clock) {
		return func(_ *atlasmock.Server, c *clock) { c.advance(d) }
	}
	expire := func(s *atlasmock.Server, _ *clock) { s.ExpireNonces() }

	tests := map[string]struct {
		digest atlasmock.Digest
		steps  []step
	}{
		"reuse, counts in any order": {steps: []step{
			{nc: "00000001", want: accepted},
			{nc: "00000003", want: accepted},
			{nc: "00000002", want: accepted},
		}},
		"repeated count": {steps: []step{
			{nc: "00000001", want: accepted},
			{nc: "00000001", want: "stale=false"},
			{nc: "00000002", want: accepted},
		}},
		"too old": {steps: []step{
			{nc: "00000001", want: accepted},
			{before: wait(time.Minute), nc: "00000002", want: accepted},
			{before: wait(time.Nanosecond), nc: "00000003", want: "stale=true"},
			{before: wait(time.Hour), nc: "00000003", want: "stale=true"},
		}},
		"expired by hand": {steps: []step{
			{nc: "00000001", want: accepted},
			{before: expire, nc: "00000002", want: "stale=true"},
		}},
		"single use": {digest: atlasmock.Digest{SingleUse: true}, steps: []step{
			{nc: "00000001", want: accepted},
			{nc: "00000002", want: "stale=false"},
		}},
		"always stale": {digest: atlasmock.Digest{AlwaysStale: true}, steps: []step{
			{nc: "00000001", want: "stale=true"},
		}},
		"count above the limit": {digest: atlasmock.Digest{MaxUses: 2}, steps: []step{
			{nc: "00000002", want: accepted},
			{nc: "00000003", want: "stale=true"},
			{nc: "00000001", want: accepted},
		}},
		"the limit that Atlas has": {steps: []step{
			{nc: "00000401", want: "stale=true"},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := new(clock)
			s := start(t, withAPIKey, atlasmock.WithClock(c.Now), atlasmock.WithDigest(test.digest))
			l := goodLogin(s.nonce())
			for i, step := range test.steps {
				if step.before != nil {
					step.before(s.Server, c)
				}
				l.nc = step.nc
				equal(t, fmt.Sprintf("step %d", i), staleness(s.getAs(l.String())), step.want)
			}
		})
	}
}

func TestDigest_usesWithoutQOP(t *testing.T) {
	s := start(t, withAPIKey, atlasmock.WithDigest(atlasmock.Digest{QOP: "none", MaxUses: 2}))
	l := goodLogin(s.nonce())
	l.qop = ""
	for i, want := range []string{"accepted", "accepted", "stale=true"} {
		equal(t, fmt.Sprintf("use %d", i), staleness(s.getAs(l.String())), want)
	}
}

// A stale nonce is reported even to whoever has the wrong key: it says nothing about the credentials.
func TestDigest_staleBeforeWrong(t *testing.T) {
	s := start(t, withAPIKey)
	l := goodLogin(s.nonce())
	l.password = "wrong"
	s.ExpireNonces()
	equal(t, "first", staleness(s.getAs(l.String())), "stale=true")
	l.nonce = s.nonce()
	equal(t, "second", staleness(s.getAs(l.String())), "stale=false")
}

func TestDigest_staleInOwnChallenges(t *testing.T) {
	s := start(t, withAPIKey, atlasmock.WithChallenges(`Digest nonce="%nonce%", stale=%stale%`))
	l := goodLogin(s.nonce())
	equal(t, "first", staleness(s.getAs(l.String())), "accepted")
	s.ExpireNonces()
	equal(t, "second", staleness(s.getAs(l.String())), "stale=true")
}

func TestDigest_severalKeys(t *testing.T) {
	s := start(t, withAPIKey, atlasmock.WithAPIKey("other", "secret"))
	l := goodLogin(s.nonce())
	l.user, l.password = "other", "secret"
	equal(t, "own secret", s.getAs(l.String()).status, 200)
	l.password, l.nc = privateKey, "00000002"
	equal(t, "the other key's secret", s.getAs(l.String()).status, 401)
}

func TestDigest_parallel(t *testing.T) {
	s := start(t, withAPIKey)
	nonce := s.nonce()
	statuses := make([]int, 64)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			l := goodLogin(nonce)
			l.nc = fmt.Sprintf("%08x", i+1)
			statuses[i] = s.getAs(l.String()).status
		})
	}
	group.Wait()
	for i, status := range statuses {
		equal(t, fmt.Sprintf("read %d", i), status, 200)
	}
	equal(t, "requests", s.Count("GET", checkpointPath), 65)
}

// staleness is "accepted", or what the challenge says about the nonce.
func staleness(r reply) string {
	if r.status == 200 {
		return "accepted"
	}
	return regexp.MustCompile(`stale=\w+`).FindString(r.header.Get("WWW-Authenticate"))
}
