// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"fmt"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestNew_errors(t *testing.T) {
	const badKey = ": both halves are needed, the public one without colon or quote"
	// Every error is reported, not only the first one.
	for name, test := range map[string]struct {
		option atlasmock.Option
		want   string
	}{
		"key without public half":  {atlasmock.WithAPIKey("", "x"), `API key ""` + badKey},
		"key without private half": {atlasmock.WithAPIKey("x", ""), `API key "x"` + badKey},
		"key with colon":           {atlasmock.WithAPIKey("a:b", "x"), `API key "a:b"` + badKey},
		"account without id":       {atlasmock.WithServiceAccount("", "x"), `service account "": both halves are needed`},
		"account without secret":   {atlasmock.WithServiceAccount("x", ""), `service account "x": both halves are needed`},
		"empty token":              {atlasmock.WithAccessToken(""), "access token: empty"},
		"algorithm":                {atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-512"}), `digest: algorithm "SHA-512" is neither MD5 nor SHA-256`},
		"qop":                      {atlasmock.WithDigest(atlasmock.Digest{QOP: "auth-int"}), `digest: qop "auth-int" is neither auth nor none`},
		"nonce lifetime":           {atlasmock.WithDigest(atlasmock.Digest{NonceLifetime: -1}), "digest: nonce lifetime -1ns and uses 1024 must not be negative"},
		"nonce uses":               {atlasmock.WithDigest(atlasmock.Digest{MaxUses: -1}), "digest: nonce lifetime 1m0s and uses -1 must not be negative"},
		"no capacity":              {atlasmock.WithRateLimit(0, 1), "rate limit: capacity 0 and refill 1 must be above zero"},
		"no refill":                {atlasmock.WithRateLimit(1, 0), "rate limit: capacity 1 and refill 0 must be above zero"},
		"clock":                    {atlasmock.WithClock(nil), "clock: nil"},
		"latency":                  {atlasmock.WithLatency(-1), "latency: -1ns is negative"},
		"fixtures":                 {atlasmock.WithFixtures(nil), "fixtures: nil"},
		"token lifetime":           {atlasmock.WithTokenLifetime(0), "token lifetime: 0s is not above zero"},
		"envelope key":             {atlasmock.WithEnvelopeKey("x"), `envelope key: "x" is neither "content" nor "envelope"`},
		"sunset":                   {atlasmock.WithSunset(""), "sunset: empty"},
		"relative prefix":          {atlasmock.WithPathPrefix("x"), `path prefix: "x" must begin with a slash and not end with one`},
		"prefix with slash":        {atlasmock.WithPathPrefix("/x/"), `path prefix: "/x/" must begin with a slash and not end with one`},
		"list order":               {atlasmock.WithListOrder(nil), "list order: nil"},
		"page cap":                 {atlasmock.WithPageCap(0), "page cap: 0 is not above zero"},
	} {
		_, err := atlasmock.New(test.option, atlasmock.WithPageCap(1), atlasmock.WithClock(nil))
		equal(t, name, fmt.Sprint(err), "invalid mock configuration:\n"+test.want+"\nclock: nil")
	}
}
