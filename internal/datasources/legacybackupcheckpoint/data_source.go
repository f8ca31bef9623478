// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package legacybackupcheckpoint is the data source
// atlas_legacy_backup_checkpoint: one legacy backup checkpoint of a cluster.
package legacybackupcheckpoint

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
)

var _ datasource.DataSourceWithConfigure = &dataSource{}

type dataSource struct {
	provider *atlasdiag.ProviderData
}

// NewDataSource returns the data source atlas_legacy_backup_checkpoint.
func NewDataSource() datasource.DataSource { return &dataSource{} }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_legacy_backup_checkpoint"
}

func (d *dataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = newSchema(ctx)
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider, resp.Diagnostics = atlasdiag.Configure(req.ProviderData)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, diags := d.provider.Client()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, diags := checkpoint.ReadContext(ctx, m.Timeouts)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	target := m.target()
	doc, err := atlas.Get[atlas.Checkpoint](ctx, client, atlas.Checkpoints, target)
	resp.Diagnostics.Append(atlasdiag.Read(atlas.Checkpoints, target, err)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(atlasdiag.Sunset(client)...)
	m.Model = checkpoint.NewModel(doc)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
