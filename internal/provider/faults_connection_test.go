// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// broken are the ways in which a connection ends while an answer is awaited or
// arrives, and what an error says about it.
var broken = map[string]struct {
	fault atlasmock.Fault
	said  string
}{
	"reset before headers":  {atlasmock.FaultReset(), "connection reset by peer"},
	"reset during headers":  {atlasmock.FaultRawReset("HTTP/1.1 200 OK\r\nServer: x\r\n"), "the answer ended early"},
	"reset after headers":   {atlasmock.FaultResetAfter(0), "connection reset by peer"},
	"reset in body":         {atlasmock.FaultResetAfter(40), "connection reset by peer"},
	"closed before headers": {atlasmock.FaultRaw(""), "the server closed the connection without an answer"},
	"closed during headers": {atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nServer: x\r\n"), "the answer ended early"},
	"closed in a header":    {atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Ty"), "transport connection broken"},
	"closed after headers":  {atlasmock.FaultCutBody(0), "the answer ended early"},
	"closed in body":        {atlasmock.FaultCutBody(40), "the answer ended early"},
	"closed in chunks":      {atlasmock.FaultCutChunked(40), "the answer ended early"},
}

// repeated is said where net/http itself sends a signed request again, on
// another connection, so that the server sees a nonce count twice.
const repeated = "the server closed each connection on a signed request"

// A connection that breaks once is made again, whichever request of the read it
// carried. One that breaks each time is an error that says so.
func TestFaults_connection_broken(t *testing.T) {
	t.Parallel()

	for name, tc := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for request, login := range logins {
				t.Run(request+"/once", func(t *testing.T) {
					t.Parallel()

					w := newWire(t, login, nil, nil)
					w.atlas.Fail(login.at(tc.fault))
					w.succeeds(nil)
				})
				t.Run(request+"/always", func(t *testing.T) {
					t.Parallel()

					w := newWire(t, login, nil, nil)
					w.atlas.Fail(login.at(tc.fault).Repeat(atlasmock.Forever))
					said := tc.said
					if request == "signed read" && strings.HasSuffix(name, "before headers") {
						said = repeated
					}
					w.fails(nil, diagnostic{
						summary: "Connection to Atlas lost",
						detail: []string{
							w.host, "No complete answer came: ", said, "after 5 attempts",
							"What to do: This is often temporary: try again", "proxy, gateway or firewall",
						},
					})
				})
			}
		})
	}
}

// A server may close a connection while nobody uses it. The next read does not
// spend an attempt on finding out.
func TestFaults_connection_closedWhileIdle(t *testing.T) {
	t.Parallel()

	closed := make(chan struct{}, 100)
	w := newWire(t, byToken, config{"retry": map[string]any{"max_attempts": 1}}, func(l net.Listener) net.Listener {
		return &listener{Listener: l, accepted: func(_ int, c net.Conn) net.Conn {
			return &observed{Conn: c, closed: sync.OnceFunc(func() { closed <- struct{}{} })}
		}}
	})
	for range 5 {
		w.atlas.Fail(atlasmock.FaultCloseAfter())
		w.succeeds(nil)
		<-closed
	}
	w.succeeds(nil)
	if n := w.atlas.Count(http.MethodGet, "/"); n != 6 {
		t.Errorf("%d requests for 6 reads", n)
	}
}

// net/http itself sends a request again if a connection breaks that it had kept.
// A server that saw both refuses the second signature, which says nothing about
// the credentials, nor about how often the server takes a nonce.
func TestFaults_connection_resetWhileKept(t *testing.T) {
	t.Parallel()

	w := newWire(t, byKey, config{"retry": map[string]any{"max_attempts": 1}}, nil)
	for reads, requests := range []int{
		2, // a handshake
		3, // reset, refused, and signed with a fresh nonce
		1, 1, 1,
	} {
		w.atlas.ResetLog()
		if reads == 1 {
			w.atlas.Fail(atlasmock.FaultReset())
		}
		w.succeeds(nil)
		if n := w.atlas.Count("", ""); n != requests {
			t.Errorf("read %d took %d requests, want %d", reads+1, n, requests)
		}
	}
}

// Connections break while many read. Above all, nobody is told that the
// credentials are wrong.
func TestFaults_connection_brokenAmongMany(t *testing.T) {
	t.Parallel()

	for request, login := range logins {
		t.Run(request, func(t *testing.T) {
			t.Parallel()

			w := newWire(t, login, patient, nil)
			for _, tc := range broken {
				w.atlas.Fail(login.at(tc.fault).Repeat(8))
			}
			var reads sync.WaitGroup
			for range 32 {
				reads.Go(func() { w.succeeds(nil) })
			}
			reads.Wait()
		})
	}
}
