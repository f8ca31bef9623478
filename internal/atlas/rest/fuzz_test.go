// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

const fuzzSecret = "sesame-0123456789"

// wantFit fails unless a text is fit for a terminal: of limited length, without control characters
// and without the secret.
func wantFit(t *testing.T, text string, limit int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > limit+1 {
		t.Errorf("%d characters, want at most %d and an ellipsis", n, limit)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("characters that do not print: %q", text)
	}
	if strings.Contains(text, fuzzSecret) {
		t.Errorf("the secret: %q", text)
	}
}

func wantFitTexts(t *testing.T, a *Response) {
	t.Helper()
	texts := []string{a.Code, a.Detail, a.Reason}
	texts = append(texts, a.Parameters...)
	for _, f := range a.Fields {
		texts = append(texts, f.Field, f.Description)
	}
	for _, text := range texts {
		wantFit(t, text, maxText)
	}
	wantFit(t, a.Excerpt, maxExcerpt)
	if len(a.Parameters) > 20 || len(a.Fields) > 20 {
		t.Errorf("%d parameters, %d fields", len(a.Parameters), len(a.Fields))
	}
	if a.RetryAfter < 0 || a.RetryAfter > LongestWait {
		t.Errorf("wait of %s", a.RetryAfter)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `"x"`, `{"error":401,"reason":"Unauthorized","detail":"No.","errorCode":"UNEXPECTED_ERROR"}`,
		`{"error":"invalid_client","error_description":"Invalid credentials provided."}`,
		`{"parameters":["a",1,null,{"b":[]}],"badRequestDetail":{"fields":[{"field":"f","description":"d"}]}}`,
		`{"errorCode":5,"detail":"x","parameters":7}`, `<html><title>502</title><script>x`, "\x1b[2J\xff\u202e",
		`{"detail":"` + fuzzSecret + `","parameters":["` + fuzzSecret + `"]}`, fuzzSecret, `<p>` + fuzzSecret + `</p>`,
	} {
		f.Add(404, "CODE", "5", []byte(seed), false)
		f.Add(503, "\x1b", "Thu, 1 Jul 2027 00:00:00 GMT", []byte(seed), true)
	}
	var r Redactor
	r.Add("", fuzzSecret)
	f.Fuzz(func(t *testing.T, status int, code, retryAfter string, data []byte, cut bool) {
		header := http.Header{"X-Error-Code": {code}, "Retry-After": {retryAfter}}
		a := newResponse(status, header, body{data: data, cut: cut}, &r, time.Now())
		if a.Status != status {
			t.Errorf("status %d, want %d", a.Status, status)
		}
		wantFitTexts(t, a)
		if a.Excerpt != "" && a.Detail+a.Reason != "" {
			t.Error("an excerpt although there is a text")
		}
		wantFit(t, a.String(), 2*maxText+100)
	})
}

// FuzzExcerpt puts a secret at each offset of a body, in each form, and cuts the body somewhere: no
// good part of the secret may be shown.
func FuzzExcerpt(f *testing.F) {
	const secret = `se&sa/me+0"12<34`
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), strconv.Quote(secret),
		strings.ReplaceAll(secret, "/", `\/`), escapedBy(secret, `\u%04x`), escapedBy(secret, `%%%02x`), escapedBy(secret, `&#%d;`),
		base64.RawStdEncoding.EncodeToString([]byte("id:" + secret)), url.QueryEscape(base64.RawStdEncoding.EncodeToString([]byte(secret))),
	}
	f.Add("<p ", ">", uint8(0), uint16(8))
	f.Add("%2", "c \\", uint8(1), uint16(300))
	f.Fuzz(func(t *testing.T, before, after string, form uint8, cut uint16) {
		var r Redactor
		r.Add("id", secret)
		written := forms[int(form)%len(forms)]
		if strings.ContainsAny(before, `%\&`) {
			return // an escape may swallow the secret's first character: then it is not that secret
		}
		for _, data := range []string{before + written + after, after + before + written} {
			end := min(int(cut), len(data))
			b := body{data: []byte(data[:end]), cut: end < len(data)}
			shown := b.excerpt(&r)
			for i := 0; i+6 <= len(written); i++ {
				if part := clean(written[i:i+6], maxExcerpt); len(part) == 6 && strings.Contains(shown, part) &&
					!strings.Contains(before+after+redacted, part) {
					t.Fatalf("shows %q of %q in %q, cut at %d: %q", part, written, data, end, shown)
				}
			}
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `{"status":200,"content":{"id":"x"}}`, `{"status":404,"envelope":{"errorCode":"X"}}`,
		`{"status":"200","content":null}`, `{"status":1e9,"content":[]}`, `{"STATUS":404,"Content":1}`, `{"status":200`, `<html>`,
		`{"status":404,"status":200,"content":1,"envelope":2}`, `{"id":"x","status":410}`,
	} {
		f.Add([]byte(seed), 200)
		f.Add([]byte(seed), 502)
	}
	f.Fuzz(func(t *testing.T, data []byte, httpStatus int) {
		status, document, err := openEnvelope(data, httpStatus)
		if err != nil {
			return
		}
		if status != httpStatus && (status < 100 || status > 599) {
			t.Errorf("status %d", status)
		}
		if bytes.Equal(document, data) {
			return
		}
		if !json.Valid(data) || !json.Valid(document) {
			t.Errorf("took %q out of %q", document, data)
		}
		if !bytes.Contains(data, document) {
			t.Errorf("%q is no part of %q", document, data)
		}
	})
}
