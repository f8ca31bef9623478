// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

func TestRedactor(t *testing.T) {
	const (
		id     = "mdb_sa_id_0123"
		secret = `mdb_sa_sk_a/b+c&d"e f`
	)
	encoded := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	for name, form := range map[string]string{
		"as it is":                           secret,
		"in a query":                         url.QueryEscape(secret),
		"in a path":                          url.PathEscape(secret),
		"in a page":                          html.EscapeString(secret),
		"in JSON":                            `mdb_sa_sk_a/b+c&d\"e f`,
		"in JSON for pages":                  `mdb_sa_sk_a/b+c\u0026d\"e f`,
		"in JSON with escaped slashes":       `mdb_sa_sk_a\/b+c&d\"e f`,
		"in JSON, every character escaped":   escapedBy(secret, `\u%04x`),
		"in JSON with capital digits":        escapedBy(secret, `\u%04X`),
		"in a Go string":                     escapedBy(secret, `\x%02x`),
		"in a query in lower case":           strings.ReplaceAll(url.QueryEscape(secret), "%2B", "%2b"),
		"in a query, every byte escaped":     escapedBy(secret, `%%%02x`),
		"in a page with named entities":      `mdb_sa_sk_a&sol;b&plus;c&amp;d&quot;e f`,
		"in a page with hexadecimal ones":    escapedBy(secret, `&#x%x;`),
		"in a page with decimal ones":        escapedBy(secret, `&#%d;`),
		"in JSON in a page":                  html.EscapeString(`mdb_sa_sk_a\/b+c&d\"e f`),
		"in JSON in JSON":                    `mdb_sa_sk_a\\\/b+c&d\\\"e f`,
		"in a query in JSON in a page":       html.EscapeString(`mdb_sa_sk_a%2Fb%2Bc\u002526d%22e%20f`),
		"base64 in a query":                  url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(encoded))),
		"base64":                             base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 without padding":             base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"base64 for URLs":                    base64.URLEncoding.EncodeToString([]byte(secret)),
		"base64 for URLs without padding":    base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"base64 of the pair":                 base64.StdEncoding.EncodeToString([]byte(id + ":" + secret)),
		"base64 of the pair as it is sent":   base64.StdEncoding.EncodeToString([]byte(encoded)),
		"base64 of the pair without padding": base64.RawStdEncoding.EncodeToString([]byte(encoded)),
	} {
		t.Run(name, func(t *testing.T) {
			var r Redactor
			r.Add("", "another secret")
			r.Add(id, secret)
			if got := r.redact(form + "> <" + form); got != "(redacted)> <(redacted)" {
				t.Errorf("got %q", got)
			}
			if nested := strings.Contains(name, " in JSON in ") || strings.HasPrefix(name, "in JSON in "); !nested && !r.Contains([]byte("<"+form)) {
				t.Error("not found")
			}
			for n := range len(form) - 1 {
				cut := "<" + form[:n+1]
				if got := withoutPadding.Replace(r.redactCut(cut)); got != "<" && got != "<(redacted)" {
					t.Fatalf("of %q, cut in the middle, %q is left", cut, got)
				}
			}
		})
	}
}

// Padding says nothing of what it follows.
var withoutPadding = strings.NewReplacer("=", "", "%3D", "", "%3", "", "%", "")

// escapedBy writes each byte of a text in a format.
func escapedBy(text, format string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func TestRedactor_leavesTheRestAlone(t *testing.T) {
	var r Redactor
	r.Add("", "")
	if got := r.redact("any text"); got != "any text" {
		t.Errorf("without a secret: got %q", got)
	}
	if got := r.redactCut("any text"); got != "any text" {
		t.Errorf("cut, without a secret: got %q", got)
	}
	r.Add("public", "sesame")
	if got := r.redactCut("ses&abcdefghijk"); got != "ses&abcdefghijk" {
		t.Errorf("before what is too long for an entity: got %q", got)
	}
	r.Add("", "fifteen letters")
	if r.Contains([]byte("sesame seeds are spelled with sesame, or with fifteen letters")) {
		t.Error("a word that a test's password happens to be is found in a document")
	}
	r.Add("", "sixteen  letters")
	if !r.Contains([]byte("sixteen  letters")) {
		t.Error("a secret of the least length is not found in a document")
	}
	for _, text := range []string{"", "public", "sesam", "esame", `100 % &c; C:\new \u00 %7 &#x; \ud800 é`} {
		if got := r.redact(text); got != text || r.Contains([]byte(text)) {
			t.Errorf("got %q of %q", got, text)
		}
	}
}

func TestRedactor_knowsManySecrets(t *testing.T) {
	var r Redactor
	for i := range 50 {
		r.Add("", "token-"+strings.Repeat("x", i+10))
	}
	r.Add("", "open token-xxxxxxxxxxx now")
	if got := r.redactCut("key token-xxxxxxxxxxx"); got != "key " { // whole, or the start of a longer one
		t.Errorf("got %q", got)
	}
	if got := r.redact("token-" + strings.Repeat("x", 30) + "! open token-xxxxxxxxxxx now"); got != "(redacted)! (redacted)" {
		t.Errorf("got %q", got)
	}
}

// The private key is never sent, but what is made of it must not be shown either.
func TestRedactor_digestResponse(t *testing.T) {
	const md5, sha256 = "0e31f667ee1c417b0c7ec1f53d8fc2ab", "87435edc7aa360473e0dd061058a489a87435edc7aa360473e0dd061058a489a"
	var r Redactor
	for text, want := range map[string]string{
		`nc=00000005, response="` + md5 + `"`:      `nc=00000005, response="(redacted)"`,
		`response="` + sha256 + `", opaque="1"`:    `response="(redacted)", opaque="1"`,
		`response="` + sha256 + sha256 + `"`:       `response="(redacted)"`, // SHA-512
		`Response=` + strings.ToUpper(md5):         `Response=(redacted)`,
		`response=\"` + md5 + `\"`:                 `response=\"(redacted)\"`,
		`response=&#34;` + md5 + `&#34;`:           `response=&#34;(redacted)&#34;`,
		`response%3D%22` + md5 + `%22`:             `response%3D%(redacted)%22`,
		`response="` + md5[:20]:                    `response="(redacted)`,
		`no response from 5e4229180a6f3c2b9d7e4a1`: `no response from (redacted)`,
		`response time: 12 ms`:                     `response time: 12 ms`,
		md5:                                        md5,
	} {
		if got := r.redact(text); got != want {
			t.Errorf("got %q of %q, want %q", got, text, want)
		}
	}
}

// A large document is searched in pieces: a secret at the border of two is found.
func TestRedactor_containsAtAnyOffset(t *testing.T) {
	var r Redactor
	r.Add("", "sesame-0123456789")
	for offset := 16<<10 - 100; offset <= 16<<10; offset++ {
		for _, form := range []string{"sesame-0123456789", escapedBy("sesame-0123456789", `\u%04x`)} {
			document := strings.Repeat("x", offset) + form + strings.Repeat("x", 20<<10)
			if !r.Contains([]byte(document)) {
				t.Errorf("not found after %d bytes: %s", offset, form)
			}
		}
	}
}
