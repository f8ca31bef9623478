// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net"
	"os"
	"syscall"
	"testing"
)

// Nothing listens.
func TestFaults_connection_refused(t *testing.T) {
	t.Parallel()

	port := bound(t)
	w := newWireTo(t, byToken, "http://"+port.address, nil, nil)
	w.fails(nil, diagnostic{
		summary: "The connection to Atlas was refused",
		detail:  []string{port.address, "connection refused", "after 5 attempts", "Check base_url", "HTTPS_PROXY"},
	})
}

// The server is down when the read begins and comes up while the provider waits.
func TestFaults_connection_refusedAtFirst(t *testing.T) {
	t.Parallel()

	port := bound(t)
	server := newAtlas(t, byToken)
	w := newWireTo(t, byToken, "http://"+port.address, nil, server, WithClock(&wireClock{
		slept: func(n int) {
			if n == 2 {
				serve(t, port.listen(t), server)
			}
		},
	}))
	w.succeeds(nil)
}

// Not even a connection is made: the queue of those that wait for it is full.
func TestFaults_connection_silentToConnect(t *testing.T) {
	t.Parallel()

	t.Run("once", func(t *testing.T) {
		t.Parallel()

		port := bound(t)
		port.fillQueue(t)
		server := newAtlas(t, byToken)
		newWireTo(t, byToken, "http://"+port.address, impatient, server, WithClock(&wireClock{
			slept: func(n int) {
				if n == 1 {
					serve(t, port.listen(t), server)
				}
			},
		})).succeeds(nil)
	})
	t.Run("always", func(t *testing.T) {
		t.Parallel()

		port := bound(t)
		port.fillQueue(t)
		newWireTo(t, byToken, "http://"+port.address, hasty, nil).fails(nil, noAnswerIn("50ms", port.address))
		newWireTo(t, byToken, "http://"+port.address, nil, nil).fails(shortRead, noAnswerForRead(port.address))
	})
}

// port is one that belongs to the test, but on which nobody listens yet.
type port struct {
	address string
	socket  *os.File
	queue   func(connections int) error
}

// bound returns a port of loopback that refuses connections: as long as it is
// bound, no other test can come to listen there.
func bound(t *testing.T) *port {
	t.Helper()

	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	socket := os.NewFile(uintptr(fd), "bound")
	t.Cleanup(func() { _ = socket.Close() })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*syscall.SockaddrInet4).Port}
	return &port{
		address: address.String(), socket: socket,
		queue: func(connections int) error { return syscall.Listen(fd, connections) },
	}
}

// listen begins to accept connections.
func (p *port) listen(t *testing.T) net.Listener {
	t.Helper()

	if err := p.queue(syscall.SOMAXCONN); err != nil {
		t.Fatal(err)
	}
	l, err := net.FileListener(p.socket)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// fillQueue lets one connection wait to be accepted, and makes it: every other
// one is neither made nor refused.
func (p *port) fillQueue(t *testing.T) {
	t.Helper()

	if err := p.queue(0); err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
}
