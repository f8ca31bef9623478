// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// readSharded reads the sharded cluster's checkpoint.
func readSharded(s *acctest.Scene) acctest.Diagnostics {
	_, got := s.Read("atlas_legacy_backup_checkpoint", acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster, "checkpoint_id": atlasmock.ShardedCheckpointID,
	})
	return got
}

// Atlas announces the end of an API version with every response. A user sees it once in a run, with
// the day.
func TestSunset(t *testing.T) {
	t.Parallel()
	for header, day := range map[string]string{
		"Thu, 1 Jul 2027 00:00:00 GMT":  "1 July 2027", // as Atlas writes it
		"Thu, 01 Jul 2027 00:00:00 GMT": "1 July 2027",
		"next summer":                   "next summer",
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken, acctest.WithMock(atlasmock.WithSunset(header))).MustConfigure(nil)
			readSharded(s).One(t, "Warning: Atlas will withdraw its legacy backup API", day)
			readSharded(s).None(t)
		})
	}
}
