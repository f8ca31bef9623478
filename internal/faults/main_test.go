// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package faults_test drives the whole provider against what a network and a
// server can do to it: design/faults.md has the list.
package faults_test

import (
	"fmt"
	"maps"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// TestMain sets what a process has but one of: the name server that it asks, and
// the authorities that it trusts, which Go reads once.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		net.DefaultResolver = resolver()
		defer trust(trusted)()
		return acctest.Main(m)
	}())
}

const checkpoint = "atlas_legacy_backup_checkpoint"

// readOrders reads the replica set's checkpoint, with more arguments.
func readOrders(s *acctest.Scene, more acctest.Config) (map[string]any, acctest.Diagnostics) {
	arguments := acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ReplicaSetCluster,
		"checkpoint_id": atlasmock.ReplicaSetCheckpointID,
	}
	maps.Copy(arguments, more)
	return s.Read(checkpoint, arguments)
}

// recovers expects a read without a trace of any fault.
func recovers(t *testing.T, s *acctest.Scene, more acctest.Config) {
	t.Helper()
	got, diagnostics := readOrders(s, more)
	diagnostics.None(t)
	for name := range got {
		if _, ok := orders[name]; !ok {
			delete(got, name) // an argument
		}
	}
	if diff := cmp.Diff(orders, got); diff != "" {
		t.Errorf("not the attributes of a healthy read (-want +got):\n%s", diff)
	}
}

// request is one of those that a read consists of, and how a fault strikes it.
type request struct {
	login acctest.Login
	at    func(atlasmock.Fault) atlasmock.Fault
}

// requests are all requests that a read may consist of.
var requests = map[string]request{
	"bearer read": {acctest.AccessToken, func(f atlasmock.Fault) atlasmock.Fault { return f }},
	"signed read": {acctest.APIKey, func(f atlasmock.Fault) atlasmock.Fault { return f }},
	"handshake":   {acctest.APIKey, atlasmock.Fault.Early},
	"token request": {acctest.ServiceAccount, func(f atlasmock.Fault) atlasmock.Fault {
		return f.On(atlasmock.MatchToken).Early()
	}},
}

// struck is a scene in which faults strike the request.
func (r request) struck(t *testing.T, block acctest.Config, faults ...atlasmock.Fault) *acctest.Scene {
	t.Helper()
	s := acctest.New(t, r.login).MustConfigure(block)
	for _, fault := range faults {
		s.Atlas.Fail(r.at(fault))
	}
	return s
}

// quick is for several reads: what one of them waits on the scene's clock, the
// others have less time.
var quick = acctest.Config{"retry": map[string]any{"min_delay": "1ms", "max_delay": "2ms"}}

// parallelReads is how many reads meet a fault at the same time.
const parallelReads = 50

// together makes the parallel reads.
func together(read func()) {
	var reads sync.WaitGroup
	for range parallelReads {
		reads.Go(read)
	}
	reads.Wait()
}

// waiting is how long a read has waited, which is different in each run.
var waiting = regexp.MustCompile(`and [0-9.hmsµ]+ of waiting`)

// fails expects a read that ends in one error, and returns its text.
func fails(t *testing.T, s *acctest.Scene, more acctest.Config) string {
	t.Helper()
	_, diagnostics := readOrders(s, more)
	diagnostics.One(t, "Error: ")
	return waiting.ReplaceAllString(diagnostics.String(), "and TIME of waiting")
}

// theCheckpoint is a read for the real CLI.
var theCheckpoint = acctest.Data(checkpoint, fmt.Sprintf("checkpoint_id = %q", atlasmock.ShardedCheckpointID))

// shows expects texts in the CLI's output, however it is wrapped.
func shows(t *testing.T, cli *acctest.CLI, texts ...string) {
	t.Helper()
	output := strings.Join(strings.Fields(cli.Output.String()), " ")
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("the output lacks %q:\n%s", text, cli.Output.String())
		}
	}
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
