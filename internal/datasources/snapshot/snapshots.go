// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package snapshot

import (
	"context"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

func listDefinition() cluster.Definition {
	return cluster.Definition{
		Name: "legacy_backup_snapshots",
		Description: "Lists the legacy backup snapshots of a cluster, newest first. No snapshot is an empty list, not an error; a " +
			"cluster or project that does not exist is an error. Needs the role Project Read Only.\n\n" + cluster.Paging("snapshot"),
		Attributes: listAttributes,
	}
}

// NewListDataSource returns the data source atlas_legacy_backup_snapshots.
func NewListDataSource() datasource.DataSource {
	return cluster.NewDataSource[listModel](listDefinition())
}

// NewEphemeralList returns the ephemeral resource atlas_legacy_backup_snapshots.
func NewEphemeralList() ephemeral.EphemeralResource {
	return cluster.NewEphemeralResource[listModel](listDefinition())
}

func listAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "snapshots")
	all["completed"] = schema.StringAttribute{
		MarkdownDescription: "Which snapshots Atlas lists: `true` those that are complete, `false` those that are not, `\"all\"` both. " +
			"Default: `true`.",
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf("true", "false", "all")},
	}
	cluster.AddFilters(all, "snapshots", "created.date")
	cluster.AddAgeLimit(all, "snapshots", "created.date")
	all["incremental"] = schema.BoolAttribute{
		MarkdownDescription: "Only snapshots that are incremental (`true`), or not (`false`). A snapshot whose kind Atlas does not " +
			"report matches neither value. Default: all.",
		Optional: true,
	}
	cluster.AddList(all, "How many snapshots Atlas lists by `completed`, before the other filters",
		"The newest *complete* snapshot that passes the filters, whatever `completed` is. Null if there is none, as always with `completed = false`.",
		"The snapshots that pass all filters, newest `created.date` first, ties by ascending `id`, those without a `created.date` last.",
		attributes())
	return all
}

type listModel struct {
	cluster.Arguments
	cluster.Filters
	cluster.AgeLimit
	Completed   types.String `tfsdk:"completed"`
	Incremental types.Bool   `tfsdk:"incremental"`
	cluster.List[element]
}

// Validate implements cluster.Model.
func (m *listModel) Validate() diag.Diagnostics { return m.Check("snapshot") }

// Read implements cluster.Model.
func (m *listModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	query := url.Values{}
	if !m.Completed.IsNull() {
		query.Set("completed", m.Completed.ValueString())
	}
	list, diags := cluster.ReadList(ctx, r, atlas.Snapshots, m.Arguments, query, m.selection(), newElement)
	m.List = list
	return diags
}

func (m *listModel) selection() *cluster.Selection[atlas.Snapshot] {
	return cluster.NewSelection(m.Filters, cluster.Rules[atlas.Snapshot]{
		MaxAge: m.Duration(),
		Time:   created,
		ID:     func(s *atlas.Snapshot) *string { return s.ID },
		Passes: func(s *atlas.Snapshot) bool { return cluster.Matches(m.Incremental.ValueBoolPointer(), s.Incremental) },
		Latest: func(s *atlas.Snapshot) bool { return s.Complete != nil && *s.Complete },
	})
}

func created(s *atlas.Snapshot) *atlas.Time {
	if s.Created == nil {
		return nil
	}
	return s.Created.Date
}
