// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
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

func readOne(t *testing.T, r *reader) error {
	t.Helper()
	return r.read(t.Context())
}

// secure starts a TLS server that is not trusted yet.
func secure(t *testing.T, handler http.HandlerFunc, configure func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10}
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

func TestTransport_speaksHTTP2WhereOffered(t *testing.T) {
	for _, offered := range []bool{true, false} {
		t.Run(fmt.Sprint(offered), func(t *testing.T) {
			var mu sync.Mutex
			protocols, connections := map[string]int{}, map[string]bool{}
			server := secure(t, func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				protocols[r.Proto]++
				connections[r.RemoteAddr] = true
				mu.Unlock()
				emptyDocument(w, r)
			}, func(s *httptest.Server) { s.EnableHTTP2 = offered })
			client := newReader(t, server.URL, trusting(server))
			for range 10 {
				if err := readOne(t, client); err != nil {
					t.Fatal(err)
				}
			}
			want := map[bool]string{true: "HTTP/2.0", false: "HTTP/1.1"}[offered]
			if protocols[want] != 10 || len(connections) != 1 {
				t.Errorf("spoke %v over %d connections, want %s over one", protocols, len(connections), want)
			}
		})
	}
}

func TestTransport_leavesTheDefaultOneAlone(t *testing.T) {
	own := newTransport()
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok || own == shared || shared.MaxIdleConnsPerHost != 0 || shared.OnProxyConnectResponse != nil {
		t.Errorf("the default transport was changed: %+v", shared)
	}
	if !own.ForceAttemptHTTP2 || own.MaxIdleConnsPerHost < 32 || own.MaxIdleConns != 0 || own.MaxConnsPerHost != 0 {
		t.Errorf("got %+v", own)
	}
	if own.TLSClientConfig != nil && own.TLSClientConfig.InsecureSkipVerify {
		t.Error("certificates are not verified")
	}
}

// expired is a certificate for loopback that has been its own authority until yesterday.
func expired(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestTransport_tlsFailuresAreFinal(t *testing.T) {
	for name, test := range map[string]struct {
		configure func(*httptest.Server)
		trusted   bool
		host      string
		is        func(error) bool
	}{
		"unknown authority": {
			func(*httptest.Server) {}, false, "127.0.0.1",
			func(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) },
		},
		"wrong name": {
			func(*httptest.Server) {}, true, "localhost",
			func(err error) bool { return errors.As(err, new(x509.HostnameError)) },
		},
		"expired": {
			func(s *httptest.Server) { s.TLS.Certificates = []tls.Certificate{expired(t)} }, true, "127.0.0.1",
			func(err error) bool {
				var invalid x509.CertificateInvalidError
				return errors.As(err, &invalid) && invalid.Reason == x509.Expired
			},
		},
		"client certificate demanded": {
			func(s *httptest.Server) { s.TLS.ClientAuth = tls.RequireAnyClientCert }, true, "127.0.0.1", refusedByTheServer,
		},
		"client certificate demanded by TLS 1.2": {
			func(s *httptest.Server) {
				s.TLS.ClientAuth, s.TLS.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
			}, true, "127.0.0.1", refusedByTheServer,
		},
		"TLS 1.1 only": {
			func(s *httptest.Server) { s.TLS.MaxVersion = tls.VersionTLS11 }, true, "127.0.0.1", refusedByTheServer,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := secure(t, emptyDocument, test.configure)
			transport := newTransport()
			if test.trusted {
				transport = trusting(server)
			}
			client := newReader(t, strings.Replace(server.URL, "127.0.0.1", test.host, 1), transport)
			wantLasting(t, readOne(t, client), test.is)
		})
	}
	t.Run("no TLS at all", func(t *testing.T) {
		server := httptest.NewServer(http.HandlerFunc(emptyDocument))
		t.Cleanup(server.Close)
		client := newReader(t, strings.Replace(server.URL, "http:", "https:", 1), newTransport())
		wantLasting(t, readOne(t, client), func(err error) bool { return errors.As(err, new(tls.RecordHeaderError)) })
	})
}

func refusedByTheServer(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "remote error"
}

func wantLasting(t *testing.T, err error, is func(error) bool) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !e.Kind.Network() || e.Temporary() || !is(e) {
		t.Errorf("got %v (%#v), want a failure for good", err, errors.Unwrap(err))
	}
}

func TestTransport_brokenTLSHandshakeIsTemporary(t *testing.T) {
	listener := listen(t, func(conn net.Conn) { _ = conn.Close() })
	err := readOne(t, newReader(t, "https://"+listener.Addr().String(), newTransport()))
	var e *Error
	if !errors.As(err, &e) || !e.Kind.Network() || !e.Temporary() {
		t.Errorf("got %v, want a temporary failure", err)
	}
}

func TestTransport_refusedConnectionIsTemporary(t *testing.T) {
	listener := listen(t, func(conn net.Conn) { _ = conn.Close() })
	_ = listener.Close()
	err := readOne(t, newReader(t, "http://"+listener.Addr().String(), newTransport()))
	var e *Error
	if !errors.As(err, &e) || !e.Kind.Network() || !e.Temporary() || !strings.Contains(e.Problem, "refused") {
		t.Errorf("got %v, want a temporary failure", err)
	}
}

// listen serves raw connections.
func listen(t *testing.T, serve func(net.Conn)) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed with the test
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		serving.Wait()
	})
	return listener
}

// A connection that the server closes between two reads is no failure.
func TestTransport_connectionClosedWhileIdle(t *testing.T) {
	var mu sync.Mutex
	served := 0
	listener := listen(t, func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		mu.Lock()
		served++
		mu.Unlock()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"k\"}")
	})
	client := newReader(t, "http://"+listener.Addr().String(), newTransport())
	for range 20 {
		if err := readOne(t, client); err != nil {
			t.Fatal(err)
		}
	}
	if served != 20 {
		t.Errorf("served %d requests, want 20", served)
	}
}
