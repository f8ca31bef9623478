// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Only a sharded cluster has an interval of checkpoints.
func TestSchedule(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
	read := func(cluster string) (map[string]any, acctest.Diagnostics) {
		return s.Read("atlas_legacy_backup_snapshot_schedule", acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": cluster})
	}
	for cluster, want := range map[string]any{atlasmock.ShardedCluster: "15", atlasmock.ReplicaSetCluster: nil} {
		got, diagnostics := read(cluster)
		diagnostics.None(t)
		if got["cluster_checkpoint_interval_min"] != want || got["id"] != atlasmock.ProjectID+"/"+cluster {
			t.Errorf("got %v", got)
		}
	}
	_, diagnostics := read("Cluster9")
	diagnostics.One(t, "Error: Atlas cluster not found (cluster_name)")

	// Without a schedule, and without what Atlas always sends.
	s.Atlas.PutCluster(atlasmock.ProjectID, "Empty")
	_, diagnostics = read("Empty")
	diagnostics.One(t, "Error: Atlas has nothing at this address\n", "RESOURCE_NOT_FOUND")
	s.Atlas.Put(atlasmock.ProjectID, "Odd", atlasmock.Schedule, "", []byte(`{"snapshotIntervalHours":6}`))
	_, diagnostics = read("Odd")
	diagnostics.One(t, "Error: Unexpected response from Atlas\n", "not a snapshot schedule: it has no groupId")
}
