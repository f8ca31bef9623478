// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// NewDataSource returns the data source atlas_legacy_backup_checkpoint.
func NewDataSource() datasource.DataSource {
	return cluster.NewDataSource[singleModel](cluster.Definition{
		Name: "legacy_backup_checkpoint",
		Description: "Reads one legacy backup checkpoint: a point in time that a cluster with legacy backups can be restored " +
			"to. A checkpoint that does not exist is an error. Needs the role Project Read Only.",
		Attributes: singleAttributes,
	})
}

func singleAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "checkpoints")
	all["checkpoint_id"] = cluster.IDArgument("checkpoint")
	maps.Copy(all, attributes())
	return all
}

type singleModel struct {
	cluster.Arguments
	CheckpointID types.String `tfsdk:"checkpoint_id"`
	element
}

// Read implements cluster.Model.
func (m *singleModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	doc, diags := cluster.Get[atlas.Checkpoint](ctx, r, atlas.Checkpoints, m.Arguments, m.CheckpointID)
	if doc != nil {
		m.element = newElement(doc)
	}
	return diags
}
