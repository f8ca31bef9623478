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

// Each argument that names something unknown gets the error about it.
func TestReads_notFound(t *testing.T) {
	t.Parallel()
	eachRead(t, acctest.APIKey, func(t *testing.T, r read, s *acctest.Scene) {
		t.Helper()
		_, got := r.fixture(s, acctest.Config{"project_id": unknownID})
		got.One(t, "Error: Atlas project not found (project_id)", unknownID)
		_, got = r.fixture(s, acctest.Config{"cluster_name": "Cluster9"})
		got.One(t, "Error: Atlas cluster not found (cluster_name)", "Cluster9", r.noun)
		if r.argument != "" {
			_, got = r.of(s, unknownID, nil)
			got.One(t, "Error: Atlas legacy backup "+r.noun+" not found ("+r.argument+")", r.noun+` "`+unknownID+`"`)
		}
	})
}

// Invalid arguments are found before a request is sent.
func TestReads_invalidArguments(t *testing.T) {
	t.Parallel()
	eachRead(t, acctest.APIKey, func(t *testing.T, r read, s *acctest.Scene) {
		t.Helper()
		_, got := r.fixture(s, acctest.Config{"project_id": "Production"})
		got.One(t, "Error: Invalid Atlas id (project_id)")
		_, got = r.fixture(s, acctest.Config{"cluster_name": "a/b"})
		got.One(t, "Error: Invalid Atlas cluster name (cluster_name)")
		_, got = r.fixture(s, acctest.Config{"timeouts": map[string]any{"read": "soon"}})
		got.One(t, "Error: Invalid duration (timeouts)")
		if r.argument != "" {
			_, got = r.of(s, "../x", nil)
			got.One(t, "Error: Invalid Atlas id ("+r.argument+")")
		}
		if n := s.Atlas.Count("", ""); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

// The errors that Atlas has for every read.
func TestReads_refused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault atlasmock.Fault
		facts []string
	}{
		"wrong credentials": {
			atlasmock.FaultStatus(401, "UNEXPECTED_ERROR", "You are not authorized for this resource."),
			[]string{"Error: Atlas refused the credentials\n", "MONGODB_ATLAS_ACCESS_TOKEN"},
		},
		"no access": {
			atlasmock.FaultStatus(401, "NOT_IN_GROUP", "The current user is not in the group."),
			[]string{"Error: No access to the Atlas project (project_id)", "Project Read Only"},
		},
		"forbidden": {
			atlasmock.FaultStatus(403, "ACCESS_FORBIDDEN", ""), []string{"Error: Atlas forbids this read\n", "Project Read Only"},
		},
		"Cloud Backups": {
			atlasmock.FaultStatus(400, "INCORRECT_BACKUP_API_ENDPOINT", "Incorrect Public API endpoint for Cloud Backups."),
			[]string{"Error: The cluster uses Cloud Backups (cluster_name)"},
		},
		"rate limit": {
			atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3600"),
			[]string{"Error: Atlas rate limit exceeded\n", "timeouts.read"},
		},
		"server error": {
			atlasmock.FaultStatus(503, "SERVICE_UNAVAILABLE", ""), []string{"Error: Atlas server error\n", "Stopped after 5 attempts"},
		},
	} {
		eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
			t.Helper()
			s.Atlas.Fail(tc.fault.Repeat(atlasmock.Forever))
			_, got := r.fixture(s, nil)
			facts := append(slices.Clone(tc.facts), r.noun, atlasmock.ShardedCluster, atlasmock.ProjectID, fmt.Sprint("HTTP ", tc.fault.Status))
			if name == "Cloud Backups" {
				facts = append(facts, "so has no "+strings.TrimSuffix(r.noun, "s"), r.successor+".")
			}
			got.One(t, facts...)
		})
	}
}

// A failure that passes is retried, as Atlas asks, and leaves no trace.
func TestReads_recover(t *testing.T) {
	t.Parallel()
	for _, fault := range []atlasmock.Fault{
		atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "7"),
		atlasmock.FaultHTML(502).With("Retry-After", "7"), atlasmock.FaultCutBody(40),
	} {
		eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
			t.Helper()
			want, diagnostics := r.fixture(s, nil)
			diagnostics.None(t)
			s.Atlas.Fail(fault)
			got, diagnostics := r.fixture(s, nil)
			diagnostics.None(t)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			waits := s.Clock.Waits()
			if len(waits) != 1 || fault.Status >= 400 && waits[0] != 7*time.Second {
				t.Errorf("waited %s", waits)
			}
		})
	}
}

