// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package snapshot

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

// NewDataSource returns the data source atlas_legacy_backup_snapshot.
func NewDataSource() datasource.DataSource {
	return cluster.NewDataSource[singleModel](cluster.Definition{
		Name: "legacy_backup_snapshot",
		Description: "Reads one legacy backup snapshot: what it holds and until when Atlas keeps it. A snapshot that does not " +
			"exist is an error. Needs the role Project Read Only.",
		Attributes: singleAttributes,
	})
}

func singleAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "snapshots")
	all["snapshot_id"] = cluster.IDArgument("snapshot")
	maps.Copy(all, attributes())
	return all
}

type singleModel struct {
	cluster.Arguments
	SnapshotID types.String `tfsdk:"snapshot_id"`
	element
}

// Read implements cluster.Model.
func (m *singleModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	doc, diags := cluster.Get[atlas.Snapshot](ctx, r, atlas.Snapshots, m.Arguments, m.SnapshotID)
	if doc != nil {
		m.element = newElement(doc)
	}
	return diags
}
