// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/netip"
	"net/url"
	"slices"
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

func TestBaseURL_refused(t *testing.T) {
	t.Parallel()

	const (
		around      = "has white space around it"
		inside      = "contains white space, a control character or an invisible character"
		scheme      = "does not begin with https:// and a host"
		userInfo    = "holds user info, the part before the @"
		query       = "has a query or a fragment"
		noHost      = "has no host"
		badHost     = "has a host that is neither a DNS name nor an IP address"
		badPort     = "has a port that is not a number from 1 to 65535"
		unreadable  = "is not a valid URL"
		unencrypted = "uses plain http"
		prefix      = "has a path with an empty segment, a dot segment, a backslash, an encoded slash or an encoded control"
		apiPath     = "has the API's own path, which the provider appends"
	)
	tests := map[string]struct {
		problem string
		hidden  bool   // since the value may hold a secret
		use     string // the address to use, if the error says so
	}{
		" https://cloud.mongodb.com":                    {problem: around},
		"https://cloud.mongodb.com\n":                   {problem: around},
		"https://cloud.mongodb .com":                    {problem: inside, hidden: true},
		"https://cloud.mongodb.com/a\tb":                {problem: inside, hidden: true},
		"https://cloud.mongodb.com/a\x00b":              {problem: inside, hidden: true},
		"https://cloud.mongodb.com/a\u200bb":            {problem: inside, hidden: true},
		"cloud.mongodb.com":                             {problem: scheme},
		"cloud.mongodb.com:443/atlas":                   {problem: scheme},
		"localhost:8080":                                {problem: scheme},
		"//cloud.mongodb.com":                           {problem: scheme, hidden: true},
		"https:cloud.mongodb.com":                       {problem: scheme, hidden: true},
		"https:/cloud.mongodb.com":                      {problem: scheme, hidden: true},
		"https://":                                      {problem: scheme},
		"://cloud.mongodb.com":                          {problem: scheme, hidden: true},
		"ftp://cloud.mongodb.com":                       {problem: scheme},
		"mongodb://cloud.mongodb.com":                   {problem: scheme},
		"unix:///var/run/s3cret.sock":                   {problem: scheme},
		"mdb_sa_sk_s3cret":                              {problem: scheme, hidden: true},
		"b3f3b1a2-6d07-4a8e-9f36-5f4f7e0a1c2d":          {problem: scheme, hidden: true},
		"eyJhbGciOiJub25lIn0.eyJzdWIiOiJzM2NyZXQifQ.c2": {problem: scheme, hidden: true},
		"user:s3cret@cloud.mongodb.com":                 {problem: scheme, hidden: true},
		"https://user:s3cret@cloud.mongodb.com":         {problem: userInfo, hidden: true},
		"https://s3cret@cloud.mongodb.com:x/?q#f":       {problem: userInfo, hidden: true},
		"https://@cloud.mongodb.com":                    {problem: userInfo, hidden: true},
		"https://user:s3cret%40cloud.mongodb.com":       {problem: unreadable, hidden: true},
		"https://user:s3cret":                           {problem: unreadable, hidden: true},
		"https://cloud.mongodb.com?token=s3cret":        {problem: query, hidden: true},
		"https://cloud.mongodb.com/?":                   {problem: query, hidden: true},
		"https://cloud.mongodb.com#s3cret":              {problem: query, hidden: true},
		"https://cloud.mongodb.com/#":                   {problem: query, hidden: true},
		"https:///atlas":                                {problem: noHost},
		"https://:443":                                  {problem: noHost},
		"https://[]":                                    {problem: unreadable},
		"https://cloud.mongodb.com:":                    {problem: badPort},
		"https://cloud.mongodb.com:0":                   {problem: badPort},
		"https://cloud.mongodb.com:65536":               {problem: badPort},
		"https://cloud.mongodb.com:https":               {problem: unreadable, hidden: true},
		"https://[::1":                                  {problem: unreadable, hidden: true},
		"https://cloud.mongodb.com/%zz":                 {problem: unreadable, hidden: true},
		"https://cloud%2emongodb.com":                   {problem: unreadable, hidden: true},
		"https://[fe80::1%25eth0]":                      {problem: badHost, hidden: true},
		"https://bücher.example":                        {problem: badHost, hidden: true},
		`https://"quoted".example`:                      {problem: badHost, hidden: true},
		"https://a..b":                                  {problem: badHost},
		"https://-a.example":                            {problem: badHost},
		"http://cloud.mongodb.com":                      {problem: unencrypted},
		"http://localhost.":                             {problem: unencrypted},
		"http://atlas.localhost":                        {problem: unencrypted},
		"http://localhost.example.com":                  {problem: unencrypted},
		"http://127.1":                                  {problem: unencrypted},
		"http://128.0.0.1":                              {problem: unencrypted},
		"http://0.0.0.0":                                {problem: unencrypted},
		"http://[::]:8080":                              {problem: unencrypted},
		"http://[::ffff:127.0.0.1]":                     {problem: unencrypted},
		"https://gateway.example.com/../atlas":          {problem: prefix},
		"https://gateway.example.com/atlas/./":          {problem: prefix},
		"https://gateway.example.com//atlas":            {problem: prefix},
		"https://gateway.example.com/a//b":              {problem: prefix},
		"https://gateway.example.com/%2e%2E/atlas":      {problem: prefix, hidden: true},
		"https://gateway.example.com/a%2Fb":             {problem: prefix, hidden: true},
		"https://gateway.example.com/a%2F":              {problem: prefix, hidden: true},
		`https://gateway.example.com/a\b`:               {problem: prefix, hidden: true},
		"https://gateway.example.com/a%0ab":             {problem: prefix, hidden: true},
		"https://cloud.mongodb.com/api/atlas/v2":        {problem: apiPath, use: "https://cloud.mongodb.com"},
		"https://cloud.mongodb.com/api/atlas/v1.0/":     {problem: apiPath, use: "https://cloud.mongodb.com"},
		"https://cloud.mongodb.com/api/atlas":           {problem: apiPath, use: "https://cloud.mongodb.com"},
		"https://cloud.mongodb.com/api/":                {problem: apiPath, use: "https://cloud.mongodb.com"},
		"https://cloud.mongodb.com/api/atlas/v2/groups": {problem: apiPath, use: "https://cloud.mongodb.com"},
		"https://Gateway.example.com:8443/a/api":        {problem: apiPath, use: "https://gateway.example.com:8443/a"},
	}

	for raw, test := range tests {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()

			inBlock := diagnostic{
				summary: "Invalid Atlas base URL",
				at:      "base_url",
				detail:  []string{test.problem, "https://cloud.mongodb.com or, for a gateway,"},
			}
			if test.use != "" {
				inBlock.detail[1] = "Use \"" + test.use + "\"."
			}
			inEnvironment := inBlock
			inEnvironment.at = ""
			inEnvironment.detail = append([]string{"MONGODB_ATLAS_BASE_URL"}, inBlock.detail...)
			if test.hidden {
				// Terraform would show the source line that the error points at.
				inBlock.at = ""
				inBlock.detail = append([]string{"base_url in the provider block " + test.problem}, inBlock.detail...)
			} else {
				inBlock.detail = append([]string{types.StringValue(raw).String()}, inBlock.detail...)
			}

			block := config{"access_token": "tok", "base_url": raw}
			terraform := newRPC(t, nil)
			validated, configured := terraform.validate(block), terraform.configure(block)
			assertDiagnostics(t, validated, inBlock)
			assertDiagnostics(t, configured, inBlock)

			environment := map[string]string{"MONGODB_ATLAS_BASE_URL": raw, "MONGODB_ATLAS_ACCESS_TOKEN": "tok"}
			fromEnvironment := newRPC(t, environment).configure(nil)
			assertDiagnostics(t, fromEnvironment, inEnvironment)

			if test.hidden {
				shown := slices.Concat(validated, configured, fromEnvironment)
				assertHides(t, shown, types.StringValue(raw).String(), "s3cret", "eyJ", "b3f3b1a2")
			}
		})
	}
}

