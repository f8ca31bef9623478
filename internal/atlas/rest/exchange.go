// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package rest makes one exchange with the Atlas Administration API: it sends a request, reads the
// whole response and makes a document or an Error of it. It knows neither credentials, which a
// Signer has, nor retries.
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client makes exchanges. All its fields are required.
type Client struct {
	// Transport sends the requests.
	Transport http.RoundTripper
	// UserAgent is sent with every request.
	UserAgent string
	// Timeout bounds one exchange, its authentication included.
	Timeout time.Duration
	// Redactor knows the credentials that no text may show.
	Redactor *Redactor
	Clock    Clock
}

// Signer authenticates the requests that it sends.
type Signer interface {
	http.RoundTripper
	// Unauthorized says what a final 401 means, and the problem if there is more to say. Code is
	// the error code of the response.
	Unauthorized(resp *http.Response, code string) (kind Kind, problem string)
}

// Call is one request and what to make of its response.
type Call struct {
	Method string
	URL    *url.URL
	Accept string
	// Form is sent as the body, if there is one.
	Form url.Values
	// Limit is the size in bytes above which a document is refused.
	Limit int
	// Enveloped is true if the status is to be looked for in the body too.
	Enveloped bool
	// Confidential is true if the document holds a secret. Then no error quotes from it.
	Confidential bool
	// Received is called with the header of each response, if set.
	Received func(http.Header)
	// Decode makes something of a whole document.
	Decode func([]byte) error
}

