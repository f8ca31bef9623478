// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources"
)

// These tests loop over all that the provider reads. What they prove holds for whatever is added to
// the table.

const unknownID = "0123456789abcdef01234567"

// read is one of the reads.
type read struct {
	name, collection string
	// argument is the one for the id of a document, and id a fixture's; both are empty for what
	// reads all of a cluster's documents, or the only one.
	argument, id string
	// ephemeral is true for an ephemeral resource.
	ephemeral bool
	// noun is what errors call what is read, and successor the official provider's counterpart.
	noun, successor string
}

var reads = []read{
	{
		name: "atlas_legacy_backup_checkpoint", collection: atlasmock.Checkpoints,
		argument: "checkpoint_id", id: atlasmock.ShardedCheckpointID, noun: "checkpoint", successor: "mongodbatlas_cloud_backup_snapshot",
	},
	{
		name: "atlas_legacy_backup_checkpoints", collection: atlasmock.Checkpoints, noun: "checkpoints",
		successor: "mongodbatlas_cloud_backup_snapshots",
	},
	{
		name: "atlas_legacy_backup_snapshot", collection: atlasmock.Snapshots,
		argument: "snapshot_id", id: atlasmock.SnapshotID, noun: "snapshot", successor: "mongodbatlas_cloud_backup_snapshot",
	},
	{
		name: "atlas_legacy_backup_snapshots", collection: atlasmock.Snapshots, noun: "snapshots",
		successor: "mongodbatlas_cloud_backup_snapshots",
	},
	{
		name: "atlas_legacy_backup_restore_job", collection: atlasmock.RestoreJobs,
		argument: "job_id", id: atlasmock.RestoreJobID, noun: "restore job", successor: "mongodbatlas_cloud_backup_snapshot_restore_job",
	},
	{
		name: "atlas_legacy_backup_restore_jobs", collection: atlasmock.RestoreJobs, noun: "restore jobs",
		successor: "mongodbatlas_cloud_backup_snapshot_restore_jobs",
	},
	{
		name: "atlas_legacy_backup_snapshot_schedule", collection: atlasmock.Schedule, noun: "snapshot schedule",
		successor: "mongodbatlas_cloud_backup_schedule",
	},
	{
		name: "atlas_legacy_backup_checkpoints", collection: atlasmock.Checkpoints, ephemeral: true, noun: "checkpoints",
		successor: "mongodbatlas_cloud_backup_snapshots",
	},
	{
		name: "atlas_legacy_backup_snapshots", collection: atlasmock.Snapshots, ephemeral: true, noun: "snapshots",
		successor: "mongodbatlas_cloud_backup_snapshots",
	},
	{
		name: "atlas_legacy_backup_restore_job", collection: atlasmock.RestoreJobs, ephemeral: true,
		argument: "job_id", id: atlasmock.RestoreJobID, noun: "restore job", successor: "mongodbatlas_cloud_backup_snapshot_restore_job",
	},
}

func (r read) String() string {
	if r.ephemeral {
		return "ephemeral " + r.name
	}
	return r.name
}

// list reports that all of a cluster's documents are read.
func (r read) list() bool { return r.id == "" && r.collection != atlasmock.Schedule }

// of reads the sharded cluster's document with an id, with arguments in place of the others.
func (r read) of(s *acctest.Scene, id string, arguments acctest.Config) (map[string]any, acctest.Diagnostics) {
	all := acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster}
	if r.argument != "" {
		all[r.argument] = id
	}
	maps.Copy(all, arguments)
	if r.ephemeral {
		return s.Open(r.name, all)
	}
	return s.Read(r.name, all)
}

func (r read) fixture(s *acctest.Scene, arguments acctest.Config) (map[string]any, acctest.Diagnostics) {
	return r.of(s, r.id, arguments)
}

