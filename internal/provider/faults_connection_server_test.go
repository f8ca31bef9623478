// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net"
	"sync"
	"time"
)

// listener lets a test do as it likes with the connections that are accepted,
// which are numbered from 0. Those that accepted returns are served.
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

// observed tells when a connection has been closed by this side.
type observed struct {
	net.Conn
	closed func()
}

func (o *observed) Close() error {
	defer o.closed()
	return o.Conn.Close()
}

// wireClock waits for no time at all, but lets things happen meanwhile.
type wireClock struct {
	slept func(n int)

	mu sync.Mutex
	n  int
}

func (*wireClock) Now() time.Time { return time.Now() }

func (c *wireClock) Sleep(ctx context.Context, _ time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	if c.slept != nil {
		c.slept(c.n)
	}
	return ctx.Err()
}
