// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	jsonID     = atlasmock.ShardedCheckpointID
	jsonBearer = "bearer-of-the-scene"
)

// notDocumented is the summary for an answer that can't be understood.
const notDocumented = "Unexpected response from Atlas"

// jsonScene is a provider in front of a cluster with one checkpoint, whose
// document a test makes up. Both data sources must take it alike.
type jsonScene struct {
	*rpc
	atlas *atlasmock.Server
}

func newJSONScene(t *testing.T) jsonScene {
	t.Helper()

	mock, err := atlasmock.New(atlasmock.WithAccessToken(jsonBearer), atlasmock.WithoutFixtures())
	if err != nil {
		t.Fatal(err)
	}
	scene := jsonScene{newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": jsonBearer}, WithTransport(served{mock})), mock}
	assertDiagnostics(t, scene.configure(nil))
	return scene
}

func (s jsonScene) serve(document string) {
	s.atlas.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, jsonID, []byte(document))
}

// single reads the checkpoint alone. It gives the attributes that the document decides.
func (s jsonScene) single() (map[string]any, []*tfprotov6.Diagnostic) {
	s.t.Helper()

	values, diagnostics := s.get(s.t.Context(), "atlas_legacy_backup_checkpoint",
		config{"project_id": atlasmock.ProjectID, "cluster_name": "Cluster0", "checkpoint_id": jsonID})
	attributes := map[string]any{}
	for name, value := range values {
		if !slices.Contains([]string{"project_id", "cluster_name", "checkpoint_id", "timeouts"}, name) {
			attributes[name] = plain(s.t, value)
		}
	}
	return attributes, diagnostics
}

// list reads the cluster's checkpoints.
func (s jsonScene) list() ([]any, []*tfprotov6.Diagnostic) {
	s.t.Helper()

	values, diagnostics := s.get(s.t.Context(), "atlas_legacy_backup_checkpoints",
		config{"project_id": atlasmock.ProjectID, "cluster_name": "Cluster0"})
	if len(values) == 0 {
		return nil, diagnostics
	}
	results, _ := plain(s.t, values["results"]).([]any)
	return results, diagnostics
}

// gives expects both data sources to read these attributes, without a trace of anything odd.
func (s jsonScene) gives(document string, want map[string]any) {
	s.t.Helper()

	s.serve(document)
	s.givesAlone(want)
	list, diagnostics := s.list()
	assertDiagnostics(s.t, diagnostics)
	if diff := cmp.Diff([]any{want}, list); diff != "" {
		s.t.Errorf("in a list: %.300s (-want +got):\n%.2000s", document, diff)
	}
}

// givesAlone expects the document to give these attributes when it is read alone.
func (s jsonScene) givesAlone(want map[string]any) {
	s.t.Helper()

	single, diagnostics := s.single()
	assertDiagnostics(s.t, diagnostics)
	if diff := cmp.Diff(want, single); diff != "" {
		s.t.Errorf("alone (-want +got):\n%.2000s", diff)
	}
}

// refuses expects both data sources to end in one error that states the fact.
func (s jsonScene) refuses(document, fact string) {
	s.t.Helper()

	s.serve(document)
	_, single := s.single()
	_, list := s.list()
	s.refused(document, single, "checkpoint", fact)
	s.refused(document, list, "checkpoints", fact)
}

func (s jsonScene) refused(document string, got []*tfprotov6.Diagnostic, asked, fact string) {
	s.t.Helper()

	want := diagnostic{summary: notDocumented, detail: []string{"Asked for ", asked, "HTTP 200", fact, "base_url", "report this"}}
	if len(got) != 1 || !want.matches(got[0]) {
		s.t.Errorf("%.300s: %s", document, texts(got))
		return
	}
	if len(got[0].Detail) > 4<<10 {
		s.t.Errorf("%.300s: an error of %d bytes", document, len(got[0].Detail))
	}
}

func texts(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, text(d))
	}
	return strings.Join(all, "\n\n")
}

// jsonFixture is a checkpoint with every field, as Atlas sends it.
func jsonFixture(t *testing.T) string {
	t.Helper()

	data, err := fs.ReadFile(atlasmock.DefaultFixtures(),
		atlasmock.ProjectID+"/"+atlasmock.ShardedCluster+"/"+atlasmock.Checkpoints+"/"+jsonID+".json")
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		t.Fatal(err)
	}
	return compact.String()
}

// jsonBare is a checkpoint of which the API says no more than the given fields do.
func jsonBare(fields map[string]any) map[string]any {
	attributes := map[string]any{
		"id": jsonID, "cluster_id": nil, "started": nil, "completed": nil, "timestamp": nil, "restorable": nil,
		"parts": []any{}, "links": []any{},
	}
	maps.Copy(attributes, fields)
	return attributes
}

// jsonPart is a part of which the API says no more than the given fields do.
func jsonPart(fields map[string]any) map[string]any {
	attributes := map[string]any{
		"replica_set_name": nil, "shard_name": nil, "type_name": nil, "token_discovered": nil, "token_timestamp": nil,
	}
	maps.Copy(attributes, fields)
	return attributes
}

// A document that ends early, wherever that is, is none. The answer is whole as
// far as HTTP knows; one that HTTP knows to be cut is read again.
func TestFaults_json_cut(t *testing.T) {
	t.Parallel()

	document := jsonFixture(t)
	list := `{"links":[],"results":[` + document + `],"totalCount":1}`
	t.Run("single", func(t *testing.T) {
		t.Parallel()

		scene := newJSONScene(t)
		for i := range len(document) {
			scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", document[:i]))
			_, got := scene.single()
			scene.refused(document[:i], got, "checkpoint", "not a JSON object")
		}
	})
	t.Run("list", func(t *testing.T) {
		t.Parallel()

		scene := newJSONScene(t)
		for i := range len(list) {
			scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", list[:i]))
			_, got := scene.list()
			scene.refused(list[:i], got, "checkpoints", "Problem: ")
		}
	})
	t.Run("with its connection", func(t *testing.T) {
		t.Parallel()

		scene := newJSONScene(t)
		scene.serve(document)
		want, _ := scene.single()
		server := httptest.NewServer(scene.atlas)
		defer server.Close()
		provider := newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": jsonBearer})
		assertDiagnostics(t, provider.configure(config{
			"base_url": server.URL, "retry": map[string]any{"min_delay": "1ms", "max_delay": "2ms"},
		}))
		for i := range len(document) {
			scene.atlas.Fail(atlasmock.FaultCutChunked(i))
			got, diagnostics := jsonScene{provider, scene.atlas}.single()
			assertDiagnostics(t, diagnostics)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("cut after %d bytes (-want +got):\n%s", i, diff)
			}
		}
	})
}
