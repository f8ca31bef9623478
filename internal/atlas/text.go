// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	maxExcerpt = 200  // runes of a body that is not Atlas' JSON
	maxText    = 1000 // runes of one of Atlas' own texts
)

var (
	hiddenHTML = regexp.MustCompile(`(?is)<(script|style)\b.*?(</(script|style)\s*>|$)|<!--.*?(-->|$)`)
	htmlTag    = regexp.MustCompile(`<[!/?a-zA-Z][^>]*(>|$)`)
)

// clean makes a text from outside fit for one line on a terminal: no control
// characters, no runs of white space, at most limit runes.
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