func TestBaseURL_precedence(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		block       config
		environment string
		host        string
	}{
		"default": {host: "https://cloud.mongodb.com"},
		"block": {
			block:       config{"base_url": "https://b.example/x/"},
			environment: "https://e.example",
			host:        "https://b.example/x",
		},
		"environment": {environment: "https://e.example/", host: "https://e.example"},
		"empty counts as unset": {
			block:       config{"base_url": ""},
			environment: "https://e.example/",
			host:        "https://e.example",
		},
		"faulty variable that is not used": {
			block:       config{"base_url": "https://b.example"},
			environment: "?",
			host:        "https://b.example",
		},
		"government": {block: config{"is_mongodbgov_cloud": true}, host: "https://cloud.mongodbgov.com"},
		"not government": {
			block: config{"is_mongodbgov_cloud": false, "base_url": "https://cloud.mongodbgov.com"},
			host:  "https://cloud.mongodbgov.com",
		},
		"government in both arguments": {
			block: config{"is_mongodbgov_cloud": true, "base_url": "https://CLOUD.mongodbgov.com:443/"},
			host:  "https://cloud.mongodbgov.com",
		},
		"government in argument and variable": {
			block:       config{"is_mongodbgov_cloud": true},
			environment: "https://cloud.mongodbgov.com/",
			host:        "https://cloud.mongodbgov.com",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var server standIn
			terraform := newRPC(t, map[string]string{
				"MONGODB_ATLAS_ACCESS_TOKEN": "tok", "MONGODB_ATLAS_BASE_URL": test.environment,
			}, WithTransport(&server))
			assertDiagnostics(t, terraform.validate(test.block))
			assertDiagnostics(t, terraform.configure(test.block))
			assertDiagnostics(t, terraform.read())

			want := test.host + "/api/atlas/v2/groups/" + projectID + "/clusters/Cluster0/backupCheckpoints/" + checkpointID
			if got := server.urls(); !slices.Equal(got, []string{want}) {
				t.Errorf("got %q, want %s", got, want)
			}
		})
	}
}

