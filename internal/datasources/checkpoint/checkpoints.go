// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

var (
	_ datasource.DataSourceWithConfigure      = &list{}
	_ datasource.DataSourceWithValidateConfig = &list{}
)

type list struct{ cluster.DataSource }

// NewListDataSource returns the data source atlas_legacy_backup_checkpoints.
func NewListDataSource() datasource.DataSource { return &list{} }

func (*list) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_legacy_backup_checkpoints"
}

func (*list) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := cluster.Attributes(ctx, "checkpoints")
	cluster.AddFilters(all, "checkpoints", "timestamp")
	all["restorable"] = schema.BoolAttribute{
		MarkdownDescription: "Only checkpoints that Atlas can restore (`true`), or can't (`false`). A checkpoint whose status Atlas does " +
			"not report matches neither value. Default: all.",
		Optional: true,
	}
	all["id"] = schema.StringAttribute{
		MarkdownDescription: "`project_id` and `cluster_name`, with a slash between them.",
		Computed:            true,
	}
	all["total_count"] = schema.Int64Attribute{
		MarkdownDescription: "How many checkpoints the cluster has, before filters: counted, not Atlas' estimate.",
		Computed:            true,
	}
	all["latest"] = schema.SingleNestedAttribute{
		MarkdownDescription: "The first of `results`: the newest checkpoint that passes the filters. Null if none does.",
		Computed:            true,
		Attributes:          attributes(),
	}
	all["results"] = schema.ListNestedAttribute{
		MarkdownDescription: "The checkpoints that pass all filters, newest `timestamp` first, ties by ascending `id`, those without a " +
			"`timestamp` last. Empty if none does, never null.",
		Computed:     true,
		NestedObject: schema.NestedAttributeObject{Attributes: attributes()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the legacy backup checkpoints of a cluster, newest restore point first. No checkpoint is an empty " +
			"list, not an error; a cluster or project that does not exist is an error. Needs the role Project Read Only.\n\n" +
			"A list is read in pages of 500. The list is not a consistent snapshot: when Atlas deletes a checkpoint while it is read, the following ones " +
			"move up and one may be missed.",
		Attributes: all,
	}
}

type listModel struct {
	cluster.Arguments
	cluster.Filters
	Restorable types.Bool   `tfsdk:"restorable"`
	ID         types.String `tfsdk:"id"`
	TotalCount types.Int64  `tfsdk:"total_count"`
	Latest     *element     `tfsdk:"latest"`
	Results    []element    `tfsdk:"results"`
}

func (*list) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.Check("checkpoint")...)
}

func (l *list) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	chosen := m.selection()
	total, diags := cluster.Each(ctx, &l.DataSource, atlas.Checkpoints, m.Arguments, nil, chosen.Offer)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.ID = types.StringValue(m.ProjectID.ValueString() + "/" + m.ClusterName.ValueString())
	m.TotalCount = types.Int64Value(int64(total))
	m.Latest, m.Results = nil, make([]element, len(chosen.Documents))
	for i, c := range chosen.Documents {
		m.Results[i] = newElement(c)
	}
	if len(m.Results) > 0 {
		m.Latest = &m.Results[0]
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (m *listModel) selection() *cluster.Selection[atlas.Checkpoint] {
	restorable := m.Restorable.ValueBoolPointer()
	return cluster.NewSelection(m.Filters,
		func(c *atlas.Checkpoint) *atlas.Time { return c.Timestamp },
		func(c *atlas.Checkpoint) *string { return c.ID },
		func(c *atlas.Checkpoint) bool {
			return restorable == nil || c.Restorable != nil && *c.Restorable == *restorable
		})
}
