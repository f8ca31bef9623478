// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

func listDefinition() cluster.Definition {
	return cluster.Definition{
		Name: "legacy_backup_checkpoints",
		Description: "Lists the legacy backup checkpoints of a cluster, newest restore point first. No checkpoint is an empty list, not an error; a " +
			"cluster or project that does not exist is an error. Needs the role Project Read Only.\n\n" + cluster.Paging("checkpoint"),
		Attributes: listAttributes,
	}
}

// NewListDataSource returns the data source atlas_legacy_backup_checkpoints.
func NewListDataSource() datasource.DataSource {
	return cluster.NewDataSource[listModel](listDefinition())
}

// NewEphemeralList returns the ephemeral resource atlas_legacy_backup_checkpoints.
func NewEphemeralList() ephemeral.EphemeralResource {
	return cluster.NewEphemeralResource[listModel](listDefinition())
}

func listAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "checkpoints")
	cluster.AddFilters(all, "checkpoints", "timestamp")
	cluster.AddAgeLimit(all, "checkpoints", "timestamp")
	all["restorable"] = schema.BoolAttribute{
		MarkdownDescription: "Only checkpoints that Atlas can restore (`true`), or can't (`false`). A checkpoint whose status Atlas does " +
			"not report matches neither value. Default: all.",
		Optional: true,
	}
	cluster.AddList(all, "How many checkpoints the cluster has, before filters",
		"The first of `results`: the newest checkpoint that passes the filters. Null if none does.",
		"The checkpoints that pass all filters, newest `timestamp` first, ties by ascending `id`, those without a `timestamp` last.",
		attributes())
	return all
}

type listModel struct {
	cluster.Arguments
	cluster.Filters
	cluster.AgeLimit
	Restorable types.Bool `tfsdk:"restorable"`
	cluster.List[element]
}

// Validate implements cluster.Model.
func (m *listModel) Validate() diag.Diagnostics { return m.Check("checkpoint") }

// Read implements cluster.Model.
func (m *listModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	list, diags := cluster.ReadList(ctx, r, atlas.Checkpoints, m.Arguments, nil, m.selection(), newElement)
	m.List = list
	return diags
}

func (m *listModel) selection() *cluster.Selection[atlas.Checkpoint] {
	return cluster.NewSelection(m.Filters, cluster.Rules[atlas.Checkpoint]{
		MaxAge: m.Duration(),
		Time:   func(c *atlas.Checkpoint) *atlas.Time { return c.Timestamp },
		ID:     func(c *atlas.Checkpoint) *string { return c.ID },
		Passes: func(c *atlas.Checkpoint) bool { return cluster.Matches(m.Restorable.ValueBoolPointer(), c.Restorable) },
	})
}