// Exchange sends the request and reads the whole response within the Timeout. Every failure is an
// *Error.
func (c *Client) Exchange(ctx context.Context, signer Signer, call Call) error {
	attempt, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	req, err := c.request(attempt, call)
	if err != nil {
		return err
	}
	resp, err := signer.RoundTrip(req)
	if err != nil {
		return c.transportError(ctx, attempt, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if call.Received != nil {
		call.Received(resp.Header)
	}
	e := (&received{Response: resp, client: c, signer: signer, call: call}).read()
	switch {
	case e == nil:
		return nil
	case e.Kind == kindReceive:
		return c.transportError(ctx, attempt, e.cause)
	}
	return e
}

func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	var form io.Reader
	if call.Form != nil {
		form = strings.NewReader(call.Form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL.String(), form)
	if err != nil {
		return nil, err
	}
	if call.Form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", call.Accept)
	req.Header.Set("User-Agent", c.UserAgent)
	return req, nil
}

// transportError is the error of an attempt that got no whole response. outer is the read's
// context, attempt the one that the timeout bounds.
func (c *Client) transportError(outer, attempt context.Context, err error) error {
	e := &Error{Problem: c.Redactor.Text(err.Error()), cause: err}
	if route, ok := errors.AsType[*routeError](err); ok {
		e.Proxy = route.proxy
	}
	e.Kind, e.temporary = networkKind(err)
	switch {
	case outer.Err() != nil:
		e.Kind, e.Problem = KindTimeout, "no complete response before the time for this read ran out"
	case attempt.Err() != nil:
		e.Kind, e.Problem = KindTimeout, fmt.Sprintf("no complete response within %s", c.Timeout.Round(time.Millisecond))
	case e.Kind == KindUnknownAuthority:
		if problem := certificatesProblem(); problem != "" {
			e.Problem += "; " + c.Redactor.Text(problem)
		}
	case e.Kind == KindProxy && isRecordHeader(err):
		e.Problem = "the proxy does not speak TLS itself: its URL must begin with http:// instead of https://"
	case e.Kind != KindConnectionLost:
	case errors.Is(err, io.EOF):
		e.Problem = "the server closed the connection without a response"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem = "the response ended early"
	case strings.Contains(err.Error(), "readLoopPeekFailLocked"): // net/http has no other name for it
		e.Problem = "the server sent something before it was asked"
	}
	return e
}

// kindReceive is a body that broke off, which transportError gives its kind.
const kindReceive = Kind(-1)

// response is a response to a call, and what is needed to read it.
type received struct {
	*http.Response
	client *Client
	signer Signer
	call   Call
}

// read makes a document, or an error, of a response.
func (r *received) read() *Error {
	status := r.StatusCode
	if target := r.Header.Get("Location"); status >= 300 && status <= 399 && target != "" {
		return r.redirect(target)
	}
	if status == http.StatusSwitchingProtocols {
		// Nobody requested that. What follows is no body and has no end, and not even the request's
		// context ends the reading of it.
		return r.refusal(status, body{})
	}
	limit := r.call.Limit
	if status != http.StatusOK && !r.call.Enveloped {
		limit = maxErrorBody
	}
	b, err := readBody(r.Body, limit)
	b.confidential, b.token = r.call.Confidential, r.call.Form != nil
	if status == http.StatusOK && err != nil {
		return &Error{Kind: kindReceive, cause: err}
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		// Only gzip is requested, which net/http unpacks. The bytes of another say nothing.
		b.data = nil
		if status == http.StatusOK {
			return r.malformed(fmt.Errorf("its content encoding is %q, which was not asked for", encoding), b)
		}
	}
	b.data = bytes.TrimPrefix(b.data, []byte("\uFEFF")) // a byte order mark
	if status == http.StatusOK && b.cut {
		e := r.malformed(fmt.Errorf("too large: above %d MiB", limit>>20), b)
		e.Kind = KindTooLarge
		return e
	}
	if r.call.Enveloped {
		stated, content, err := openEnvelope(b.data, status)
		if err != nil && status == http.StatusOK {
			return r.malformed(err, b)
		}
		b.data = content
		// Authentication is settled by the HTTP status, whatever an envelope says.
		if status != http.StatusUnauthorized {
			status = stated
		}
	}
	// A status other than 200 counts even if the body breaks off.
	if status != http.StatusOK {
		return r.refusal(status, b.upTo(maxErrorBody))
	}
	return r.document(b)
}

// refusal is the error for a status other than 200.
func (r *received) refusal(status int, b body) *Error {
	e := &Error{Kind: KindStatus, Response: newResponse(status, r.Header, b, r.client.Redactor, r.client.Clock.Now())}
	if stated, ok := statedStatus(b.data); ok && status != http.StatusUnauthorized {
		status, e.Response.Status = stated, stated
	}
	if status == http.StatusUnauthorized {
		e.Kind, e.Problem = r.signer.Unauthorized(r.Response, e.Response.Code)
	}
	return e
}

func (r *received) redirect(target string) *Error {
	b, _ := readBody(r.Body, maxErrorBody)
	b.confidential, b.token = r.call.Confidential, r.call.Form != nil
	e := &Error{
		Kind:     KindRedirect,
		Response: newResponse(r.StatusCode, r.Header, b, r.client.Redactor, r.client.Clock.Now()),
		Target:   "an address that is not a URL",
	}
	if u, err := r.Request.URL.Parse(target); err == nil && u.Host != "" {
		e.Target = r.client.Redactor.Excerpt(u.Scheme + "://" + u.Host)
	}
	return e
}

// document decodes the body of a success and sorts out why that fails.
func (r *received) document(b body) *Error {
	err := r.call.Decode(b.data)
	if err == nil && r.call.Form == nil && r.client.Redactor.Contains(b.data) {
		// Used, it would end up in the state.
		err = errors.New("it contains the credentials that it was requested with")
	}
	if err == nil {
		return nil
	}
	if mismatch, ok := errors.AsType[*MismatchError](err); ok {
		problem := mismatch.Error()
		if r.call.Confidential {
			problem = mismatch.brief()
		}
		return &Error{Kind: KindMismatch, Problem: r.client.Redactor.Text(problem)}
	}
	if status, ok := statedStatus(b.data); ok {
		return r.refusal(status, b.upTo(maxErrorBody))
	}
	return r.malformed(err, b)
}

// malformed is the error for a success whose body is not the expected document.
func (r *received) malformed(err error, b body) *Error {
	problem := err.Error()
	if quoting, ok := errors.AsType[*quotingError](err); ok && (b.confidential || b.token) {
		problem = quoting.brief
	}
	return &Error{
		Kind:     KindMalformed,
		Problem:  r.client.Redactor.Text(problem),
		Response: &Response{Status: r.StatusCode, Excerpt: b.upTo(maxSample).excerpt(r.client.Redactor)},
	}
}
