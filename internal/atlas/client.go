// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package atlas is a client for the part of the MongoDB Atlas Administration API that reads legacy
// backups. It can only read: every API request is a GET, and the only other requests go to the
// endpoints that issue and revoke OAuth2 tokens.
//
// A read goes through these layers, outermost first:
//
//	operation      path, query, document                     this package
//	retries        waits, attempts, the read's deadline      package retry
//	credentials    a token for the attempt, if need be       package auth
//	exchange       the request timeout, status, body, size   package rest
//	signing        digest handshake or bearer token          package auth
//	logging        one line for each request on the wire     package rest
//	transport      connections, TLS, proxies, HTTP/2         package rest
//
// Retries are outside signing so that each attempt is signed afresh (a nonce count must not
// repeat), and logging is inside it so that a handshake shows.
package atlas

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

// The hosts of Atlas and of Atlas for Government.
const (
	Host           = "cloud.mongodb.com"
	GovernmentHost = "cloud.mongodbgov.com"
)

// DefaultRequestTimeout bounds one attempt, its authentication included.
const DefaultRequestTimeout = 30 * time.Second

// Config is all that a Client needs. Only BaseURL and Credentials are required.
type Config struct {
	// BaseURL is scheme, host and optionally a path prefix without a slash at its end.
	BaseURL     *url.URL
	Credentials auth.Credentials
	// UserAgent is sent with every request.
	UserAgent string
	// Envelope and Pretty are the API's query parameters of that name.
	Envelope, Pretty bool
	// RequestTimeout bounds one attempt; zero means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// Retry's zero fields mean those of retry.DefaultPolicy.
	Retry retry.Policy
	// Log takes the client's debug messages; nil drops them.
	Log rest.LogFunc
	// Transport sends the requests; nil means one with connections of its own.
	Transport http.RoundTripper
	// Clock replaces the system's clock in tests.
	Clock rest.Clock
}

// Client reads from one Atlas with one credential. It is safe for parallel use.
type Client struct {
	baseURL  *url.URL
	envelope bool
	query    url.Values
	http     *rest.Client
	retrier  *retry.Retrier
	auth     auth.Authenticator
	closeAll func()

	// refusal is the first error that says that the credentials are wrong.
	refusal atomic.Pointer[rest.Error]

	clock rest.Clock
	// skew is what the last response says of the time.
	skew atomic.Pointer[Skew]

	sunsetMu       sync.Mutex
	sunset         string
	sunsetReported bool
}

// New returns a client. It sends nothing: that begins with the first read.
func New(cfg Config) *Client {
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = DefaultRequestTimeout
	}
	if cfg.Clock == nil {
		cfg.Clock = rest.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = func(context.Context, string, ...map[string]any) {}
	}
	transport, closeAll := rest.Connect(cfg.Transport, cfg.Log)
	c := &Client{
		baseURL:  cfg.BaseURL,
		envelope: cfg.Envelope,
		query:    query(cfg),
		http: &rest.Client{
			Transport: transport, UserAgent: cfg.UserAgent, Timeout: cfg.RequestTimeout,
			Redactor: &rest.Redactor{}, Clock: cfg.Clock,
		},
		retrier:  retry.New(cfg.Retry, cfg.Clock, cfg.Log, cfg.Credentials.Login()),
		closeAll: closeAll,
		clock:    cfg.Clock,
	}
	c.auth = cfg.Credentials.New(auth.Connection{Client: c.http, Retrier: c.retrier, Address: c.at})
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

// Close gives up what the client holds: it revokes a token that it fetched, if Atlas confirms that
// within a second, and closes its connections.
func (c *Client) Close(ctx context.Context) {
	c.auth.Close(ctx)
	c.closeAll()
}

// accept requests the one version of the legacy backup endpoints.
const accept = "application/vnd.atlas.2023-01-01+json"