// fixturesTime is when the newest of the fixtures was made, and no download has expired.
var fixturesTime = time.Date(2023, 9, 12, 6, 5, 0, 0, time.UTC)

// eachRead runs a test of each read in a scene of its own.
func eachRead(t *testing.T, login acctest.Login, test func(t *testing.T, r read, s *acctest.Scene)) {
	t.Helper()
	for _, r := range reads {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, login).MustConfigure(nil)
			s.Clock.Set(fixturesTime)
			test(t, r, s)
		})
	}
}

func TestReads_areAll(t *testing.T) {
	t.Parallel()
	if got, want := len(reads), len(datasources.All())+len(datasources.Ephemeral()); got != want {
		t.Errorf("the table has %d reads, want %d", got, want)
	}
}

// What becomes of the fixtures, and of documents with less in them.
func TestReads_attributes(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for _, r := range reads {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			s.Clock.Set(fixturesTime)
			got, diagnostics := r.fixture(s, nil)
			diagnostics.None(t)
			golden.Is(t, r.String(), text(t, got))
			if r.list() || r.ephemeral {
				return
			}
			// The document as the API sends it, with ever less.
			document := fetch(t, s, r)
			for name, change := range map[string]func(map[string]any){
				"only what is always there": func(document map[string]any) {
					maps.DeleteFunc(document, func(name string, _ any) bool { return name != "id" && name != "groupId" })
				},
				"null": func(document map[string]any) {
					for name := range document {
						if name != "id" && name != "groupId" {
							document[name] = nil
						}
					}
				},
				"null inside": func(document map[string]any) {
					for name, value := range document {
						document[name] = withNulls(value, name == "id" || name == "groupId")
					}
				},
			} {
				changed := maps.Clone(document)
				change(changed)
				body, err := json.Marshal(changed)
				if err != nil {
					t.Fatal(err)
				}
				s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, r.collection, r.id, body)
				got, diagnostics := r.fixture(s, nil)
				diagnostics.None(t)
				golden.Is(t, r.String()+", "+name, text(t, got))
			}
		})
	}
}

func text(t *testing.T, attributes map[string]any) string {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(attributes); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// fetch returns a read's fixture.
func fetch(t *testing.T, s *acctest.Scene, r read) map[string]any {
	t.Helper()
	path := strings.TrimSuffix(fmt.Sprintf("/api/atlas/v2/groups/%s/clusters/%s/%s/%s", atlasmock.ProjectID,
		atlasmock.ShardedCluster, r.collection, r.id), "/")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+acctest.BearerToken)
	req.Header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var document map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&document); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return document
}

// withNulls keeps objects and lists, and makes everything in them null.
func withNulls(value any, keep bool) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = withNulls(member, false)
		}
		return value
	case []any:
		for i, element := range value {
			value[i] = withNulls(element, false)
		}
		return append(value, nil)
	}
	if keep {
		return value
	}
	return nil
}

// The same document gives the same attributes, read alone and as an element of the list.
func TestReads_listsHaveTheSameElements(t *testing.T) {
	t.Parallel()
	eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
		t.Helper()
		if !r.list() {
			return
		}
		single := reads[slices.IndexFunc(reads, func(other read) bool { return other.collection == r.collection && other.id != "" })]
		all, diagnostics := r.fixture(s, nil)
		diagnostics.None(t)
		alone, diagnostics := single.fixture(s, nil)
		diagnostics.None(t)
		for _, argument := range []string{"project_id", "cluster_name", single.argument, "timeouts"} {
			delete(alone, argument)
		}
		results := all["results"].([]any) //nolint:forcetypeassert // a list, says the schema
		listed := slices.IndexFunc(results, func(element any) bool { return element.(map[string]any)["id"] == single.id })
		if listed < 0 {
			t.Fatal("not in the list")
		}
		if diff := cmp.Diff(any(alone), results[listed]); diff != "" {
			t.Errorf("(-alone +listed):\n%s", diff)
		}
	})
}
