// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
)

// connections keeps a transport from opening more connections than it has
// requests under way. net/http dials for each request that finds no idle
// connection, and goes on dialing when one becomes idle before that succeeds:
// under load it ends up with connections, and TLS handshakes, that nobody needs.
type connections struct {
	transport *http.Transport

	mu       sync.Mutex
	requests int // under way
	open     int // connections, those being dialed included
	// changed is closed when one of the numbers has changed; nil if nobody waits for that.
	changed chan struct{}
	made    map[*countedConn]struct{}
}

// errNotNeeded ends a dial whose request has long had another connection.
var errNotNeeded = errors.New("no request waits for a connection")

func newConnections(t *http.Transport) *connections {
	c := &connections{transport: t, made: map[*countedConn]struct{}{}}
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := c.await(ctx); err != nil {
			return nil, err
		}
		release := sync.OnceFunc(func() { c.count(0, -1) })
		if d, ok := ctx.Value(dialKey{}).(*dialOf); ok {
			d.begin(&release)
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			release()
			return nil, err
		}
		return c.keep(conn, release), nil
	}
	return c
}

type dialKey struct{}

// dialOf is the dial that a request has begun. net/http goes on with it when
// the request fails; if that is because the dial hangs, it must not stand in the
// way of the next attempt's.
type dialOf struct {
	release atomic.Pointer[func()]
	over    atomic.Bool
}

func (d *dialOf) begin(release *func()) {
	d.release.Store(release)
	if d.over.Load() {
		(*release)()
	}
}

func (d *dialOf) abandon() {
	d.over.Store(true)
	if release := d.release.Load(); release != nil {
		(*release)()
	}
}

func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	c.count(1, 0)
	done := sync.OnceFunc(func() { c.count(-1, 0) })
	d := &dialOf{}
	resp, err := c.transport.RoundTrip(req.WithContext(context.WithValue(req.Context(), dialKey{}, d)))
	if err != nil {
		d.abandon()
		done()
		return nil, err
	}
	resp.Body = &countedBody{ReadCloser: resp.Body, closed: done}
	return resp, nil
}

// Close closes every connection and gives up those that are being made. One
// that is left to itself may stay: HTTP/2 takes one with a canceled request for
// busy until the server has answered a ping.
func (c *connections) Close() error {
	c.transport.CloseIdleConnections()
	c.mu.Lock()
	made := slices.Collect(maps.Keys(c.made))
	c.mu.Unlock()
	for _, conn := range made {
		_ = conn.Close()
	}
	return nil
}

func (c *connections) keep(conn net.Conn, release func()) *countedConn {
	counted := &countedConn{Conn: conn}
	counted.closed = func() {
		release()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.made, counted)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made[counted] = struct{}{}
	return counted
}

// await returns once there are fewer connections than requests. Until then a
// request that waits for this dial gets the connection of one that ends.
func (c *connections) await(ctx context.Context) error {
	for {
		c.mu.Lock()
		switch {
		case c.requests == 0:
			c.mu.Unlock()
			return errNotNeeded
		case c.open < c.requests:
			c.open++
			c.mu.Unlock()
			return nil
		}
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		changed := c.changed
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *connections) count(requests, open int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests += requests
	c.open += open
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

type countedBody struct {
	io.ReadCloser
	closed func()
}

func (b *countedBody) Close() error {
	defer b.closed()
	return b.ReadCloser.Close()
}
