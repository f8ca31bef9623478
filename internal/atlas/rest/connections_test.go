// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// A dial that hangs outlives its request, which another connection serves, and
// must not hold up the next one.
func TestConnections_dialThatHangs(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-answer
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
	read := func() {
		if err := readOne(t, client); err != nil {
			t.Error(err)
		}
	}

	var first sync.WaitGroup
	first.Go(read)
	<-arrived
	first.Go(read) // dials, hangs, and gets the first one's connection
	<-hanging
	close(answer)
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
	var sent atomic.Int64
	server := secure(t, emptyDocument, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		// Handled by hand: settings, then GOAWAY for everything (RFC 9113, section 6.8).
		s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
			"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
				sent.Add(1)
				_, _ = conn.Write([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
				_, _ = conn.Read(make([]byte, 1<<10))
				_, _ = conn.Write([]byte("\x00\x00\x08\x07\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"))
				_, _ = io.Copy(io.Discard, conn)
			},
		}
	})
	err := readOne(t, newReader(t, server.URL, trusting(server)))
	var e *Error
	if !errors.As(err, &e) || !e.Kind.Network() || e.Problem != errConnections.Error() || !e.Temporary() {
		t.Errorf("got %v", err)
	}
	// net/http may have begun to dial again before it learns that it must not.
	if n, want := sent.Load(), int64(4*maxConnections); n < 1 || n > want {
		t.Errorf("made %d connections, want at most %d", n, want)
	}
}
