// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// listener lets a test do as it likes with the connections that are accepted, which are numbered
// from 0. Those that accepted returns are served.
type listener struct {
	net.Listener
	accepted func(n int, c net.Conn) net.Conn

	n int
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		conn = l.accepted(l.n, conn)
		l.n++
		if conn != nil {
			return conn, nil
		}
	}
}

// connections makes a scene accept its connections so.
func connections(accepted func(n int, c net.Conn) net.Conn) acctest.Option {
	return acctest.WithListener(func(l net.Listener) net.Listener { return &listener{Listener: l, accepted: accepted} })
}

const (
	always = 1 << 30
	// closed, in place of a response, ends a connection at once.
	closed = "closed"
)

// silent makes the first connections of a scene respond with a beginning and then do nothing, ever.
func silent(t *testing.T, beginning string, first int) acctest.Option {
	t.Helper()
	return connections(silence(t, beginning, first))
}

func silence(t *testing.T, beginning string, first int) func(int, net.Conn) net.Conn {
	t.Helper()
	return func(n int, c net.Conn) net.Conn {
		if n >= first {
			return c
		}
		if beginning == closed {
			_ = c.Close()
			return nil
		}
		t.Cleanup(func() { _ = c.Close() })
		go func() {
			_, _ = c.Read(make([]byte, 1)) // who speaks first is no HTTP server
			_, _ = c.Write([]byte(beginning))
		}()
		return nil
	}
}

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve ends with the test. With a configuration, it is over TLS, and HTTP/2 too.
func serve(t *testing.T, l net.Listener, handler http.Handler, config *tls.Config) {
	t.Helper()
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}}
	if config == nil {
		server.Start()
	} else {
		server.EnableHTTP2, server.TLS = true, config
		server.StartTLS()
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

// port is one that belongs to the test, but on which nobody listens yet.
type port struct {
	address string
	socket  *os.File
	queue   func(connections int) error
}

// bound returns a port of loopback that refuses connections: as long as it is bound, no other test
// can come to listen there.
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

// fillQueue lets one connection wait to be accepted, and makes it: every other one is neither made
// nor refused.
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
