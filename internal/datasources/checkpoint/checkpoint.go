// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

var _ datasource.DataSourceWithConfigure = &single{}

type single struct{ cluster.DataSource }

// NewDataSource returns the data source atlas_legacy_backup_checkpoint.
func NewDataSource() datasource.DataSource { return &single{} }

func (*single) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_legacy_backup_checkpoint"
}

func (*single) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := cluster.Attributes(ctx, "checkpoints")
	all["checkpoint_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the checkpoint: 24 lower-case hexadecimal digits.",
		Required:            true,
		Validators:          []validator.String{validators.ObjectID()},
	}
	maps.Copy(all, attributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one legacy backup checkpoint: a point in time that a cluster with legacy backups can be restored " +
			"to. A checkpoint that does not exist is an error. Needs the role Project Read Only.",
		Attributes: all,
	}
}

type singleModel struct {
	cluster.Arguments
	CheckpointID types.String `tfsdk:"checkpoint_id"`
	element
}

func (s *single) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m singleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkpoint, diags := cluster.Get[atlas.Checkpoint](ctx, &s.DataSource, atlas.Checkpoints, m.Arguments, m.CheckpointID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.element = newElement(checkpoint)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