func TestBaseURL_otherThanGovernment(t *testing.T) {
	t.Parallel()

	government := func(base string) config {
		return config{"access_token": "tok", "is_mongodbgov_cloud": true, "base_url": base}
	}
	conflict := func(at, where string) diagnostic {
		return diagnostic{
			summary: "Conflicting Atlas base URLs",
			at:      at,
			detail:  []string{"is_mongodbgov_cloud = true means https://cloud.mongodbgov.com", where + " is another address"},
		}
	}

	for _, other := range []string{
		"https://cloud.mongodb.com", "https://cloud.mongodbgov.com/prefix", "https://cloud.mongodbgov.com:8443",
	} {
		want := conflict("base_url", `base_url in the provider block ("`+other+`")`)
		assertDiagnostics(t, newRPC(t, nil).validate(government(other)), want)
		assertDiagnostics(t, newRPC(t, nil).configure(government(other)), want)

		environment := map[string]string{"MONGODB_ATLAS_BASE_URL": other}
		assertDiagnostics(t, newRPC(t, environment).validate(government("")))
		assertDiagnostics(t, newRPC(t, environment).configure(government("")),
			conflict("", `MONGODB_ATLAS_BASE_URL ("`+other+`")`))
	}

	withSecret := "https://gateway.example.com/s3cret@path"
	diags := newRPC(t, nil).validate(government(withSecret))
	assertDiagnostics(t, diags, conflict("", "base_url in the provider block"))
	assertHides(t, diags, "s3cret")
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
