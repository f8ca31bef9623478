// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package faults_test drives the whole provider against what a network and a server can do to it:
// design/faults.md has the list.
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

// TestMain sets what a process has but one of: the name server that it asks, and the authorities
// that it trusts, which Go reads once.
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

// healthy are the attributes of a read that meets no fault.
var healthy struct {
	once       sync.Once
	attributes map[string]any
}

// recovers expects a read without a trace of any fault.
func recovers(t *testing.T, s *acctest.Scene) {
	t.Helper()
	healthy.once.Do(func() {
		var diagnostics acctest.Diagnostics
		healthy.attributes, diagnostics = readOrders(acctest.New(t, acctest.AccessToken).MustConfigure(nil), nil)
		diagnostics.None(t)
	})
	got, diagnostics := readOrders(s, nil)
	diagnostics.None(t)
	if diff := cmp.Diff(healthy.attributes, got); diff != "" {
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

// struck is a scene in which a fault strikes the request.
func (r request) struck(t *testing.T, block acctest.Config, fault atlasmock.Fault) *acctest.Scene {
	t.Helper()
	s := acctest.New(t, r.login).MustConfigure(block)
	s.Atlas.Fail(r.at(fault))
	return s
}

// together makes 50 reads at the same time.
func together(read func()) {
	var reads sync.WaitGroup
	for range 50 {
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

// hides expects none of the secrets in a text.
func hides(t *testing.T, text string, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q in %q", secret, text[max(0, i-150):min(len(text), i+len(secret)+50)])
		}
	}
}

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
