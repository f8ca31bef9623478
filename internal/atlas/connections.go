// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
)

// maxConnections is how many new connections one request may use up. If an
// HTTP/2 server ends each with GOAWAY before its response, net/http goes on
// without a pause: one request was sent 5,901 times in 15 seconds.
const maxConnections = 3

// errConnections is the failure of a request that used them up.
var errConnections = errors.New("the server closed each connection before its response")

// errClosed is the failure to connect after Close.
var errClosed = errors.New("the client is closed")

// connections remembers the connections of a transport, so that Close can close
// all of them. One that is left to itself may stay: HTTP/2 takes one with a
// canceled request for busy until the server has answered a ping.
type connections struct {
	transport *http.Transport

	mu     sync.Mutex
	open   map[*connection]struct{}
	closed bool
}

func newConnections(t *http.Transport) *connections {
	c := &connections{transport: t, open: map[*connection]struct{}{}}
	dial := t.DialContext
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
	var made atomic.Int32
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if !info.Reused && made.Add(1) > maxConnections {
				end(errConnections)
			}
		},
	})
	resp, err := c.transport.RoundTrip(req.WithContext(ctx))
	if err != nil && errors.Is(context.Cause(ctx), errConnections) {
		return nil, errConnections
	}
	return resp, err
}

// Close closes every connection, also one that is still being made.
func (c *connections) Close() error {
	c.transport.CloseIdleConnections()
	c.mu.Lock()
	open := c.open
	c.open, c.closed = nil, true
	c.mu.Unlock()
	for conn := range open {
		_ = conn.Close()
	}
	return nil
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
