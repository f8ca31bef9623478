// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

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
			if old := strings.Contains(got.String(), "old snapshots may be left"); old != (name == "Cloud Backups" && r.collection != atlasmock.Snapshots) {
				t.Errorf("speaks of old snapshots: %t\n%s", old, got)
			}
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
