// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Credentials that no test can meet by chance, with what encodings change in them.
const (
	authPublic   = "authpublic"
	authPrivate  = "Sesame&open/the+door=0123456789"
	authClientID = "mdb_sa_id_auth/scene"
	authSecret   = "mdb_sa_sk_Sesame&open/the+gate=0123456789"
	authBearer   = "Sesame.open-the/bearer+0123456789="
)

// authScene is a provider in front of a mock that makes a fault of authenticating.
type authScene struct {
	*rpc
	atlas *atlasmock.Server
	watch *watch
}

// authWith is one way to authenticate.
type authWith struct {
	environment map[string]string
	id, secret  string
}

var (
	authKey = authWith{
		map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": authPublic, "MONGODB_ATLAS_PRIVATE_API_KEY": authPrivate},
		authPublic, authPrivate,
	}
	authAccount = authWith{
		map[string]string{"MONGODB_ATLAS_CLIENT_ID": authClientID, "MONGODB_ATLAS_CLIENT_SECRET": authSecret},
		authClientID, authSecret,
	}
	authToken = authWith{map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": authBearer}, "", authBearer}
)

func newAuthMock(t *testing.T, opts ...atlasmock.Option) *atlasmock.Server {
	t.Helper()

	mock, err := atlasmock.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return mock
}

// newAuthScene serves the mock on loopback. More arguments replace the usual ones.
func newAuthScene(t *testing.T, with authWith, mock *atlasmock.Server, more config, opts ...Option) authScene {
	t.Helper()

	server := httptest.NewServer(mock)
	t.Cleanup(func() {
		mock.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return newAuthSceneAt(t, with, server.URL, mock, more, opts...)
}

func newAuthSceneAt(t *testing.T, with authWith, url string, mock *atlasmock.Server, more config, opts ...Option) authScene {
	t.Helper()

	block := config{"base_url": url, "retry": map[string]any{"min_delay": "1ms", "max_delay": "2ms"}}
	maps.Copy(block, more)
	scene := authScene{newRPC(t, with.environment, opts...), mock, newWatch(with.id, with.secret)}
	t.Cleanup(func() { scene.watch.assertLogs(t) })
	assertDiagnostics(t, scene.configure(block))
	return scene
}

// read reads the replica set's checkpoint.
func (s authScene) read(more config) (map[string]any, []*tfprotov6.Diagnostic) {
	arguments := config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ReplicaSetCluster, "checkpoint_id": atlasmock.ReplicaSetCheckpointID,
	}
	maps.Copy(arguments, more)
	// The default of timeouts.read ends one that hangs.
	values, diagnostics := s.get(s.watch.context(s.t), "atlas_legacy_backup_checkpoint", arguments)
	attributes := map[string]any{}
	for name := range orders {
		if value, ok := values[name]; ok {
			attributes[name] = plain(s.t, value)
		}
	}
	return attributes, diagnostics
}

// parallelReads is how many reads meet a fault at the same time.
const parallelReads = 50

// ends makes one read and then many in parallel, each of which must end in the
// one error, or without a trace if that is nil.
func (s authScene) ends(more config, want *diagnostic) {
	s.t.Helper()

	s.endsOnce(more, want)
	s.together(more, want)
}

// together makes the parallel reads alone.
func (s authScene) together(more config, want *diagnostic) {
	s.t.Helper()

	var reads sync.WaitGroup
	for range parallelReads {
		reads.Go(func() { s.endsOnce(more, want) })
	}
	reads.Wait()
}

func (s authScene) endsOnce(more config, want *diagnostic) {
	s.t.Helper()

	attributes, diagnostics := s.read(more)
	if want != nil {
		assertDiagnostics(s.t, diagnostics, *want)
	} else {
		assertDiagnostics(s.t, diagnostics)
		if diff := cmp.Diff(orders, attributes); diff != "" {
			s.t.Errorf("not the attributes of a healthy read (-want +got):\n%s", diff)
		}
	}
	s.watch.assertHidden(s.t, diagnostics)
}

// costs checks how many requests arrived.
func (s authScene) costs(what string, got, atMost int) {
	s.t.Helper()

	if got > atMost {
		s.t.Errorf("%d %s, want at most %d", got, what, atMost)
	}
}
