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
	"os"
	"path/filepath"
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

func TestTransport_proxyThatRefuses(t *testing.T) {
	for status, temporary := range map[int]bool{403: false, 407: false, 500: true, 502: true, 503: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy got %s with %v", r.Method, r.Header)
				}
				w.WriteHeader(status)
			}))
			t.Cleanup(proxy.Close)
			address, err := url.Parse(proxy.URL)
			if err != nil {
				t.Fatal(err)
			}
			address.User = url.UserPassword("user", "proxy-password")
			transport := newTransport()
			transport.Proxy = http.ProxyURL(address)
			err = readOne(t, newReader(t, "https://atlas.test", transport))
			var (
				e       *Error
				refusal *ProxyError
			)
			if !errors.As(err, &e) || !errors.As(err, &refusal) || e.Temporary() != temporary {
				t.Fatalf("got %v, want temporary: %t", err, temporary)
			}
			if want := fmt.Sprintf("proxy %s: HTTP %d", address.Host, status); !strings.Contains(e.Problem, want) {
				t.Errorf("problem %q, want %q in it", e.Problem, want)
			}
			if strings.Contains(err.Error(), "proxy-password") {
				t.Errorf("shows the proxy's password: %v", err)
			}
		})
	}
}

func TestTransport_proxyThatSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		field, value, want string
	}{
		"Squid":   {"X-Squid-Error", "ERR_ACCESS_DENIED 0", "HTTP 407 (ERR_ACCESS_DENIED)"},
		"NTLM":    {"Proxy-Authenticate", "NTLM", "HTTP 407 (it offers the login NTLM)"},
		"several": {"Proxy-Authenticate", `Negotiate, Basic realm="x"`, "HTTP 407 (it offers the login Negotiate)"},
		"nothing": {"X", "", "HTTP 407"},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(test.field, test.value)
				w.WriteHeader(http.StatusProxyAuthRequired)
			}))
			t.Cleanup(proxy.Close)
			e := throughProxy(t, proxy.URL)
			if !strings.HasSuffix(e.Problem, test.want) || e.Proxy != ThroughProxy {
				t.Errorf("got %q, proxy %d", e.Problem, e.Proxy)
			}
		})
	}
}

// Nearly all proxies are reached without TLS, also for https.
func TestTransport_proxyWithoutTLS(t *testing.T) {
	proxy := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(proxy.Close)
	e := throughProxy(t, strings.Replace(proxy.URL, "http://", "https://", 1))
	const want = "the proxy does not speak TLS itself: its URL must begin with http:// instead of https://"
	if e.Kind != KindProxy || e.Temporary() || e.Problem != want {
		t.Errorf("got %+v", e)
	}
}

// throughProxy fails to read through a proxy.
func throughProxy(t *testing.T, address string) *Error {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport()
	transport.Proxy = http.ProxyURL(u)
	var e *Error
	if !errors.As(readOne(t, newReader(t, "https://atlas.test", transport)), &e) {
		t.Fatal("no error")
	}
	return e
}

func TestTransport_saysWhetherAProxyIsSet(t *testing.T) {
	for want, variables := range map[ProxyUse][2]string{
		NoProxy: {"", ""}, ProxyExcluded: {"http://proxy.test:3128", "atlas.test"}, ThroughProxy: {"http://proxy.test:3128", ""},
	} {
		clearProxies(t)
		t.Setenv("HTTPS_PROXY", variables[0])
		t.Setenv("NO_PROXY", variables[1])
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := proxyUse(newTransport(), req); got != want {
			t.Errorf("%v: got %d, want %d", variables, got, want)
		}
	}
}

func clearProxies(t *testing.T) {
	t.Helper()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		t.Setenv(name, "")
	}
}

func TestTransport_fileOfAuthorities(t *testing.T) {
	server := secure(t, func(http.ResponseWriter, *http.Request) {}, func(*httptest.Server) {})
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		"":                            "",
		filepath.Join(dir, "missing"): "; SSL_CERT_FILE names a file that does not exist",
		dir:                           "; SSL_CERT_FILE names a file that can't be read",
		write("empty", ""):            "; SSL_CERT_FILE names an empty file",
		write("key", "-----BEGIN KEY-----\n-----END KEY-----\n"): "; SSL_CERT_FILE names a file without a certificate in PEM",
	} {
		t.Setenv("SSL_CERT_FILE", path)
		var e *Error
		if err := readOne(t, newReader(t, server.URL, newTransport())); !errors.As(err, &e) || e.Kind != KindUnknownAuthority {
			t.Fatalf("got %v", err)
		}
		if _, problem, _ := strings.Cut(e.Problem, ";"); problem != strings.TrimPrefix(want, ";") {
			t.Errorf("%q: got %q, want it to end with %q", path, e.Problem, want)
		}
	}
}

// A variable that can't be read is no reason to connect without the proxy.
func TestTransport_proxyVariables(t *testing.T) {
	const secret = "pass%zzword"
	for name, test := range map[string]struct {
		variable, value, noProxy string
		invalid                  bool
		proxy                    string
	}{
		"none":                 {variable: "HTTPS_PROXY"},
		"URL":                  {variable: "HTTPS_PROXY", value: "http://user:pass@proxy.test:3128", proxy: "http://user:pass@proxy.test:3128"},
		"host":                 {variable: "https_proxy", value: "proxy.test:3128", proxy: "http://proxy.test:3128"},
		"stray percent sign":   {variable: "HTTPS_PROXY", value: "http://user:" + secret + "@proxy.test:3128", invalid: true},
		"in lower case":        {variable: "https_proxy", value: "http://user:" + secret + "@proxy.test:3128", invalid: true},
		"line end":             {variable: "HTTPS_PROXY", value: "http://proxy.test:3128\n", invalid: true},
		"no host":              {variable: "HTTPS_PROXY", value: "http://", invalid: true},
		"port that is none":    {variable: "HTTPS_PROXY", value: "http://proxy.test:port", invalid: true},
		"invalid, not for it":  {variable: "HTTPS_PROXY", value: "http://user:" + secret + "@proxy.test", noProxy: "atlas.test"},
		"invalid, other's own": {variable: "HTTP_PROXY", value: "http://user:" + secret + "@proxy.test"},
	} {
		t.Run(name, func(t *testing.T) {
			clearProxies(t)
			t.Setenv(test.variable, test.value)
			t.Setenv("NO_PROXY", test.noProxy)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test/", nil)
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := newTransport().Proxy(req)
			got := ""
			if proxy != nil {
				got = proxy.String()
			}
			if got != test.proxy || (err != nil) != test.invalid {
				t.Errorf("got proxy %q, error %v", got, err)
			}
			if err == nil {
				return
			}
			if err.Error() != "HTTPS_PROXY in the environment is not a valid URL" {
				t.Errorf("got %v", err)
			}
			if kind, temporary := networkKind(err); kind != KindProxy || temporary {
				t.Errorf("got kind %d, temporary: %t", kind, temporary)
			}
		})
	}
}
