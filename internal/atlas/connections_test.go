// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Parallel reads need as many connections as there are reads at a time, however
// long it takes to make one: net/http alone opens more.
func TestConnections_noMoreThanReadsAtATime(t *testing.T) {
	t.Parallel()
	const parallel, reads = 10, 1000
	server := secure(t, emptyDocument, func(*httptest.Server) {})
	transport := trusting(server)
	dialed := &peak{}
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed.add(1)
		conn, err := dial(ctx, network, address)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { dialed.add(-1) })}, err
	}
	client := reader(t, server.URL, newConnections(transport))

	next := make(chan struct{}, reads)
	for range reads {
		next <- struct{}{}
	}
	close(next)
	var group sync.WaitGroup
	for range parallel {
		group.Go(func() {
			for range next {
				if err := readOne(t, client); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if dialed.highest < 1 || dialed.highest > parallel {
		t.Errorf("had %d connections at a time, want at most %d", dialed.highest, parallel)
	}
}

// peak is a number and the highest that it has been.
type peak struct {
	mu           sync.Mutex
	now, highest int
}

func (p *peak) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now += n
	p.highest = max(p.highest, p.now)
}

// A dial that hangs outlives its request, and must not hold up the next one.
func TestConnections_dialThatHangs(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(emptyDocument))
	t.Cleanup(server.Close)
	transport := newTransport()
	dial, hanging, release := transport.DialContext, make(chan struct{}), make(chan struct{})
	var dials atomic.Int64
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials.Add(1) == 1 {
			close(hanging)
			<-release
		}
		return dial(ctx, network, address)
	}
	c := newConnections(transport)
	client := reader(t, server.URL, c)

	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := client.LegacyBackupCheckpoint(ctx, "p", "c", "k")
		ended <- err
	}()
	<-hanging
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v for the read that was interrupted", err)
	}
	bounded, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := client.LegacyBackupCheckpoint(bounded, "p", "c", "k"); err != nil {
		t.Errorf("the next read: %v", err)
	}
	close(release)
}

// A dial that waits its turn ends with its request, and with the last request.
func TestConnections_await(t *testing.T) {
	t.Parallel()
	c := newConnections(newTransport())
	c.count(1, 1) // one request, which has a connection

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.await(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v for a canceled dial", err)
	}

	waiting := make(chan error)
	go func() { waiting <- c.await(t.Context()) }()
	c.count(-1, 0)
	if err := <-waiting; !errors.Is(err, errNotNeeded) {
		t.Errorf("got %v for a dial that nobody needs", err)
	}

	c.count(2, 0)
	if err := c.await(t.Context()); err != nil || c.open != 2 {
		t.Errorf("got %v and %d connections for a second request", err, c.open)
	}
}
