// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":                         {"", ""},
		"text":                          {"No group exists.", "No group exists."},
		"white space":                   {" a\r\n\tb\u00a0\u2003c ", "a b c"},
		"terminal escapes":              {"\x1b[31mred\x1b[0m\a", "[31mred [0m"},
		"text that turns the direction": {"a\u202eb\u200bc", "a b c"},
		"NUL and DEL":                   {"a\x00b\x7fc", "a b c"},
		"C1 controls":                   {"a\u0085b\u009bc", "a b c"},
		"invalid UTF-8":                 {"a\xff\xfeb", "a\uFFFDb"},
		"other scripts":                 {"größe 大", "größe 大"},
		"at the limit":                  {strings.Repeat("ö", 10), strings.Repeat("ö", 10)},
		"above the limit":               {strings.Repeat("ö", 11), strings.Repeat("ö", 10) + "…"},
		"limit after the cleaning":      {strings.Repeat(" ", 50) + "abc", "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			limit := 10
			if len(test.text) < 20 {
				limit = 100
			}
			if got := clean(test.text, limit); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStripHTML(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"no tags":            {"a < b and c > d", "a < b and c > d"},
		"words":              {"<h1>502</h1><hr/>nginx", "502 nginx"},
		"attributes":         {`<a href="x">here</a>`, "here"},
		"script and style":   {"<style>p{}</style><SCRIPT>x<y</SCRIPT>text", "text"},
		"script that is cut": {"text<script>var x", "text"},
		"comment":            {"a<!-- hidden -->b", "a b"},
		"comment, cut":       {"a<!-- hidden", "a"},
		"tag that is cut":    {"text<a href=", "text"},
		"doctype":            {"<!DOCTYPE html><p>x</p>", "x"},
		"JSON stays":         {`{"a":"b"}`, `{"a":"b"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clean(stripHTML(test.page), maxText); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
