// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package snapshot_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Which snapshots are listed, and which is the latest: it is complete, whatever completed is.
func TestSnapshots(t *testing.T) {
	t.Parallel()
	const cluster = "Shop"
	documents := []string{
		`"complete":true,"created":{"date":"2024-05-01T10:00:00Z"},"incremental":false`,
		`"complete":false,"created":{"date":"2024-05-01T13:00:00Z"},"incremental":true`,
		`"complete":true,"created":{"date":"2024-05-01T12:00:00Z"},"incremental":true`,
		`"created":{"date":"2024-05-01T11:00:00Z"},"incremental":true`,
		`"complete":true,"created":{}`,
		`"complete":true`,
	}
	for name, tc := range map[string]struct {
		arguments acctest.Config
		query     string
		want      []int
		latest    int // -1 if there is none
	}{
		"by default":                 {nil, "", []int{2, 0, 4, 5}, 2},
		"completed":                  {acctest.Config{"completed": "true"}, "completed=true&", []int{2, 0, 4, 5}, 2},
		"not completed":              {acctest.Config{"completed": "false"}, "completed=false&", []int{1, 3}, -1},
		"all":                        {acctest.Config{"completed": "all"}, "completed=all&", []int{1, 2, 3, 0, 4, 5}, 2},
		"all, one of them":           {acctest.Config{"completed": "all", "max_results": 1}, "completed=all&", []int{1}, 2},
		"incremental":                {acctest.Config{"incremental": true}, "", []int{2}, 2},
		"not incremental":            {acctest.Config{"incremental": false}, "", []int{0}, 0},
		"until the one before":       {acctest.Config{"until": "2024-05-01T11:30:00Z"}, "", []int{0}, 0},
		"since one that is not made": {acctest.Config{"completed": "all", "since": "2024-05-01T12:30:00Z"}, "completed=all&", []int{1}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			id := func(i int) string { return fmt.Sprintf("%024x", i) }
			for i, fields := range documents {
				s.Atlas.Put(atlasmock.ProjectID, cluster, atlasmock.Snapshots, id(i), fmt.Appendf(nil, `{"id":%q,%s}`, id(i), fields))
			}
			arguments := acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": cluster}
			maps.Copy(arguments, tc.arguments)
			all, diagnostics := s.Read("atlas_legacy_backup_snapshots", arguments)
			diagnostics.None(t)
			var got []string
			for _, result := range all["results"].([]any) { //nolint:forcetypeassert // a list, says the schema
				got = append(got, fmt.Sprint(result.(map[string]any)["id"]))
			}
			var want []string
			for _, i := range tc.want {
				want = append(want, id(i))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			newest, _ := all["latest"].(map[string]any)
			if (newest == nil) != (tc.latest < 0) || newest != nil && newest["id"] != id(tc.latest) {
				t.Errorf("latest is %v, want %d", newest["id"], tc.latest)
			}
			if query := s.Atlas.Requests()[0].RawQuery; query != tc.query+"includeCount=false&itemsPerPage=500&pageNum=1" {
				t.Errorf("query %s", query)
			}
		})
	}
}

func TestSnapshots_invalidArguments(t *testing.T) {
	t.Parallel()
	for summary, arguments := range map[string]acctest.Config{
		"Invalid Attribute Value Match (completed)": {"completed": "yes"},
		"No snapshot can match (since)":             {"since": "2024-05-02T00:00:00Z", "until": "2024-05-01T00:00:00Z"},
	} {
		arguments["project_id"], arguments["cluster_name"] = atlasmock.ProjectID, atlasmock.ShardedCluster
		_, got := acctest.New(t, acctest.AccessToken).MustConfigure(nil).Read("atlas_legacy_backup_snapshots", arguments)
		got.One(t, "Error: "+summary)
	}
}

// The parts of a snapshot are in the API's order; one that is not complete has parts without sizes.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
	snapshot, diagnostics := s.Read("atlas_legacy_backup_snapshot", acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster, "snapshot_id": atlasmock.InProgressSnapshotID,
	})
	diagnostics.None(t)
	var parts []string
	for _, part := range snapshot["parts"].([]any) { //nolint:forcetypeassert // a list, says the schema
		part, _ := part.(map[string]any)
		parts = append(parts, fmt.Sprint(part["replica_set_name"], " ", part["data_size_bytes"]))
	}
	want := []string{"Cluster0-shard-0 48318382080", "Cluster0-shard-1 <nil>", "Cluster0-config-0 <nil>"}
	if !slices.Equal(parts, want) || snapshot["complete"] != false || snapshot["expires"] != nil {
		t.Errorf("got %q, complete %v, expires %v", parts, snapshot["complete"], snapshot["expires"])
	}
	_, diagnostics = s.Read("atlas_legacy_backup_snapshot", acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster, "snapshot_id": atlasmock.BatchID,
	})
	diagnostics.One(t, "Error: Atlas legacy backup snapshot not found (snapshot_id)", "retention")
}
