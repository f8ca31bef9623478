// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const (
	maxErrorBody = 64 << 10

	// maxSample is how much of a document is kept to quote from if it turns out
	// to be none.
	maxSample = 8 << 10
)

// KeepBody reads the body of a response, so that the connection can be used again
// and the body be read once more, and returns its error code.
func KeepBody(resp *http.Response) (code string) {
	b, _ := readBody(resp.Body, maxErrorBody)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(b.reader())
	var doc errorBody
	_ = json.Unmarshal(b.data, &doc)
	if doc.ErrorCode == "" {
		return resp.Header.Get("X-Error-Code")
	}
	return doc.ErrorCode
}

// body is the beginning of an answer's body.
type body struct {
	data []byte
	// cut is true if the body goes on after data.
	cut bool
	// confidential is true for a body of the token endpoint: it may hold a token
	// whatever its status, and then only a page is quoted.
	confidential bool
}

// readBody reads at most limit bytes. A body that breaks off is returned as far
// as it came, since what it says may still help.
func readBody(r io.Reader, limit int) (body, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if len(data) > limit {
		return body{data: data[:limit], cut: true}, err
	}
	return body{data: data, cut: err != nil}, err
}

// reader reads the body once more, and ends as the body did.
func (b body) reader() io.Reader {
	if b.cut {
		return io.MultiReader(bytes.NewReader(b.data), cutOff{})
	}
	return bytes.NewReader(b.data)
}

type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// excerpt is a short, clean quotation for an error text.
func (b body) excerpt(r *Redactor) string {
	if b.confidential && (!b.isPage() || bytes.Contains(b.data, []byte("access_token"))) {
		return ""
	}
	redact := r.redact
	if b.cut {
		redact = r.redactCut
	}
	return clean(stripHTML(redact(string(b.data))), maxExcerpt)
}

// isPage reports whether this is markup, such as a gateway's page.
func (b body) isPage() bool {
	return bytes.HasPrefix(bytes.TrimSpace(b.data), []byte("<"))
}

// errTooLarge is what a documentReader answers once its limit is reached.
var errTooLarge = errors.New("too large")

func tooLarge(limit int64) error {
	return fmt.Errorf("%w: above %d MiB", errTooLarge, limit>>20)
}

// IsReceive reports a failure to receive a document, or one that is too large.
func IsReceive(err error) bool {
	var receive *receiveError
	return errors.As(err, &receive) || errors.Is(err, errTooLarge)
}

// receiveError is a failure to receive, as opposed to one to understand: both
// may show up as io.ErrUnexpectedEOF.
type receiveError struct{ cause error }

func (e *receiveError) Error() string { return e.cause.Error() }
func (e *receiveError) Unwrap() error { return e.cause }

// documentReader hands a document to its decoder, keeping its size below limit
// and a sample of its beginning.
type documentReader struct {
	r      io.Reader
	limit  int64
	read   int64
	sample []byte
	ended  bool
}

func (d *documentReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p[:min(int64(len(p)), d.limit-d.read+1)])
	d.read += int64(n)
	d.sample = append(d.sample, p[:min(n, maxSample-len(d.sample))]...)
	d.ended = d.ended || errors.Is(err, io.EOF)
	switch {
	case d.read > d.limit:
		return n, tooLarge(d.limit)
	case err != nil && !errors.Is(err, io.EOF):
		return n, &receiveError{cause: err}
	}
	return n, err
}

// body is the sample. It is cut also if the decoder stopped before the end.
func (d *documentReader) body() body {
	return body{data: d.sample, cut: !d.ended || d.read > int64(len(d.sample))}
}
