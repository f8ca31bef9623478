// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var withAPIKey = atlasmock.WithAPIKey(publicKey, privateKey)

// The tests' own arithmetic is checked against RFC 7616, 3.9.1, before anything is evaluated by it.
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
	nonce := regexp.MustCompile(`nonce="[A-Za-z0-9+/]{32}"`)
	for want, opts := range map[string]options{
		`Digest realm="MMS Public API", domain="", NONCE, algorithm=MD5, qop="auth", stale=false`: nil,
		`Digest realm="MMS Public API", domain="", NONCE, algorithm=SHA-256, qop="auth", stale=false`: {
			atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-256"}),
		},
		`Digest realm="r", domain="", NONCE, algorithm=MD5, opaque="o", stale=false`: {
			atlasmock.WithDigest(atlasmock.Digest{QOP: "none", Realm: "r", Opaque: "o"}),
		},
		`Basic realm="x"; Digest NONCE, stale=false,,`: {
			atlasmock.WithChallenges(`Basic realm="x"`, `Digest nonce="%nonce%", stale=%stale%,,`),
		},
		"": {atlasmock.WithChallenges()},
	} {
		got := start(t, opts...).getAs("")
		equal(t, "status", got.status, 401)
		fields := strings.Join(got.header.Values("WWW-Authenticate"), "; ")
		equal(t, "challenges", nonce.ReplaceAllString(fields, "NONCE"), want)
	}
}

// Only stale says what is wrong with the credentials, if that is true.
func TestDigest_unauthorizedBody(t *testing.T) {
	const want = `{
  "error": 401,
  "reason": "Unauthorized",
  "detail": "You are not authorized for this resource.",
  "errorCode": "UNEXPECTED_ERROR"
}`
	s := start(t, withAPIKey)
	unknownKey := goodLogin(s.nonce())
	unknownKey.user = "unknown"
	for _, authorization := range []string{
		"", unknownKey.String(), "Bearer unknown", "Bearer ", "Negotiate abc", "Digest", "Basic YWJjZGVmZ2g6ZjgxZDRmYWUtN2RlYy0xMWQw",
	} {
		got := s.getAs(authorization)
		equal(t, authorization, got.outcome(), "401")
		equal(t, authorization, got.header.Get("Content-Type"), "application/json")
		equal(t, authorization, got.body, want)
	}
}

func TestDigest_verification(t *testing.T) {
	sha256, noQOP, opaque := atlasmock.Digest{Algorithm: "SHA-256"}, atlasmock.Digest{QOP: "none"}, atlasmock.Digest{Opaque: "o"}
	for name, test := range map[string]struct {
		digest atlasmock.Digest
		change func(*login)
		want   string
	}{
		"good":                   {want: accepted},
		"good, no algorithm":     {change: func(l *login) { l.algorithm = "" }, want: accepted},
		"good, SHA-256":          {digest: sha256, change: func(l *login) { l.algorithm = "SHA-256" }, want: accepted},
		"good, without qop":      {digest: noQOP, change: func(l *login) { l.qop = "" }, want: accepted},
		"good, opaque":           {digest: opaque, change: func(l *login) { l.opaque = "o" }, want: accepted},
		"good, highest count":    {change: func(l *login) { l.nc = "00000400" }, want: accepted},
		"good, another key":      {change: func(l *login) { l.user, l.password = "other", "secret" }, want: accepted},
		"another key's password": {change: func(l *login) { l.user = "other" }, want: "stale=false"},
		"wrong password":         {change: func(l *login) { l.password += "x" }, want: "stale=false"},
		"unknown user":           {change: func(l *login) { l.user = "x" }, want: "stale=false"},
		"no user":                {change: func(l *login) { l.user = "" }, want: "stale=false"},
		"neither half of a key":  {change: func(l *login) { l.user, l.password = "", "" }, want: "stale=false"},
		"wrong realm":            {change: func(l *login) { l.realm = "x" }, want: "stale=false"},
		"another path's uri":     {change: func(l *login) { l.uri = "/" }, want: "stale=false"},
		"uri with a query":       {change: func(l *login) { l.uri += "?pretty=true" }, want: "stale=false"},
		"another method":         {change: func(l *login) { l.method = "POST" }, want: "stale=false"},
		"unknown nonce":          {change: func(l *login) { l.nonce = strings.Repeat("A", 32) }, want: "stale=false"},
		"empty nonce":            {change: func(l *login) { l.nonce = "" }, want: "stale=false"},
		"weaker algorithm":       {digest: sha256, want: "stale=false"},
		"no algorithm, not MD5":  {digest: sha256, change: func(l *login) { l.algorithm = "" }, want: "stale=false"},
		"unknown algorithm":      {change: func(l *login) { l.algorithm = "MD5-sess" }, want: "stale=false"},
		"qop left out":           {change: func(l *login) { l.qop = "" }, want: "stale=false"},
		"qop not offered":        {digest: noQOP, want: "stale=false"},
		"unknown qop":            {change: func(l *login) { l.qop = "auth-int" }, want: "stale=false"},
		"count zero":             {change: func(l *login) { l.nc = "00000000" }, want: "stale=false"},
		"count too short":        {change: func(l *login) { l.nc = "1" }, want: "stale=false"},
		"count not hexadecimal":  {change: func(l *login) { l.nc = "0000000g" }, want: "stale=false"},
		"no cnonce":              {change: func(l *login) { l.cnonce = "" }, want: "stale=false"},
		"opaque not sent back":   {digest: opaque, want: "stale=false"},
	} {
		s := start(t, withAPIKey, atlasmock.WithAPIKey("other", "secret"), atlasmock.WithDigest(test.digest))
		l := goodLogin(s.nonce())
		if test.change != nil {
			test.change(&l)
		}
		equal(t, name, verdict(s.getAs(l.String())), test.want)
	}
}

