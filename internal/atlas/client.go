// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package atlas is a client for the part of the MongoDB Atlas Administration API
// that reads legacy backups. It can only read: every API request is a GET, and
// the only other requests go to the endpoints that issue and revoke OAuth2 tokens.
//
// A read goes through these layers, outermost first:
//
//	retries        waits, attempts, the read's deadline      retry.go
//	credentials    a token for the attempt, if need be       service_account.go
//	attempt        the request timeout, status, body, size   exchange.go
//	signing        digest handshake or bearer token          digest.go
//	logging        one line for each request on the wire     logging.go
//	connections    a bound for one request, and Close        connections.go
//	transport      TLS, proxies, HTTP/2                      transport.go
//
// Retries are outside signing so that each attempt is signed afresh (a nonce
// count must not repeat), and logging is inside it so that a handshake shows.
package atlas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultRequestTimeout bounds one attempt, its authentication included.
const DefaultRequestTimeout = 30 * time.Second

// Config is all that a Client needs. Only BaseURL and Credentials are required.
type Config struct {
	// BaseURL is scheme, host and optionally a path prefix without a slash at its end.
	BaseURL *url.URL
	// Credentials is an APIKey, a ServiceAccount or an AccessToken.
	Credentials Credentials
	// UserAgent is sent with every request.
	UserAgent string
	// Envelope and Pretty are the API's query parameters of that name.
	Envelope, Pretty bool
	// RequestTimeout bounds one attempt; zero means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// Retry's zero fields mean those of DefaultRetryPolicy.
	Retry RetryPolicy
	// Log takes the client's debug messages; nil drops them.
	Log func(ctx context.Context, msg string, fields ...map[string]any)
	// Transport sends the requests; nil means one with connections of its own.
	Transport http.RoundTripper
	// Clock replaces the system's clock in tests.
	Clock Clock
}

// Client reads from one Atlas with one credential. It is safe for parallel use.
type Client struct {
	baseURL   *url.URL
	userAgent string
	envelope  bool
	query     url.Values
	timeout   time.Duration

	auth     authenticator
	origin   string
	wire     http.RoundTripper
	retrier  *retrier
	clock    Clock
	redactor redactor

	sunsetMu sync.Mutex
	sunset   string
	told     bool
}

// New returns a client. It sends nothing: that begins with the first read.
func New(cfg Config) *Client {
	c := &Client{
		baseURL:   cfg.BaseURL,
		userAgent: cfg.UserAgent,
		envelope:  cfg.Envelope,
		query:     query(cfg),
		timeout:   cfg.RequestTimeout,
		clock:     cfg.Clock,
		origin:    cfg.Credentials.origin(),
	}
	if c.timeout == 0 {
		c.timeout = DefaultRequestTimeout
	}
	if c.clock == nil {
		c.clock = systemClock{}
	}
	log := cfg.Log
	if log == nil {
		log = func(context.Context, string, ...map[string]any) {}
	}
	base := cfg.Transport
	if base == nil {
		base = newConnections(newTransport())
	}
	c.wire = &logging{base: base, log: log}
	c.retrier = &retrier{policy: cfg.Retry.withDefaults(), clock: c.clock, limits: &rateLimits{}, log: log}
	c.auth = cfg.Credentials.authenticator(c)
	return c
}

func query(cfg Config) url.Values {
	q := url.Values{}
	if cfg.Envelope {
		q.Set("envelope", "true")
	}
	if cfg.Pretty {
		q.Set("pretty", "true")
	}
	return q
}

// Close gives up what the client holds: it revokes a token that it fetched, as
// far as that succeeds within a second, and closes its connections.
func (c *Client) Close(ctx context.Context) {
	c.auth.close(ctx)
	if t, ok := c.wire.(*logging).base.(io.Closer); ok {
		_ = t.Close()
	}
}

// accept asks for the one version of the legacy backup endpoints.
const accept = "application/vnd.atlas.2023-01-01+json"

// read is what one GET asks for.
type read struct {
	// projectID is the project, since that is what Atlas limits.
	projectID string
	// path is below the base URL, not yet escaped.
	path  []string
	query url.Values
	// limit is the size in bytes above which an answer is refused.
	limit  int64
	decode func(io.Reader) error
}

// get reads one document.
func (c *Client) get(ctx context.Context, r read) error {
	u, err := c.endpoint(r.path...)
	if err != nil {
		return err
	}
	query := maps.Clone(c.query)
	maps.Copy(query, r.query)
	u.RawQuery = query.Encode()
	call := call{
		method: http.MethodGet, url: u, accept: accept,
		limit: r.limit, enveloped: c.envelope, decode: r.decode,
	}
	err = c.retrier.do(ctx, r.projectID, func(ctx context.Context) error {
		return c.auth.attempt(ctx, r.projectID, func(rt http.RoundTripper) error {
			return c.exchange(ctx, rt, call)
		})
	})
	return c.complete(err, call)
}

// endpoint escapes each segment, so that no value can reach another path than
// the one it stands in.
func (c *Client) endpoint(segments ...string) (*url.URL, error) {
	escaped := ""
	for _, s := range segments {
		if s == "" || s == "." || s == ".." {
			return nil, fmt.Errorf("atlas: %q can't be part of a path", s)
		}
		escaped += "/" + url.PathEscape(s)
	}
	return c.at(escaped), nil
}

// at returns the address of an escaped path below the base URL.
func (c *Client) at(escaped string) *url.URL {
	u := *c.baseURL
	u.RawPath = c.baseURL.EscapedPath() + escaped
	// What was escaped a moment ago can be unescaped.
	u.Path, _ = url.PathUnescape(u.RawPath)
	return &u
}

// complete adds what only the client knows to an error that does not have it yet.
func (c *Client) complete(err error, call call) error {
	var e *Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	done := *e
	done.Origin = c.origin
	if !done.Token {
		done.Method, done.Host, done.Path = call.method, call.url.Host, call.url.EscapedPath()
	}
	return &done
}

// noteSunset remembers when Atlas says it will withdraw what it just served (RFC 8594).
func (c *Client) noteSunset(h http.Header) {
	value := h.Get("Sunset")
	if value == "" {
		return
	}
	c.sunsetMu.Lock()
	defer c.sunsetMu.Unlock()
	if date, ok := parseDate(strings.TrimSpace(value)); ok {
		value = date.Format("2 January 2006")
	}
	c.sunset = clean(c.redactor.redact(value), maxExcerpt)
}

// Sunset returns the date after which Atlas will no longer serve this API
// version, once Atlas has announced one. Only the first call that can return
// it does, so that a user is told once.
func (c *Client) Sunset() (date string, ok bool) {
	c.sunsetMu.Lock()
	defer c.sunsetMu.Unlock()
	if c.sunset == "" || c.told {
		return "", false
	}
	c.told = true
	return c.sunset, true
}
