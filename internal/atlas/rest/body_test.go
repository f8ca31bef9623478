// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"io"
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
		"empty":            {strings.NewReader(""), "", false, nil},
		"below the limit":  {strings.NewReader("abc"), "abc", false, nil},
		"at the limit":     {strings.NewReader("abcd"), "abcd", false, nil},
		"above the limit":  {strings.NewReader("abcde"), "abcd", true, nil},
		"broken off":       {io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(errBroken)), "ab", true, errBroken},
		"broken at once":   {iotest.ErrReader(errBroken), "", true, errBroken},
		"one byte a read":  {iotest.OneByteReader(strings.NewReader("abcde")), "abcd", true, nil},
		"broken above all": {io.MultiReader(strings.NewReader("abcde"), iotest.ErrReader(errBroken)), "abcd", true, nil},
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
		"the same, but not cut":        {body{data: []byte("keys")}, "keys"},
		"a short page, cut":            {body{data: []byte("<h1>502 Bad Gateway</h1><p>ngi"), cut: true}, "502 Bad Gateway ngi"},
		"a token's endpoint":           {body{data: []byte(`{"token":"x"}`), confidential: true}, ""},
		"a page of it":                 {body{data: []byte("<h1>Sign in</h1>"), confidential: true}, "Sign in"},
		"a page of it with a token":    {body{data: []byte(`<pre>{"access_token":"x"}</pre>`), confidential: true}, ""},
		"tags within a secret's reach": {body{data: []byte("<b>sesame-0123456789</b>")}, "(redacted)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.body.excerpt(&r); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDocumentReader_passesOnWhatFits(t *testing.T) {
	d := &documentReader{r: iotest.HalfReader(strings.NewReader("0123456789")), limit: 10}
	got, err := io.ReadAll(d)
	if string(got) != "0123456789" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if b := d.body(); string(b.data) != "0123456789" || b.cut {
		t.Errorf("sample %q, cut %t", b.data, b.cut)
	}
}

// What a decoder left unread may go on with a secret.
func TestDocumentReader_cutByItsDecoder(t *testing.T) {
	for read, cut := range map[int]bool{0: true, 5: true, 11: false} {
		d := &documentReader{r: strings.NewReader("0123456789"), limit: 100}
		_, _ = io.ReadAll(io.LimitReader(d, int64(read)))
		if b := d.body(); b.cut != cut {
			t.Errorf("after %d bytes: cut %t", read, b.cut)
		}
	}
}

func TestDocumentReader_refusesWhatIsTooLarge(t *testing.T) {
	source := strings.NewReader(strings.Repeat("x", 3<<20))
	d := &documentReader{r: source, limit: 2 << 20}
	_, err := io.ReadAll(d)
	if !errors.Is(err, errTooLarge) || err.Error() != "too large: above 2 MiB" {
		t.Errorf("got %v", err)
	}
	if read := int64(3<<20) - int64(source.Len()); read != 2<<20+1 {
		t.Errorf("read %d bytes of the source, want one above the limit", read)
	}
	if n, err := d.Read(make([]byte, 10)); n != 0 || !errors.Is(err, errTooLarge) {
		t.Errorf("a later read got %d bytes, %v", n, err)
	}
}

func TestDocumentReader_tellsTheNetworkFromTheDecoder(t *testing.T) {
	d := &documentReader{r: io.MultiReader(strings.NewReader("{"), iotest.ErrReader(io.ErrUnexpectedEOF)), limit: 10}
	_, err := io.ReadAll(d)
	var receive *receiveError
	if !errors.As(err, &receive) || !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "unexpected EOF" {
		t.Errorf("got %v, want a receiveError", err)
	}
}

func TestDocumentReader_keepsASample(t *testing.T) {
	d := &documentReader{r: strings.NewReader(strings.Repeat("x", maxSample) + "y"), limit: 1 << 20}
	if _, err := io.ReadAll(d); err != nil {
		t.Fatal(err)
	}
	if b := d.body(); string(b.data) != strings.Repeat("x", maxSample) || !b.cut {
		t.Errorf("sample of %d bytes, cut %t", len(b.data), b.cut)
	}
}