// read is one GET.
type read struct {
	// projectID is the project, since that is what Atlas limits.
	projectID string
	// path is below the base URL, not yet escaped.
	path  []string
	query url.Values
	// limit is the size in bytes above which a response is refused.
	limit        int
	confidential bool
	decode       func([]byte) error
}

// get reads one document. Once the credentials are known to be wrong, it fails without a request: a
// run with 500 reads would be refused 500 times.
func (c *Client) get(ctx context.Context, r read) error {
	if e := c.refusal.Load(); e != nil {
		return repeated(e)
	}
	err := c.request(ctx, r)
	if err == nil {
		c.refusal.Store(nil) // behind a load balancer, the first refusal may be the only one
	}
	if e, ok := errors.AsType[*rest.Error](err); ok && aboutCredentials(e) && !c.refusal.CompareAndSwap(nil, e) {
		return repeated(e)
	}
	return err
}

// aboutCredentials reports an error that every other read would meet too. A 401 to a read without
// an error code is not from Atlas, and may be about the path.
func aboutCredentials(e *rest.Error) bool {
	if e.Token {
		return slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden}, e.Status())
	}
	return e.Kind == rest.KindCredentials && e.Credential != rest.ServiceAccount && e.Code() != ""
}

// repeated is the same error for another read.
func repeated(refusal *rest.Error) *rest.Error {
	e := *refusal
	e.Repeated = true
	return &e
}

func (c *Client) request(ctx context.Context, r read) error {
	u, err := c.endpoint(r.path...)
	if err != nil {
		return err
	}
	query := maps.Clone(c.query)
	maps.Copy(query, r.query)
	u.RawQuery = query.Encode()
	call := rest.Call{
		Method: http.MethodGet, URL: u, Accept: accept,
		Limit: r.limit, Enveloped: c.envelope, Confidential: r.confidential, Received: c.received, Decode: r.decode,
	}
	job := retry.Job{Limit: r.projectID, Method: call.Method, URL: u}
	return c.retrier.Do(ctx, job, func(ctx context.Context) error {
		return c.auth.Attempt(ctx, r.projectID, func(signer rest.Signer) error {
			return c.http.Exchange(ctx, signer, call)
		})
	})
}

// endpoint escapes each segment, so that no value can reach another path than the one it stands in.
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

// Now is the present time by the client's clock.
func (c *Client) Now() time.Time { return c.clock.Now() }

// Skew is the time by two clocks, at one moment; zero if nothing is known of it.
type Skew struct {
	// Local is this machine's time, and Atlas that in the Date field of a response.
	Local, Atlas time.Time
}

// Skew returns what the last response says of the time.
func (c *Client) Skew() Skew {
	if s := c.skew.Load(); s != nil {
		return *s
	}
	return Skew{}
}

// received notes what the header of each response says.
func (c *Client) received(h http.Header) {
	if date, ok := rest.ParseDate(h.Get("Date")); ok {
		c.skew.Store(&Skew{Local: c.clock.Now(), Atlas: date})
	}
	c.noteSunset(h)
}

// noteSunset remembers when Atlas says it will withdraw what it just served (RFC 8594).
func (c *Client) noteSunset(h http.Header) {
	value := h.Get("Sunset")
	if value == "" {
		return
	}
	c.sunsetMu.Lock()
	defer c.sunsetMu.Unlock()
	if date, ok := rest.ParseDate(strings.TrimSpace(value)); ok {
		value = date.Format("2 January 2006")
	}
	c.sunset = c.http.Redactor.Excerpt(value)
}

// Sunset returns the date after which Atlas will no longer serve this API version, once Atlas has
// announced one. Only the first call that can return it does, so that a user sees it once.
func (c *Client) Sunset() (date string, ok bool) {
	c.sunsetMu.Lock()
	defer c.sunsetMu.Unlock()
	if c.sunset == "" || c.sunsetReported {
		return "", false
	}
	c.sunsetReported = true
	return c.sunset, true
}
