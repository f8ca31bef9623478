// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"syscall"
	"testing"
	"time"
)

// plain sends requests as they are.
type plain struct{ http.RoundTripper }

func (plain) Unauthorized(*http.Response, string) (Kind, string) { return KindCredentials, "" }

// reader makes exchanges with the server at an address.
type reader struct {
	client *Client
	url    *url.URL
	close  func()
}

func newReader(t *testing.T, address string, transport http.RoundTripper) *reader {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	rt, closeAll := Connect(transport, func(context.Context, string, ...map[string]any) {})
	t.Cleanup(closeAll)
	return &reader{client: &Client{
		Transport: rt, UserAgent: "test", Timeout: time.Minute, Redactor: &Redactor{}, Clock: SystemClock{},
	}, url: base, close: closeAll}
}

func (r *reader) read(ctx context.Context) error {
	return r.client.Exchange(ctx, plain{r.client.Transport}, Call{
		Method: http.MethodGet, URL: r.url, Limit: 1 << 20, Decode: func([]byte) error { return nil },
	})
}

// mustRead makes one exchange, which must succeed.
func (r *reader) mustRead(t *testing.T) {
	t.Helper()
	if err := r.read(t.Context()); err != nil {
		t.Error(err)
	}
}

// mustFail makes one exchange, which must fail without a response.
func (r *reader) mustFail(t *testing.T) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](r.read(t.Context()))
	if !ok || !e.Kind.Network() {
		t.Fatalf("got %v, want a failure to get a response", e)
	}
	return e
}

// secure starts a TLS server that is not trusted yet.
func secure(t *testing.T, handler http.HandlerFunc, configure func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	configure(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// trusting is the transport of production that trusts a test server too.
func trusting(server *httptest.Server) *http.Transport {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	t := newTransport()
	t.TLSClientConfig = &tls.Config{RootCAs: pool}
	return t
}

func emptyDocument(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":"k"}`) }

func TestTransport_leavesTheDefaultOneAlone(t *testing.T) {
	own := newTransport()
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok || own == shared || shared.MaxIdleConnsPerHost != 0 || shared.OnProxyConnectResponse != nil {
		t.Errorf("the default transport was changed: %+v", shared)
	}
	if !own.ForceAttemptHTTP2 || own.MaxIdleConnsPerHost < 32 || own.MaxIdleConns != 0 || own.MaxConnsPerHost != 0 {
		t.Errorf("got %+v", own)
	}
	if own.HTTP2.SendPingTimeout != 15*time.Second || own.HTTP2.PingTimeout != 15*time.Second {
		t.Errorf("got %+v for HTTP/2", own.HTTP2)
	}
	if own.TLSClientConfig != nil && own.TLSClientConfig.InsecureSkipVerify {
		t.Error("certificates are not verified")
	}
}

// failing is a network on which every request fails in the same way.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// Some texts of net/http mean nothing to a user.
func TestExchange_noResponse(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	for name, test := range map[string]struct {
		err      error
		timeout  time.Duration
		canceled bool
		kind     Kind
		problem  string
	}{
		"closed":        {err: io.EOF, kind: KindConnectionLost, problem: "the server closed the connection without a response"},
		"cut":           {err: io.ErrUnexpectedEOF, kind: KindConnectionLost, problem: "the response ended early"},
		"reset":         {err: reset, kind: KindConnectionLost, problem: reset.Error()},
		"other failure": {err: &net.DNSError{Err: "EOF", UnwrapErr: io.EOF}, kind: KindNameResolution, problem: "lookup : EOF"},
		"response to no request": {
			err: errors.New("readLoopPeekFailLocked: %!w(<nil>)"), kind: KindConnectionLost, problem: "the server sent something before it was asked",
		},
		"timeout":      {err: reset, timeout: 1, kind: KindTimeout, problem: "no complete response within 0s"},
		"read is over": {err: reset, timeout: 1, canceled: true, kind: KindTimeout, problem: "no complete response before the time for this read ran out"},
	} {
		t.Run(name, func(t *testing.T) {
			client := newReader(t, "https://atlas.test", failing{test.err})
			if test.timeout != 0 {
				client.client.Timeout = test.timeout
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.canceled {
				cancel()
			}
			e, ok := errors.AsType[*Error](client.read(ctx))
			if !ok || e.Kind != test.kind || e.Problem != test.problem || !e.Temporary() || !errors.Is(e, test.err) {
				t.Errorf("got %+v, want %q", e, test.problem)
			}
		})
	}
}