func TestDigest_headerSyntax(t *testing.T) {
	s := start(t, withAPIKey)
	for name, test := range map[string]struct {
		old, replacement string
		want             int
	}{
		"as it is":               {"", "", 200},
		"scheme in lower case":   {"Digest", "digest", 200},
		"qop quoted":             {"qop=auth", `qop="auth"`, 200},
		"nc quoted":              {"nc=00000001", `nc="00000001"`, 200},
		"no space after commas":  {", ", ",", 200},
		"spaces around equals":   {"realm=", "realm = ", 200},
		"escape in quotes":       {"MMS", `M\MS`, 200},
		"parameter twice":        {`"0a4f113b"`, `"0a4f113b", nc=00000001`, 401},
		"no comma":               {`", `, `" `, 401},
		"another one, empty":     {"cnonce=", "x=, cnonce=", 200},
		"quote not closed":       {`"0a4f113b"`, `"0a4f113b", x="y`, 401},
		"escape at the very end": {`"0a4f113b"`, `"0a4f113b", x="y\`, 401},
		"name without value":     {`"0a4f113b"`, `"0a4f113b", x`, 401},
		"value without name":     {`"0a4f113b"`, `"0a4f113b", =x`, 401},
	} {
		header := goodLogin(s.nonce()).String()
		if test.old != "" {
			header = strings.ReplaceAll(header, test.old, test.replacement)
		}
		equal(t, name, s.getAs(header).status, test.want)
	}
}

// A nonce's life, step by step: a number logs in with that nonce count, - logs in without qop, +1m
// lets a minute pass, renew takes a new nonce.
func TestDigest_nonces(t *testing.T) {
	digest := atlasmock.WithDigest
	for name, test := range map[string]struct {
		option      atlasmock.Option
		steps, want string
	}{
		"reuse, counts in any order": {withAPIKey, "1 3 2", "accepted accepted accepted"},
		"repeated count":             {withAPIKey, "1 1 2", "accepted stale=false accepted"},
		"too old":                    {withAPIKey, "1 +1m 2 +1ns 3 +1h 3", "accepted accepted stale=true stale=true"},
		"expired by hand":            {withAPIKey, "1 expire 2", "accepted stale=true"},
		"stale, whatever the key":    {withAPIKey, "wrong-key expire 1 renew 1", "stale=true stale=false"},
		"single use":                 {digest(atlasmock.Digest{SingleUse: true}), "1 2", "accepted stale=false"},
		"always stale":               {digest(atlasmock.Digest{AlwaysStale: true}), "1", "stale=true"},
		"count above the limit":      {digest(atlasmock.Digest{MaxUses: 2}), "2 3 1", "accepted stale=true accepted"},
		"uses above the limit":       {digest(atlasmock.Digest{QOP: "none", MaxUses: 2}), "- - -", "accepted accepted stale=true"},
		"the limit that Atlas has":   {withAPIKey, "1025", "stale=true"},
		"stale in own challenges": {
			atlasmock.WithChallenges(`Digest nonce="%nonce%", stale=%stale%`), "1 expire 2", "accepted stale=true",
		},
	} {
		c := new(clock)
		s := start(t, withAPIKey, atlasmock.WithClock(c.Now), test.option)
		l := goodLogin(s.nonce())
		var got []string
		for step := range strings.FieldsSeq(test.steps) {
			wait, err := time.ParseDuration(step)
			switch {
			case step == "expire":
				s.ExpireNonces()
			case step == "renew":
				l.nonce = s.nonce()
			case step == "wrong-key":
				l.password = "wrong"
			case err == nil:
				c.advance(wait)
			case step == "-":
				l.qop = ""
				got = append(got, verdict(s.getAs(l.String())))
			default:
				count, err := strconv.Atoi(step)
				if err != nil {
					t.Fatal(err)
				}
				l.nc = fmt.Sprintf("%08x", count)
				got = append(got, verdict(s.getAs(l.String())))
			}
		}
		equal(t, name, strings.Join(got, " "), test.want)
	}
}

const accepted = "accepted"

// verdict is accepted, or what the challenge of the 401 says about the nonce.
func verdict(r reply) string {
	if r.status == 200 {
		return accepted
	}
	return regexp.MustCompile(`stale=\w+`).FindString(r.header.Get("WWW-Authenticate"))
}
