// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

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
