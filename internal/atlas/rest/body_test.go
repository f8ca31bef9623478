// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

var errBroken = errors.New("connection broken")

func TestReadBody(t *testing.T) {
	for name, test := range map[string]struct {
		r    io.Reader
		want string
		cut  bool
		err  error
	}{
		"empty":           {strings.NewReader(""), "", false, nil},
		"below the limit": {strings.NewReader("abc"), "abc", false, nil},
		"at the limit":    {strings.NewReader("abcd"), "abcd", false, nil},
		"above the limit": {strings.NewReader("abcde"), "abcd", true, nil},
		"broken off":      {io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(errBroken)), "ab", true, errBroken},
		"broken at once":  {iotest.ErrReader(errBroken), "", true, errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readBody(test.r, 4)
			if string(got.data) != test.want || got.cut != test.cut || !errors.Is(err, test.err) {
				t.Errorf("got %q, cut %t, error %v; want %q, cut %t, error %v",
					got.data, got.cut, err, test.want, test.cut, test.err)
			}
		})
	}
}

func TestBodyReader_endsAsTheBodyDid(t *testing.T) {
	for _, want := range []body{{}, {data: []byte("abc")}, {data: []byte("abc"), cut: true}} {
		got, _ := readBody(want.reader(), 10)
		if string(got.data) != string(want.data) || got.cut != want.cut {
			t.Errorf("got %q, cut %t; want %q, cut %t", got.data, got.cut, want.data, want.cut)
		}
	}
}

func TestKeepBody(t *testing.T) {
	for text, want := range map[string]string{`{"errorCode":"BODY"}`: "BODY", `{"errorCode":""}`: "HEADER", `<html>`: "HEADER"} {
		resp := &http.Response{Header: http.Header{"X-Error-Code": {"HEADER"}}, Body: io.NopCloser(strings.NewReader(text))}
		code := KeepBody(resp)
		if again, err := io.ReadAll(resp.Body); code != want || string(again) != text || err != nil {
			t.Errorf("got %q, and then %q, %v", code, again, err)
		}
	}
}

func TestBodyExcerpt(t *testing.T) {
	var r Redactor
	r.Add("", "sesame-0123456789")
	for name, test := range map[string]struct {
		body body
		want string
	}{
		"empty":                        {body{}, ""},
		"text":                         {body{data: []byte("upstream  timed\nout")}, "upstream timed out"},
		"page":                         {body{data: []byte("<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body>")}, "502 Bad Gateway 502"},
		"a whole secret":               {body{data: []byte("key sesame-0123456789!")}, "key (redacted)!"},
		"a whole secret at a cut":      {body{data: []byte("key sesame-0123456789"), cut: true}, "key (redacted)"},
		"a secret that was cut":        {body{data: []byte("key sesame-01234567"), cut: true}, "key"},
		"a secret cut after a byte":    {body{data: []byte("key s"), cut: true}, "key"},
		"an encoded one that was cut":  {body{data: []byte("key c2VzYW1lLTAxMjM"), cut: true}, "key"},
		"a short page, cut":            {body{data: []byte("<h1>502 Bad Gateway</h1><p>ngi"), cut: true}, "502 Bad Gateway ngi"},
		"a token":                      {body{data: []byte(`{"token":"x"}`), token: true}, ""},
		"a page of the endpoint":       {body{data: []byte("<h1>Sign in</h1>"), token: true}, "Sign in"},
		"a confidential page":          {body{data: []byte("<h1>Sign in</h1>"), confidential: true}, ""},
		"a page with a token":          {body{data: []byte(`<pre>{"access_token":"x"}</pre>`), token: true}, ""},
		"tags within a secret's reach": {body{data: []byte("<b>sesame-0123456789</b>")}, "(redacted)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.body.excerpt(&r); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