// A response about something else is not used.
func TestReads_mismatch(t *testing.T) {
	t.Parallel()
	eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
		t.Helper()
		respond := func(document string) acctest.Diagnostics {
			if r.list() {
				document = `{"results":[` + document + `]}`
			}
			s.Atlas.Fail(atlasmock.FaultBody(http.StatusOK, "application/json", document))
			_, got := r.fixture(s, nil)
			return got
		}
		id := r.id
		if id == "" {
			id = unknownID
		}
		respond(`{"id":"`+id+`","groupId":"`+unknownID+`"}`).One(t, "Error: The response does not match the request\n", "Requested project ")
		if r.argument != "" {
			respond(`{"id":"`+unknownID+`"}`).One(t, "Error: The response does not match the request\n", "Requested "+r.noun)
		}
		respond(`{"message":"Welcome"}`).One(t, "Error: Unexpected response from Atlas\n", "not a ")
	})
}

// Around the size of a page no page is left out, and none is read for nothing.
func TestReads_pages(t *testing.T) {
	t.Parallel()
	for documents, pages := range map[int]int{0: 1, 499: 1, 500: 2, 1200: 3} {
		eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
			t.Helper()
			if !r.list() {
				return
			}
			const cluster = "Large"
			s.Atlas.PutCluster(atlasmock.ProjectID, cluster)
			var latest any
			for i := range documents {
				at := time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC).Format(time.RFC3339)
				fields := map[string]string{
					atlasmock.Checkpoints: `"timestamp":"` + at + `"`,
					atlasmock.Snapshots:   `"complete":true,"created":{"date":"` + at + `"}`,
					atlasmock.RestoreJobs: `"created":"` + at + `"`,
				}[r.collection]
				id := fmt.Sprintf("%024x", documents-i)
				latest = id
				s.Atlas.Put(atlasmock.ProjectID, cluster, r.collection, id,
					fmt.Appendf(nil, `{"id":%q,%s}`, id, fields))
			}
			all, diagnostics := r.fixture(s, acctest.Config{"cluster_name": cluster, "max_results": 1})
			diagnostics.None(t)
			if all["total_count"] != fmt.Sprint(documents) || all["id"] != atlasmock.ProjectID+"/"+cluster {
				t.Errorf("total_count %v, id %v", all["total_count"], all["id"])
			}
			got, _ := all["latest"].(map[string]any)
			if got["id"] != latest {
				t.Errorf("latest is %v, want %v", got["id"], latest)
			}
			if n := s.Atlas.Count("", ""); n != pages {
				t.Errorf("%d requests, want %d", n, pages)
			}
		})
	}
}

// max_age counts from when Atlas is read, by this machine's clock.
func TestReads_maxAge(t *testing.T) {
	t.Parallel()
	eachRead(t, acctest.AccessToken, func(t *testing.T, r read, s *acctest.Scene) {
		t.Helper()
		if !r.list() || r.collection == atlasmock.RestoreJobs {
			return
		}
		const cluster = "Aging"
		s.Clock.Set(time.Now()) // as in the server's responses
		put := func(id string, age time.Duration) {
			at := s.Clock.Now().Add(-age).UTC().Format(time.RFC3339Nano)
			s.Atlas.Put(atlasmock.ProjectID, cluster, r.collection, id,
				fmt.Appendf(nil, `{"id":%q,"complete":true,"timestamp":%q,"created":{"date":%q}}`, id, at, at))
		}
		s.Atlas.Put(atlasmock.ProjectID, cluster, r.collection, fmt.Sprintf("%024x", 9), fmt.Appendf(nil, `{"id":"%024x","complete":true}`, 9))
		for i, age := range []time.Duration{-time.Minute, 0, time.Hour, time.Hour + time.Millisecond, 2 * time.Hour} {
			put(fmt.Sprintf("%024x", i), age)
		}
		arguments := acctest.Config{"cluster_name": cluster, "max_age": "1h"}
		count := func() (int, acctest.Diagnostics) {
			all, diagnostics := r.fixture(s, arguments)
			results, _ := all["results"].([]any)
			if (all["latest"] == nil) != (len(results) == 0) || all["total_count"] != "6" {
				t.Errorf("latest %v, %d results, total_count %v", all["latest"], len(results), all["total_count"])
			}
			return len(results), diagnostics
		}
		n, diagnostics := count()
		diagnostics.None(t)
		if n != 3 {
			t.Errorf("%d results, want 3", n)
		}
		// Two hours later by this machine's clock, which is too far from the server's.
		s.Clock.Advance(2 * time.Hour)
		n, diagnostics = count()
		if n != 0 {
			t.Errorf("%d results, want none", n)
		}
		diagnostics.One(t, "Warning: This machine's clock differs from that of Atlas (max_age)", "wrong by 2h0m")
		delete(arguments, "max_age")
		if n, diagnostics = count(); n != 6 {
			t.Errorf("%d results without max_age", n)
		}
		diagnostics.None(t)
		arguments["max_age"] = "an hour"
		_, diagnostics = r.fixture(s, arguments)
		diagnostics.One(t, "Error: Invalid duration (max_age)")
	})
}
