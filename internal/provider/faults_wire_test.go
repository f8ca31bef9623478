// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// wire is a provider, through its protocol, in front of a mock Atlas that can
// be made to misbehave. What each read must end in is the test's to say; that
// it ends at all is seen to here.
type wire struct {
	*rpc
	atlas *atlasmock.Server
	host  string
}

// hung is far above what any read here is allowed to take, and only there so
// that one without an end fails its own test.
const hung = 2 * time.Minute

// login is one way to authenticate, and the request of a read that faults strike.
type login struct {
	environment map[string]string
	accept      atlasmock.Option
	at          func(atlasmock.Fault) atlasmock.Fault
}

var (
	byToken = login{
		map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "a-token"},
		atlasmock.WithAccessToken("a-token"),
		func(f atlasmock.Fault) atlasmock.Fault { return f },
	}
	byKey = login{
		map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_API_KEY": "private"},
		atlasmock.WithAPIKey("public", "private"),
		func(f atlasmock.Fault) atlasmock.Fault { return f },
	}
	byAccount = login{
		map[string]string{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_1", "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_2"},
		atlasmock.WithServiceAccount("mdb_sa_id_1", "mdb_sa_sk_2"),
		func(f atlasmock.Fault) atlasmock.Fault { return f.On(atlasmock.MatchToken).Early() },
	}
	// logins are all requests that a read may consist of.
	logins = map[string]login{
		"bearer read":   byToken,
		"signed read":   byKey,
		"handshake":     {byKey.environment, byKey.accept, atlasmock.Fault.Early},
		"token request": byAccount,
	}
)

// newWire serves the mock over the listener that change makes of one on
// loopback; nil leaves it as it is.
func newWire(t *testing.T, l login, arguments config, change func(net.Listener) net.Listener, opts ...Option) *wire {
	t.Helper()

	listener := loopback(t)
	address := "http://" + listener.Addr().String()
	if change != nil {
		listener = change(listener)
	}
	server := newAtlas(t, l)
	serve(t, listener, server)
	return newWireTo(t, l, address, arguments, server, opts...)
}

// newWireTo configures a provider for what listens at an address.
func newWireTo(
	t *testing.T, l login, address string, arguments config, server *atlasmock.Server, opts ...Option,
) *wire {
	t.Helper()

	block := config{"base_url": address, "retry": map[string]any{"min_delay": "1ms", "max_delay": "2ms"}}
	maps.Copy(block, arguments)
	w := &wire{rpc: newRPC(t, l.environment, opts...), atlas: server, host: strings.TrimPrefix(address, "http://")}
	assertDiagnostics(t, w.configure(block))
	return w
}

func newAtlas(t *testing.T, l login) *atlasmock.Server {
	t.Helper()

	server, err := atlasmock.New(l.accept)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// serve ends with the test.
func serve(t *testing.T, listener net.Listener, handler http.Handler) {
	t.Helper()

	server := newServer(listener, handler)
	server.Start()
	closeAfter(t, server)
}

// serveTLS also offers HTTP/2.
func serveTLS(t *testing.T, listener net.Listener, handler http.Handler, config *tls.Config) {
	t.Helper()

	server := newServer(listener, handler)
	server.EnableHTTP2, server.TLS = true, config
	server.StartTLS()
	closeAfter(t, server)
}

func newServer(listener net.Listener, handler http.Handler) *httptest.Server {
	return &httptest.Server{
		Listener: listener, Config: &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)},
	}
}

func closeAfter(t *testing.T, server *httptest.Server) {
	t.Helper()

	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

func loopback(t *testing.T) net.Listener {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// readOrders reads the replica set's checkpoint. It gives the attributes that
// Atlas' document decides.
func (w *wire) readOrders(ctx context.Context, more config) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	w.t.Helper()

	arguments := config{
		"project_id":    atlasmock.ProjectID,
		"cluster_name":  atlasmock.ReplicaSetCluster,
		"checkpoint_id": atlasmock.ReplicaSetCheckpointID,
	}
	maps.Copy(arguments, more)
	var (
		attributes  map[string]tftypes.Value
		diagnostics []*tfprotov6.Diagnostic
		ended       = make(chan struct{})
	)
	go func() {
		defer close(ended)
		attributes, diagnostics = w.get(ctx, "atlas_legacy_backup_checkpoint", arguments)
	}()
	select {
	case <-ended:
	case <-time.After(hung):
		w.t.Error("the read does not end")
		return nil, nil
	}
	for _, argument := range []string{"project_id", "cluster_name", "checkpoint_id", "timeouts"} {
		delete(attributes, argument)
	}
	return attributes, diagnostics
}

// succeeds expects a read that shows no trace of any fault.
func (w *wire) succeeds(more config) {
	w.t.Helper()

	attributes, diagnostics := w.readOrders(w.t.Context(), more)
	assertDiagnostics(w.t, diagnostics)
	got := map[string]any{}
	for name, value := range attributes {
		got[name] = plain(w.t, value)
	}
	if diff := cmp.Diff(orders, got); diff != "" {
		w.t.Errorf("not the attributes of a healthy read (-want +got):\n%s", diff)
	}
}

// fails expects a read that ends in this error and nothing else.
func (w *wire) fails(more config, want diagnostic) {
	w.t.Helper()

	_, diagnostics := w.readOrders(w.t.Context(), more)
	assertDiagnostics(w.t, diagnostics, want)
}

const ordersPath = "https://cloud.mongodb.com/api/atlas/v2/groups/" + atlasmock.ProjectID

// orders is what a healthy read gives.
var orders = map[string]any{
	"id":         atlasmock.ReplicaSetCheckpointID,
	"cluster_id": "5e43c7d2907f6a3e8c1b5d42",
	"started":    "2023-09-11T21:30:17Z",
	"completed":  "2023-09-11T21:30:26Z",
	"timestamp":  "2023-09-11T21:30:24Z",
	"restorable": true,
	"parts": []any{map[string]any{
		"replica_set_name": "Orders-shard-0",
		"shard_name":       "Orders-shard-0",
		"type_name":        "REPLICA_SET",
		"token_discovered": true,
		"token_timestamp":  map[string]any{"date": "2023-09-11T21:30:24Z", "increment": "4"},
	}},
	"links": []any{
		map[string]any{
			"href": ordersPath + "/clusters/Orders/backupCheckpoints/" + atlasmock.ReplicaSetCheckpointID, "rel": "self",
		},
		map[string]any{"href": ordersPath + "/clusters/Orders", "rel": "https://cloud.mongodb.com/cluster"},
		map[string]any{"href": ordersPath, "rel": "https://cloud.mongodb.com/group"},
	},
}

// plain turns a value of the protocol into one of Go; a number into its digits.
func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()

	if value.IsNull() {
		return nil
	}
	var err error
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		var s string
		if err = value.As(&s); err == nil {
			return s
		}
	case typ.Is(tftypes.Bool):
		var b bool
		if err = value.As(&b); err == nil {
			return b
		}
	case typ.Is(tftypes.Number):
		var n *big.Float
		if err = value.As(&n); err == nil {
			return n.String()
		}
	case typ.Is(tftypes.List{}):
		var list []tftypes.Value
		if err = value.As(&list); err == nil {
			elements := []any{}
			for _, element := range list {
				elements = append(elements, plain(t, element))
			}
			return elements
		}
	default:
		var object map[string]tftypes.Value
		if err = value.As(&object); err == nil {
			members := map[string]any{}
			for name, member := range object {
				members[name] = plain(t, member)
			}
			return members
		}
	}
	t.Error(err)
	return nil
}
