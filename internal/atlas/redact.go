// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const redacted = "(redacted)"

// digestResponse is what proves the private key in a request's Authorization
// header: who sees it can try guesses at the key.
var digestResponse = regexp.MustCompile(`(?is)(response.{1,12}?)[0-9a-f]{8,64}`)

// A redactor removes the client's own credentials from texts that come from
// outside: a server may echo what it was sent.
type redactor struct {
	mu       sync.Mutex
	forms    []string
	replacer *strings.Replacer
}

// add makes the redactor know one more secret, and the pair it is sent in with
// Basic authentication if it has an id.
func (r *redactor) add(id, secret string) {
	if secret == "" {
		return
	}
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		unquoted(strconv.Quote(secret)), unquoted(inJSON(secret)),
	}
	for _, s := range []string{secret, id + ":" + secret, url.QueryEscape(id) + ":" + url.QueryEscape(secret)} {
		for _, encoding := range []*base64.Encoding{
			base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
		} {
			forms = append(forms, encoding.EncodeToString([]byte(s)))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forms = append(r.forms, forms...)
	// Longer ones first, or a shorter one would leave a longer one's rest behind.
	slices.SortFunc(r.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	r.forms = slices.Compact(r.forms)
	pairs := make([]string, 0, 2*len(r.forms))
	for _, form := range r.forms {
		pairs = append(pairs, form, redacted)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

func (r *redactor) redact(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.replacer != nil {
		text = r.replacer.Replace(text)
	}
	return digestResponse.ReplaceAllString(text, "${1}"+redacted)
}

// withoutStart takes off the end of a text that was cut what may be the start of
// a secret: cut, it would be past recognition.
func (r *redactor) withoutStart(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	longest := 0
	for _, form := range r.forms {
		for n := min(len(form)-1, len(text)); n > longest; n-- {
			if strings.HasSuffix(text, form[:n]) {
				longest = n
			}
		}
	}
	return text[:len(text)-longest]
}

// inJSON writes a text as JSON that is safe in a page, with more escapes than
// strconv.Quote.
func inJSON(text string) string {
	data, _ := json.Marshal(text) // a string always has a JSON form
	return string(data)
}

func unquoted(quoted string) string { return quoted[1 : len(quoted)-1] }
