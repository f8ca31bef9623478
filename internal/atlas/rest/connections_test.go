// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A dial that hangs outlives its request, which another connection serves, and must not hold up the
// next one.
func TestConnections_dialThatHangs(t *testing.T) {
	t.Parallel()
	arrived, respond := make(chan struct{}, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-respond
		emptyDocument(w, r)
	}))
	t.Cleanup(server.Close)
	transport := newTransport()
	dial, hanging, release := transport.DialContext, make(chan struct{}), make(chan struct{})
	var dials atomic.Int64
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials.Add(1) == 2 {
			close(hanging)
			<-release
		}
		return dial(ctx, network, address)
	}
	client := newReader(t, server.URL, transport)
	read := func() { client.mustRead(t) }

	var first sync.WaitGroup
	first.Go(read)
	<-arrived
	first.Go(read) // dials, hangs, and gets the first one's connection
	<-hanging
	close(respond)
	first.Wait()

	var next sync.WaitGroup
	for range 3 {
		next.Go(read)
	}
	next.Wait()
	close(release)
}

// net/http sends a request again on each connection that GOAWAY ends.
func TestConnections_goAwayBeforeEachResponse(t *testing.T) {
	t.Parallel()
	for _, ended := range []int64{maxConnections - 1, 1 << 30} {
		var made atomic.Int64
		server := secure(t, emptyDocument, func(s *httptest.Server) {
			s.EnableHTTP2 = true
			s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
				config := s.TLS.Clone()
				if made.Add(1) > ended {
					config.NextProtos = []string{"http/1.1"}
				}
				return config, nil
			}}
			s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
				"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
					// By hand: settings, then GOAWAY for everything (RFC 9113, section 6.8).
					_, _ = conn.Write([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
					_, _ = conn.Read(make([]byte, 1<<10))
					_, _ = conn.Write([]byte("\x00\x00\x08\x07\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"))
					_, _ = io.Copy(io.Discard, conn)
				},
			}
		})
		client := newReader(t, server.URL, trusting(server))
		if ended < maxConnections {
			client.mustRead(t)
			continue
		}
		if e := client.mustFail(t); e.Problem != errConnections.Error() || !e.Temporary() {
			t.Errorf("got %v", e)
		}
		// net/http may have begun to dial again before it learns that it must not.
		atMost := int64(4 * maxConnections)
		if n := made.Load(); n > atMost {
			t.Errorf("made %d connections, want at most %d", n, atMost)
		}
	}
}

// A connection that the server closes between two reads is no failure.
func TestConnections_closedWhileIdle(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(emptyDocument))
	t.Cleanup(server.Close)
	client := newReader(t, server.URL, newTransport())
	for range 20 {
		client.mustRead(t)
		server.CloseClientConnections()
	}
}

func TestConnections_noneAfterTheEnd(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(emptyDocument))
	t.Cleanup(server.Close)
	client := newReader(t, server.URL, &http.Transport{})
	client.mustRead(t)
	client.close()
	if e := client.mustFail(t); e.Kind != KindConnectionLost || e.Temporary() || e.Problem != "the client is closed" {
		t.Errorf("got %+v", e)
	}
	client.close()
}

func TestTransport_fileOfAuthorities(t *testing.T) {
	server := secure(t, emptyDocument, func(*httptest.Server) {})
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
		filepath.Join(dir, "missing"): " SSL_CERT_FILE names a file that does not exist",
		dir:                           " SSL_CERT_FILE names a file that can't be read",
		write("empty", ""):            " SSL_CERT_FILE names an empty file",
		write("key", "-----BEGIN KEY-----\n-----END KEY-----\n"): " SSL_CERT_FILE names a file without a certificate in PEM",
	} {
		t.Setenv("SSL_CERT_FILE", path)
		e := newReader(t, server.URL, newTransport()).mustFail(t)
		if _, problem, _ := strings.Cut(e.Problem, ";"); problem != want || e.Kind != KindUnknownAuthority {
			t.Errorf("%q: got %q, want it to end with %q", path, e.Problem, want)
		}
	}
}
