// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"cmp"
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

const redacted = "(redacted)"

// digestResponse is what proves the private key in a request's Authorization header: who sees it
// can try guesses at the key.
var digestResponse = regexp.MustCompile(`(?is)(response.{1,12}?)[0-9a-f]{8,}`)

// A Redactor removes the client's own credentials from texts that come from outside: a server may
// echo what it was sent.
type Redactor struct {
	mu sync.Mutex
	// secrets are the credentials and their base64 forms without padding, which are a part of those
	// with it. The slice is replaced, never changed.
	secrets []string
}

// Add makes the Redactor know one more secret, and the pair it is sent in with Basic authentication
// if it has an id.
func (r *Redactor) Add(id, secret string) {
	if secret == "" {
		return
	}
	found := []string{secret, strings.ReplaceAll(secret, " ", "+")}
	for _, s := range []string{secret, id + ":" + secret, url.QueryEscape(id) + ":" + url.QueryEscape(secret)} {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			found = append(found, encoding.EncodeToString([]byte(s)))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	found = append(found, r.secrets...)
	slices.Sort(found)
	r.secrets = slices.Compact(found)
}

// redact replaces each secret in a text, also one that is escaped for JSON, a URL, HTML or a Go
// string, in up to three layers of those.
func (r *Redactor) redact(text string) string { return r.replace(text, false) }

// Text is a text from outside, redacted and fit for one line of an error.
func (r *Redactor) Text(text string) string { return clean(r.redact(text), maxText) }

// Excerpt is the same for what is not a text of Atlas' own: it is shorter.
func (r *Redactor) Excerpt(text string) string { return clean(r.redact(text), maxExcerpt) }

// redactCut redacts a text that was cut, and takes off its end if that may be the start of a
// secret: cut, it would be past recognition.
func (r *Redactor) redactCut(text string) string { return r.replace(text, true) }

// minEcho is the length from which a secret in a document is no coincidence: nothing that Atlas
// issues is shorter, but what a test makes up may be.
const minEcho = 16

// Contains reports whether a document holds a secret, as it is or below one layer of escapes: a
// document may be large, and each further layer triples the work. It looks at one window after the
// other, which overlap by an escaped secret's length.
func (r *Redactor) Contains(document []byte) bool {
	const window = 16 << 10
	r.mu.Lock()
	reach := 0
	for _, secret := range r.secrets {
		reach = max(reach, longestEscape*len(secret))
	}
	r.mu.Unlock()
	for ; len(document) > 0; document = document[min(window, len(document)):] {
		spans, _ := r.find(string(document[:min(window+reach, len(document))]), false, 1)
		if slices.ContainsFunc(spans, func(s span) bool { return s.end-s.start >= minEcho }) {
			return true
		}
	}
	return false
}

func (r *Redactor) replace(text string, cut bool) string {
	spans, end := r.find(text, cut, maxDepth)
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var out strings.Builder
	at := 0
	for _, s := range spans {
		if s.start >= end {
			break
		}
		if s.start >= at {
			out.WriteString(text[at:s.start])
			out.WriteString(redacted)
		}
		at = max(at, s.end)
	}
	out.WriteString(text[min(at, end):end])
	return digestResponse.ReplaceAllString(out.String(), "${1}"+redacted)
}

type span struct{ start, end int }

// find returns where the secrets are, below so many layers of escapes. If the text was cut, end is
// where the start of one at its end begins.
func (r *Redactor) find(text string, cut bool, depth int) (spans []span, end int) {
	r.mu.Lock()
	s := search{secrets: r.secrets, cut: cut, end: len(text)}
	r.mu.Unlock()
	s.in(layer{text: text}, depth)
	return s.found, s.end
}

type search struct {
	secrets []string
	cut     bool
	found   []span
	end     int
}

// maxDepth is how many layers of escapes are taken off a text for an error.
const maxDepth = 3

// in looks for the secrets in a text, and below each kind of escapes that it has. One kind at a
// time, since a secret may look like an escape itself.
func (s *search) in(l layer, depth int) {
	for _, secret := range s.secrets {
		for from := 0; ; {
			i := strings.Index(l.text[from:], secret)
			if i < 0 {
				break
			}
			start := from + i
			from = start + len(secret)
			from += len(l.text[from:]) - len(strings.TrimLeft(l.text[from:], "=")) // base64's padding
			s.found = append(s.found, span{l.source(start), l.source(from)})
		}
		if s.cut {
			s.end = min(s.end, l.source(len(l.text)-overlap(l.text, secret)))
		}
	}
	if depth == 0 {
		return
	}
	for _, e := range escapes {
		if strings.IndexByte(l.text, e.first) >= 0 {
			s.in(l.without(e, s.cut), depth-1)
		}
	}
}

// overlap is the length of the longest end of text that is a start of secret.
func overlap(text, secret string) int {
	n := min(len(secret)-1, len(text))
	for !strings.HasSuffix(text, secret[:n]) {
		n--
	}
	return n
}

// layer is a text with escapes taken off.
type layer struct {
	text string
	// offsets are where the bytes of text come from; nil if text is the source.
	offsets []int
}

func (l layer) source(i int) int {
	if l.offsets == nil {
		return i
	}
	return l.offsets[i]
}

// without takes off one layer of escapes. One that was cut is dropped.
func (l layer) without(e escape, cut bool) layer {
	text := make([]byte, 0, len(l.text))
	offsets := make([]int, 0, len(l.text)+1)
	i := 0
	for i < len(l.text) {
		c, n := l.text[i:i+1], 1
		if l.text[i] == e.first {
			if c, n = e.read(l.text[i:]); n == 0 {
				if cut && len(l.text)-i < longestEscape {
					break
				}
				c, n = l.text[i:i+1], 1
			}
		}
		for range len(c) {
			offsets = append(offsets, l.source(i))
		}
		text = append(text, c...)
		i += n
	}
	return layer{text: string(text), offsets: append(offsets, l.source(i))}
}

// escape is a way to write a character. read returns the character that a text beginning with first
// stands for, and the length of the escape; 0 if it is none.
type escape struct {
	first byte
	read  func(text string) (c string, length int)
}

// longestEscape bounds an HTML entity, the longest of the escapes.
const longestEscape = 12

var escapes = []escape{{'%', readPercent}, {'&', readEntity}, {'\\', readBackslash}}

func readPercent(text string) (c string, length int) {
	if len(text) < 3 {
		return "", 0
	}
	b, err := strconv.ParseUint(text[1:3], 16, 8)
	if err != nil {
		return "", 0
	}
	return string([]byte{byte(b)}), 3
}

func readEntity(text string) (c string, length int) {
	length = strings.IndexByte(text[:min(len(text), longestEscape)], ';') + 1
	if c = html.UnescapeString(text[:length]); c == text[:length] {
		return "", 0
	}
	return c, length
}

// readBackslash reads what JSON and Go strings have.
func readBackslash(text string) (c string, length int) {
	if strings.HasPrefix(text, `\/`) || strings.HasPrefix(text, `\'`) {
		return text[1:2], 2
	}
	r, multibyte, rest, err := strconv.UnquoteChar(text, '"')
	switch length = len(text) - len(rest); {
	case err != nil:
		return "", 0
	case multibyte:
		return string(r), length
	default:
		return string([]byte{byte(r)}), length //nolint:gosec // a single byte, says UnquoteChar
	}
}

const (
	maxExcerpt = 200  // runes of a body that is not Atlas' JSON
	maxText    = 1000 // runes of one of Atlas' own texts
)

var (
	hiddenHTML = regexp.MustCompile(`(?is)<(script|style)\b.*?(</(script|style)\s*>|$)|<!--.*?(-->|$)`)
	htmlTag    = regexp.MustCompile(`<[!/?a-zA-Z][^>]*(>|$)`)
)

// clean makes a text from outside fit for one line on a terminal: no control characters, no runs of
// white space, at most limit runes.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return string(runes)
}

// stripHTML leaves the words of a page.
func stripHTML(text string) string {
	return htmlTag.ReplaceAllString(hiddenHTML.ReplaceAllString(text, " "), " ")
}
