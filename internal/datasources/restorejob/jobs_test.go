// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package restorejob_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRestoreJobs(t *testing.T) {
	t.Parallel()
	const all = "includeCount=false&itemsPerPage=500&pageNum=1"
	for name, tc := range map[string]struct {
		arguments acctest.Config
		query     string
		want      []string
	}{
		"all":             {nil, all, []string{atlasmock.RestoreJobID, atlasmock.DownloadedJobID, atlasmock.InProgressJobID}},
		"a batch":         {acctest.Config{"batch_id": atlasmock.BatchID}, "batchId=" + atlasmock.BatchID + "&" + all, []string{atlasmock.RestoreJobID, atlasmock.DownloadedJobID, atlasmock.InProgressJobID}},
		"another batch":   {acctest.Config{"batch_id": atlasmock.SnapshotID}, "batchId=" + atlasmock.SnapshotID + "&" + all, nil},
		"a status":        {acctest.Config{"status_name": "IN_PROGRESS"}, all, []string{atlasmock.InProgressJobID}},
		"no such status":  {acctest.Config{"status_name": "in_progress"}, all, nil},
		"newest":          {acctest.Config{"max_results": 1}, all, []string{atlasmock.RestoreJobID}},
		"since":           {acctest.Config{"since": "2023-09-12T01:10:17Z"}, all, []string{atlasmock.RestoreJobID, atlasmock.DownloadedJobID, atlasmock.InProgressJobID}},
		"until, too long": {acctest.Config{"until": "2023-09-12T01:10:16Z"}, all, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			arguments := acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster}
			maps.Copy(arguments, tc.arguments)
			all, diagnostics := s.Read(typeName+"s", arguments)
			diagnostics.None(t)
			var got []string
			for _, result := range all["results"].([]any) { //nolint:forcetypeassert // a list, says the schema
				got = append(got, fmt.Sprint(result.(map[string]any)["id"]))
			}
			if !slices.Equal(got, tc.want) || (all["latest"] == nil) != (len(got) == 0) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if query := s.Atlas.Requests()[0].RawQuery; query != tc.query {
				t.Errorf("query %s", query)
			}
		})
	}
	_, got := acctest.New(t, acctest.AccessToken).MustConfigure(nil).Read(typeName+"s", acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster,
		"since": "2024-05-02T00:00:00Z", "until": "2024-05-01T00:00:00Z",
	})
	got.One(t, "Error: No restore job can match (since)")
}

// A job has no delivery if Atlas sends none.
func TestRestoreJob(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
	for _, document := range []string{`{"id":"` + atlasmock.RestoreJobID + `"}`, `{"id":"` + atlasmock.RestoreJobID + `","delivery":{}}`} {
		s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.RestoreJobs, atlasmock.RestoreJobID, []byte(document))
		job, diagnostics := s.Read(typeName, arguments(atlasmock.RestoreJobID))
		diagnostics.None(t)
		if delivery, _ := job["delivery"].(map[string]any); (delivery == nil) != (document[len(document)-2] == '"') {
			t.Errorf("%s: delivery %v", document, delivery)
		}
	}
	_, diagnostics := s.Read(typeName, arguments(atlasmock.BatchID))
	diagnostics.One(t, "Error: Atlas legacy backup restore job not found (job_id)")
}
