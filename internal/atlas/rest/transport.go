// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// newTransport returns a transport with connections of its own: Go's default, which trusts the
// system's authorities and takes proxies from the environment, but keeping as many idle connections
// to the one host it talks to as Terraform has parallel reads.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.MaxResponseHeaderBytes = 256 << 10
	t.OnProxyConnectResponse = proxyResponse
	t.Proxy = proxyFromEnvironment()
	// A dead HTTP/2 connection would otherwise swallow every attempt of every read.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	return t
}

// proxyFromEnvironment is http.ProxyFromEnvironment, which takes a variable that it can't read for
// none and connects without the proxy, but with an error then.
func proxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	settings := httpproxy.FromEnvironment()
	invalid := map[string]string{} // the variable by the request's scheme
	for scheme, value := range map[string]*string{"https": &settings.HTTPSProxy, "http": &settings.HTTPProxy} {
		if *value != "" && !isProxy(*value) {
			invalid[scheme] = strings.ToUpper(scheme) + "_PROXY"
			*value = "http://proxy.invalid" // NO_PROXY still counts
		}
	}
	choose := settings.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := choose(req.URL)
		if variable := invalid[req.URL.Scheme]; proxy != nil && variable != "" {
			return nil, &proxyVariableError{variable: variable}
		}
		return proxy, err
	}
}

// isProxy reports whether a value is the URL of a proxy, or a host, which httpproxy completes.
func isProxy(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != ""
}

// proxyVariableError never quotes the value, which may hold a password.
type proxyVariableError struct{ variable string }

func (e *proxyVariableError) Error() string {
	return e.variable + " in the environment is not a valid URL"
}

// ProxyError says that the proxy, not Atlas, refused a request.
type ProxyError struct {
	// Host is the proxy's host.
	Host string
	// Status is the HTTP status that the proxy responded with.
	Status int
	// Reason is what it says of it, if anything.
	Reason string
}

func (e *ProxyError) Error() string {
	text := fmt.Sprintf("proxy %s: HTTP %d", e.Host, e.Status)
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	return text
}

func proxyResponse(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Host: proxy.Host, Status: resp.StatusCode, Reason: proxyReason(resp.Header)}
}

// proxyReason is Squid's error, or else the logins that the proxy offers.
func proxyReason(h http.Header) string {
	if code, _, _ := strings.Cut(h.Get("X-Squid-Error"), " "); code != "" {
		return code
	}
	var schemes []string
	for _, field := range h.Values("Proxy-Authenticate") {
		scheme, _, _ := strings.Cut(field, " ")
		schemes = append(schemes, strings.TrimSuffix(scheme, ","))
	}
	if len(schemes) == 0 {
		return ""
	}
	return "it offers the login " + strings.Join(schemes, ", ")
}

// ProxyUse says how a request related to the proxies of the environment.
type ProxyUse int

const (
	// NoProxy is an environment without a proxy for such a URL.
	NoProxy ProxyUse = iota
	// ProxyExcluded is one with a proxy, but not for this host.
	ProxyExcluded
	// ThroughProxy is a request that went through a proxy.
	ThroughProxy
)

func proxyUse(t *http.Transport, req *http.Request) ProxyUse {
	if t.Proxy == nil {
		return NoProxy
	}
	if proxy, err := t.Proxy(req); proxy != nil || err != nil {
		return ThroughProxy
	}
	settings := httpproxy.FromEnvironment()
	if req.URL.Scheme == "https" && settings.HTTPSProxy != "" || req.URL.Scheme == "http" && settings.HTTPProxy != "" {
		return ProxyExcluded
	}
	return NoProxy
}

// routeError is a failure to get a response, with the way that the request took.
type routeError struct {
	error
	proxy ProxyUse
}

func (e *routeError) Unwrap() error { return e.error }

// maxConnections is how many new connections one request may use up. If an HTTP/2 server ends each
// with GOAWAY before its response, net/http goes on without a pause: one request was sent 5,901
// times in 15 seconds.
const maxConnections = 3

// errConnections is the failure of a request that used them up.
var errConnections = errors.New("the server closed each connection before its response")

// errClosed is the failure to connect after Close.
var errClosed = errors.New("the client is closed")

// connections remembers the connections of a transport, so that Close can close all of them. One
// that is left to itself may stay: HTTP/2 takes one with a canceled request for busy until the
// server has responded to a ping.
type connections struct {
	transport *http.Transport

	mu     sync.Mutex
	open   map[*connection]struct{}
	closed bool
}

func newConnections(t *http.Transport) *connections {
	c := &connections{transport: t, open: map[*connection]struct{}{}}
	dial := t.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return c.keep(conn)
	}
	return c
}

func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	// Nobody but this function ends the context: the response's body needs it.
	ctx, end := context.WithCancelCause(req.Context())
	var (
		made      atomic.Int32
		handshake atomic.Pointer[error]
	)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if !info.Reused && made.Add(1) > maxConnections {
				end(errConnections)
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { handshake.Store(&err) },
	})
	resp, err := c.transport.RoundTrip(req.WithContext(ctx))
	switch failed := handshake.Load(); {
	case err != nil && errors.Is(context.Cause(ctx), errConnections):
		return nil, errConnections
	case err != nil && failed != nil && *failed != nil && errors.Is(err, *failed):
		err = &handshakeError{cause: err}
	}
	if err != nil {
		return nil, &routeError{err, proxyUse(c.transport, req)}
	}
	return resp, nil
}

// close closes every connection, also one that is still being made.
func (c *connections) close() {
	c.transport.CloseIdleConnections()
	c.mu.Lock()
	open := c.open
	c.open, c.closed = nil, true
	c.mu.Unlock()
	for conn := range open {
		_ = conn.Close()
	}
}

func (c *connections) keep(conn net.Conn) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = conn.Close()
		return nil, errClosed
	}
	kept := &connection{Conn: conn, of: c}
	c.open[kept] = struct{}{}
	return kept, nil
}

type connection struct {
	net.Conn
	of *connections
}

func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
