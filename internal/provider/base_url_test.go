// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()

	tests := map[string]string{
		"https://cloud.mongodb.com":                "https://cloud.mongodb.com",
		"https://cloud.mongodb.com/":               "https://cloud.mongodb.com",
		"https://cloud.mongodb.com//":              "https://cloud.mongodb.com",
		"HTTPS://Cloud.MongoDB.com":                "https://cloud.mongodb.com",
		"https://cloud.mongodb.com:443/":           "https://cloud.mongodb.com",
		"https://cloud.mongodb.com.":               "https://cloud.mongodb.com.",
		"https://gateway.example.com:8443/atlas/":  "https://gateway.example.com:8443/atlas",
		"https://gateway.example.com:08443":        "https://gateway.example.com:8443",
		"https://gateway.example.com/a/b":          "https://gateway.example.com/a/b",
		"https://gateway.example.com/a%20b/":       "https://gateway.example.com/a%20b",
		"https://gateway.example.com/a;b/~c@d":     "https://gateway.example.com/a;b/~c@d",
		"https://gateway.example.com/é":            "https://gateway.example.com/%C3%A9",
		"https://gateway.example.com/atlas-api":    "https://gateway.example.com/atlas-api",
		"https://gateway.example.com/api/mongodb":  "https://gateway.example.com/api/mongodb",
		"https://xn--bcher-kva.example":            "https://xn--bcher-kva.example",
		"https://under_score.example":              "https://under_score.example",
		"https://10.0.0.1":                         "https://10.0.0.1",
		"https://[2001:DB8::1]:8443":               "https://[2001:db8::1]:8443",
		"http://localhost:8080":                    "http://localhost:8080",
		"http://LOCALHOST:8080/":                   "http://localhost:8080",
		"http://localhost:80":                      "http://localhost",
		"http://127.0.0.1:8080/atlas":              "http://127.0.0.1:8080/atlas",
		"http://127.255.255.254":                   "http://127.255.255.254",
		"http://[::1]:8080":                        "http://[::1]:8080",
		"http://[0:0:0:0:0:0:0:1]":                 "http://[0:0:0:0:0:0:0:1]",
		"https://gateway.example.com/%e2%82%ac%25": "https://gateway.example.com/%e2%82%ac%25",
	}

	for raw, want := range tests {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()

			got, err := parseBaseURL(raw)
			if err != nil {
				t.Fatalf("%s %v", raw, err)
			}
			if got.String() != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func FuzzBaseURL(f *testing.F) {
	for _, seed := range []string{
		"https://cloud.mongodb.com", "https://cloud.mongodbgov.com/", "http://localhost:8080", "http://[::1]/a",
		"https://user:pass@host/", "https://host/%2e%2e/%2F", "https://host?q", "http://127.0.0.1.", "https://h:0443//",
		"https://[fe80::1%25lo]", "//host", "https:opaque", "https://é", " https://host", "https://host/a\\b", "",
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, raw string) {
		if base, err := parseBaseURL(raw); err == nil {
			assertUsableBaseURL(t, raw, base)
		}

		// Whatever the rest looks like, a password is refused and not shown.
		marked := strings.Replace(raw, "://", "://user:fuzzed-s3cret@", 1)
		if _, rest, ok := strings.Cut(raw, "://"); !ok || strings.HasPrefix(rest, "/") {
			return
		}
		m := model{BaseURL: types.StringValue(marked)}
		_, diags := resolveBaseURL(m, func(string) string { return "" })
		if !diags.HasError() {
			t.Fatalf("accepted %q", marked)
		}
		for _, d := range diags {
			if strings.Contains(d.Detail(), "s3cret") {
				t.Errorf("%q is shown: %s", marked, d.Detail())
			}
		}
	})
}

func assertUsableBaseURL(t *testing.T, raw string, base *url.URL) {
	t.Helper()

	again, err := parseBaseURL(base.String())
	if err != nil || again.String() != base.String() {
		t.Errorf("%q gives %s, which is not stable: %v %v", raw, base, again, err)
	}
	address, err := netip.ParseAddr(base.Hostname())
	loopback := base.Hostname() == "localhost" || err == nil && address.IsLoopback()
	if base.Scheme != "https" && (base.Scheme != "http" || !loopback) {
		t.Errorf("%q gives %s, which shows what is sent", raw, base)
	}
	if base.User != nil || base.RawQuery != "" || base.ForceQuery || base.Fragment != "" || base.Opaque != "" {
		t.Errorf("%q gives more than scheme, host and path: %#v", raw, base)
	}
	if strings.HasSuffix(base.Path, "/") || base.Path != "" && !strings.HasPrefix(base.Path, "/") {
		t.Errorf("%q gives the path %q", raw, base.Path)
	}
	// The client appends its paths to the prefix: it must not be able to lead out of it.
	if got, want := base.JoinPath("api").String(), base.String()+"/api"; got != want {
		t.Errorf("%q gives %s, below which api is %s", raw, base, got)
	}
}
