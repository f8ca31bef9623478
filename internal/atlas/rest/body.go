// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

const (
	maxErrorBody = 64 << 10

	// maxSample is how much of a document is looked at to quote from it.
	maxSample = 8 << 10
)

// KeepBody reads the body of a response, so that the connection can be used again and the body be
// read once more, and returns its error code.
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

// body is the beginning of a response's body.
type body struct {
	data []byte
	// cut is true if the body goes on after data.
	cut bool
	// confidential is true for a body that may hold a secret, whatever its status: it is not
	// quoted.
	confidential bool
	// token is true for a body of the token endpoint, which may hold a token: of it only a page is
	// quoted, such as a gateway's.
	token bool
}

// readBody reads at most limit bytes. A body that breaks off is returned as far as it came, since
// what it says may still help.
func readBody(r io.Reader, limit int) (body, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	return body{data: data, cut: err != nil}.upTo(limit), err
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

// upTo is the beginning of the body, of at most limit bytes.
func (b body) upTo(limit int) body {
	if len(b.data) > limit {
		b.data, b.cut = b.data[:limit], true
	}
	return b
}

// excerpt is a short, clean quotation for an error text.
func (b body) excerpt(r *Redactor) string {
	if b.confidential || b.token && (!b.isPage() || bytes.Contains(b.data, []byte("access_token"))) {
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
