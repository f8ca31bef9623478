// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// call is one request and what to make of its answer.
type call struct {
	method string
	url    *url.URL
	accept string
	header http.Header
	form   url.Values
	limit  int64
	// enveloped is true if the status is to be looked for in the body too.
	enveloped bool
	// confidential is true if the document is a secret.
	confidential bool
	decode       func(io.Reader) error
}

// exchange makes one attempt: it sends the request and reads the whole answer
// within the request timeout. Every failure is an *Error.
func (c *Client) exchange(ctx context.Context, rt http.RoundTripper, call call) error {
	attempt, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(attempt, call)
	if err != nil {
		return err
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return c.transportError(ctx, attempt, call, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if !call.confidential {
		c.noteSunset(resp.Header)
	}
	if e := c.read(resp, call); e != nil {
		if e.Kind == KindNetwork {
			return c.transportError(ctx, attempt, call, e.cause)
		}
		e.Method, e.Host, e.Path = call.method, call.url.Host, call.url.EscapedPath()
		return e
	}
	return nil
}

func (c *Client) request(ctx context.Context, call call) (*http.Request, error) {
	var form io.Reader
	if call.form != nil {
		form = strings.NewReader(call.form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, call.method, call.url.String(), form)
	if err != nil {
		return nil, err
	}
	if call.header != nil {
		req.Header = call.header.Clone()
	}
	if call.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", call.accept)
	req.Header.Set("User-Agent", c.userAgent)
	return req, nil
}

// read makes a document, or an error, of an answer.
func (c *Client) read(resp *http.Response, call call) *Error {
	status := resp.StatusCode
	if target := resp.Header.Get("Location"); status >= 300 && status <= 399 && target != "" {
		return c.redirect(resp, target, call)
	}
	if status == http.StatusSwitchingProtocols {
		// Nobody asked for that. What follows is no body and has no end, and not
		// even the request's context ends the reading of it.
		return c.refusal(resp, status, body{})
	}
	// Authentication is settled by the HTTP status, whatever an envelope says.
	if call.enveloped && status != http.StatusUnauthorized {
		return c.readEnvelope(resp, call)
	}
	if status != http.StatusOK {
		b := errorBodyOf(resp, call)
		if call.enveloped {
			_, b.data, _ = openEnvelope(b.data, status)
		}
		return c.refusal(resp, status, b)
	}
	return c.document(resp, resp.Body, call)
}

func (c *Client) readEnvelope(resp *http.Response, call call) *Error {
	b, err := readBody(resp.Body, int(call.limit))
	switch {
	case err != nil && resp.StatusCode == http.StatusOK:
		return &Error{Kind: KindNetwork, cause: err}
	case b.cut && resp.StatusCode == http.StatusOK:
		return c.malformed(resp, tooLarge(call.limit), b)
	}
	status, content, err := openEnvelope(b.data, resp.StatusCode)
	if err != nil && resp.StatusCode == http.StatusOK {
		return c.malformed(resp, err, b)
	}
	if status != http.StatusOK {
		return c.refusal(resp, status, body{
			data: content[:min(len(content), maxErrorBody)],
			cut:  b.cut || len(content) > maxErrorBody,
		})
	}
	if json.Valid(b.data) {
		if field := repeated(b.data, envelopeFields); field != "" {
			return c.malformed(resp, fmt.Errorf("field %s stands there twice", field), b)
		}
	}
	return c.document(resp, bytes.NewReader(content), call)
}

// errorBodyOf reads what an error status says. If that breaks off, the status
// still counts.
func errorBodyOf(resp *http.Response, call call) body {
	b, _ := readBody(resp.Body, maxErrorBody)
	b.confidential = call.confidential
	return b
}

// refusal is the error for an answer with a status other than 200.
func (c *Client) refusal(resp *http.Response, status int, b body) *Error {
	e := &Error{
		Kind:   KindAnswer,
		Answer: newAnswer(status, resp.Header, b, &c.redactor, c.clock.Now()),
	}
	if stated, ok := statedStatus(b.data); ok && status != http.StatusUnauthorized {
		status, e.Answer.Status = stated, stated
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		e.Kind, e.Problem = unauthorized(resp, e.Answer.Code, &c.redactor)
	case status == http.StatusUnauthorized && accessRefused(e.Answer.Code):
		e.Kind = KindNoAccess
	case status == http.StatusUnauthorized && !isDigest(resp.Request.Header.Get("Authorization")):
		// The gateway hides the status of a refused token, but not from an envelope.
		e.Kind = KindCredentials
	}
	return e
}

func (c *Client) redirect(resp *http.Response, target string, call call) *Error {
	e := &Error{
		Kind:   KindRedirect,
		Answer: newAnswer(resp.StatusCode, resp.Header, errorBodyOf(resp, call), &c.redactor, c.clock.Now()),
		Target: "an address that is not a URL",
	}
	if u, err := resp.Request.URL.Parse(target); err == nil && u.Host != "" {
		e.Target = clean(c.redactor.redact(u.Scheme+"://"+u.Host), maxExcerpt)
	}
	return e
}

// document decodes the body of a success and sorts out why that fails.
func (c *Client) document(resp *http.Response, r io.Reader, call call) *Error {
	doc := &documentReader{r: r, limit: call.limit}
	err := call.decode(doc)
	var (
		receive  *receiveError
		mismatch *mismatchError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &receive):
		return &Error{Kind: KindNetwork, cause: receive.cause}
	case errors.As(err, &mismatch):
		return &Error{Kind: KindMismatch, Problem: clean(c.redactor.redact(mismatch.Error()), maxText)}
	}
	b := doc.body()
	b.confidential = call.confidential
	if status, ok := statedStatus(b.data); ok {
		return c.refusal(resp, status, b)
	}
	return c.malformed(resp, err, b)
}

// malformed is the error for a success whose body is not the expected document.
func (c *Client) malformed(resp *http.Response, err error, b body) *Error {
	e := &Error{
		Kind:    KindMalformed,
		Problem: clean(c.redactor.redact(err.Error()), maxText),
		Answer:  &Answer{Status: resp.StatusCode, Excerpt: b.excerpt(&c.redactor)},
	}
	if errors.Is(err, errTooLarge) {
		e.Kind = KindTooLarge
	}
	return e
}

// transportError is the error of an attempt that got no whole answer. outer is
// the read's context, attempt the one that the request timeout bounds.
func (c *Client) transportError(outer, attempt context.Context, call call, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = &Error{
		Kind: KindNetwork, Method: call.method, Host: call.url.Host, Path: call.url.EscapedPath(),
		Problem: clean(c.redactor.redact(err.Error()), maxText), cause: err,
	}
	switch {
	case outer.Err() != nil:
		e.Kind, e.Problem = KindTimeout, "no complete answer before the time for this read ran out"
	case attempt.Err() != nil:
		e.Kind, e.Problem = KindTimeout, fmt.Sprintf("no complete answer within %s", c.timeout.Round(time.Millisecond))
	case errors.Is(err, io.EOF):
		e.Problem = "the server closed the connection without an answer"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem = "the answer ended early"
	case strings.Contains(err.Error(), "readLoopPeekFailLocked"): // net/http has no other name for it
		e.Problem = "the server sent something before it was asked"
	}
	return e
}
