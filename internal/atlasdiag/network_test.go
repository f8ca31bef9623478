// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
)

// TestMain puts a proxy that refuses everybody in the environment, which Go reads once: it is there
// for the client's own transport, and keeps tests off every other network.
func TestMain(m *testing.M) {
	proxy := httptest.NewServer(atlastest.Respond(http.StatusProxyAuthRequired, "<h1>Who are you?</h1>"))
	address := (&url.URL{
		Scheme: "http", User: url.UserPassword("proxy-user", proxyPassword), Host: proxy.Listener.Addr().String(),
	}).String()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if err := os.Setenv(name, address); err != nil {
			log.Fatal(err)
		}
	}
	for _, name := range []string{"NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		if err := os.Unsetenv(name); err != nil {
			log.Fatal(err)
		}
	}
	code := m.Run()
	proxy.Close()
	os.Exit(code)
}

const proxyPassword = "proxy-secret"

func TestRead_network(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"unknown host":             {configure: dialError(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})},
		"name server silent":       {configure: dialError(&net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true})},
		"refused":                  {configure: connectedTo(closedPort)},
		"no route":                 {configure: dialError(os.NewSyscallError("connect", syscall.EHOSTUNREACH))},
		"nobody answers":           {configure: dialError(os.ErrDeadlineExceeded)},
		"closed without an answer": {server: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		"ended early":              {server: atlastest.Respond(http.StatusOK, "{", "Content-Length: 100")},
	})
}

func TestRead_tls(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"unknown authority":    {configure: withTLS(nil, &tls.Config{ServerName: "example.com", RootCAs: x509.NewCertPool()})},
		"name of another host": {configure: withTLS(nil, &tls.Config{ServerName: "another.invalid"})},
		"expired": {
			configure: withTLS(nil, &tls.Config{
				ServerName: "example.com",
				Time:       func() time.Time { return time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) },
			}),
		},
		"negative serial number": {
			configure: withTLS(certificate(t, "example.com", true), &tls.Config{ServerName: "example.com"}),
		},
		"no subject alternative name": {
			configure: withTLS(certificate(t, "", false), &tls.Config{ServerName: "example.com"}),
		},
		"handshake cut off": {configure: connectedTo(func(t *testing.T) string {
			t.Helper()
			return saying(t, "\x16\x03\x03\x00\x2a\x02", true)
		})},
		"client certificate demanded": {
			// TLS 1.3 would report it after the handshake, if the connection lasts that long.
			configure: withTLS(&tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12},
				&tls.Config{ServerName: "example.com"}),
		},
		"version refused by the server": {
			configure: withTLS(&tls.Config{MinVersion: tls.VersionTLS13},
				&tls.Config{ServerName: "example.com", MaxVersion: tls.VersionTLS12}),
		},
		"version refused by the client": {configure: connectedTo(tls11Server)},
		"nobody shakes hands": {
			configure: func(t *testing.T, cfg *atlas.Config) {
				t.Helper()

				transport := dialling(saying(t, "", false))
				transport.TLSHandshakeTimeout = time.Millisecond
				cfg.BaseURL, cfg.Transport = &url.URL{Scheme: "https", Host: host}, transport
			},
		},
		"not TLS at all": {
			server: atlastest.Respond(http.StatusOK, "{}"),
			configure: func(_ *testing.T, cfg *atlas.Config) {
				cfg.BaseURL = &url.URL{Scheme: "https", Host: host}
			},
		},
	})
}

func TestRead_proxy(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"refuses": {
			configure: func(_ *testing.T, cfg *atlas.Config) {
				cfg.BaseURL = &url.URL{Scheme: "https", Host: host}
			},
		},
		"is not there":    {configure: through("http", closedPort)},
		"speaks no SOCKS": {configure: through("socks5", httpServer)},
	})
}

// dialError makes every connection fail as a net.Dialer would report it.
func dialError(err error) func(*testing.T, *atlas.Config) {
	return func(_ *testing.T, cfg *atlas.Config) {
		cfg.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}}
	}
}

// withTLS sends the requests to a TLS server whose certificate is for example.com.
func withTLS(server, client *tls.Config) func(*testing.T, *atlas.Config) {
	return func(t *testing.T, cfg *atlas.Config) {
		t.Helper()

		s := httptest.NewUnstartedServer(atlastest.Respond(http.StatusOK, "{}"))
		s.TLS = server
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		transport := dialling(s.Listener.Addr().String())
		transport.TLSClientConfig = client
		if client.RootCAs == nil {
			client.RootCAs = x509.NewCertPool()
			client.RootCAs.AddCert(s.Certificate())
		}
		cfg.Transport = transport
		cfg.BaseURL = &url.URL{Scheme: "https", Host: host}
	}
}

// certificate configures a server with a certificate that is its own authority, for a host if that
// is not empty, and with a serial number that no certificate may have.
func certificate(t *testing.T, host string, negative bool) *tls.Config {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x55), Subject: pkix.Name{CommonName: "example.com"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if host != "" {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if negative { // which x509 would not make
		der = bytes.Replace(der, []byte("\x02\x01\x55"), []byte("\x02\x01\xd5"), 1)
	}
	// httptest would read one in Certificates.
	return &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
	}}
}

// through sends the requests through a proxy.
func through(scheme string, address func(*testing.T) string) func(*testing.T, *atlas.Config) {
	return func(t *testing.T, cfg *atlas.Config) {
		t.Helper()

		cfg.BaseURL = &url.URL{Scheme: "https", Host: host}
		cfg.Transport = &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: scheme, Host: address(t)})}
	}
}

// connectedTo sends the requests, over TLS, to an address.
func connectedTo(address func(*testing.T) string) func(*testing.T, *atlas.Config) {
	return func(t *testing.T, cfg *atlas.Config) {
		t.Helper()

		cfg.BaseURL = &url.URL{Scheme: "https", Host: host}
		cfg.Transport = dialling(address(t))
	}
}

// closedPort returns an address at which nobody listens: port 1 belongs to a service that no
// machine runs any more, and to no test's server.
func closedPort(*testing.T) string { return "127.0.0.1:1" }

// tls11Server returns the address of a server that speaks TLS 1.1 at most, and says so: a record
// with a handshake message with the version, a random, no session, a cipher suite and no
// compression.
func tls11Server(t *testing.T) string {
	t.Helper()

	return saying(t, "\x16\x03\x02\x00\x2a"+"\x02\x00\x00\x26"+"\x03\x02"+strings.Repeat("r", 32)+"\x00"+"\xc0\x13"+"\x00", false)
}

// httpServer returns the address of a server that expects HTTP from everybody.
func httpServer(t *testing.T) string {
	t.Helper()

	return saying(t, "HTTP/1.1 400 Bad Request\r\n\r\n", false)
}

// saying returns the address of a server that says the same to whoever connects first, whatever it
// is sent, and hangs up then or waits.
func saying(t *testing.T, text string, hangsUp bool) string {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = conn.Read(make([]byte, 16<<10))
		_, _ = io.WriteString(conn, text)
		if !hangsUp {
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	return listener.Addr().String()
}
