// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// connections counts a server's connections.
type connections struct {
	mu     sync.Mutex
	opened int
}

func (c *connections) note(_ net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == http.StateNew {
		c.opened++
	}
}

func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opened
}

func TestClient_keepsConnectionsForParallelReads(t *testing.T) {
	const n, rounds = 32, 5
	// Each round's requests are answered when all of them are there: they are
	// under way at the same time, and need a connection each.
	var arrived sync.WaitGroup
	var opened connections
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Done()
		arrived.Wait()
		atlastest.RespondWithDocument(w, r)
	}))
	server.Config.ConnState = opened.note
	server.Start()
	t.Cleanup(server.Close)
	client := atlastest.NewClient(server.URL, atlastest.AccessToken)
	t.Cleanup(func() { client.Close(context.Background()) })
	for range rounds {
		arrived.Add(n)
		atlastest.ReadParallel(t, n, client)
	}
	atlastest.WantCount(t, "connections", opened.count(), n)
}

func TestClient_closeEndsItsConnections(t *testing.T) {
	mock := atlastest.NewMock(t)
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	client := atlastest.NewClient(server.URL, atlastest.AccessToken)
	atlastest.MustRead(t, client)
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "connections", mock.Connections(), 1)
	client.Close(t.Context())
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindConnectionLost)
	if e.Problem != "the client is closed" || e.Attempts != 1 {
		t.Errorf("got %+v", e)
	}
	atlastest.WantCount(t, "connections after Close", mock.Connections(), 1)
	client.Close(t.Context())
}
