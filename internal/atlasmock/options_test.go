// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestNew_errors(t *testing.T) {
	tests := map[string]struct {
		option atlasmock.Option
		want   string
	}{
		"key without public half":  {atlasmock.WithAPIKey("", "x"), `API key "": both halves are needed, the public one without colon or quote`},
		"key without private half": {atlasmock.WithAPIKey("x", ""), `API key "x": both halves are needed, the public one without colon or quote`},
		"key with colon":           {atlasmock.WithAPIKey("a:b", "x"), `API key "a:b": both halves are needed, the public one without colon or quote`},
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
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := atlasmock.New(test.option)
			if err == nil {
				t.Fatal("no error")
			}
			equal(t, "error", err.Error(), "invalid mock configuration:\n"+test.want)
		})
	}
}

func TestNew_reportsAllErrors(t *testing.T) {
	_, err := atlasmock.New(atlasmock.WithAccessToken(""), atlasmock.WithPageCap(1), atlasmock.WithClock(nil))
	if err == nil {
		t.Fatal("no error")
	}
	equal(t, "error", err.Error(), "invalid mock configuration:\naccess token: empty\nclock: nil")
}

func TestNew_refusesEverybodyByDefault(t *testing.T) {
	s := start(t)
	equal(t, "no credentials", s.getAs("").status, 401)
	equal(t, "empty key", s.getAs(login{
		realm: "MMS Public API", algorithm: "MD5", qop: "auth", nonce: s.nonce(), nc: "00000001", cnonce: "x",
		method: "GET", uri: checkpointPath,
	}.String()).status, 401)
	equal(t, "empty token", s.getAs("Bearer ").status, 401)
}

// The mock is written from the API's documents; what it imported from the provider it could not judge.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if root, _, _ := strings.Cut(path, "/"); strings.Contains(root, ".") || path == "testing" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
