// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoint

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
)

type model struct {
	ProjectID    types.String   `tfsdk:"project_id"`
	ClusterName  types.String   `tfsdk:"cluster_name"`
	CheckpointID types.String   `tfsdk:"checkpoint_id"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
	checkpoint.Model
}

func (m model) target() atlas.Target {
	return atlas.Target{
		ProjectID:   m.ProjectID.ValueString(),
		ClusterName: m.ClusterName.ValueString(),
		ID:          m.CheckpointID.ValueString(),
	}
}
