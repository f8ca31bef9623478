// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package restorejob

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

// NewDataSource returns the data source atlas_legacy_backup_restore_job.
func NewDataSource() datasource.DataSource {
	return cluster.NewDataSource[singleModel](cluster.Definition{
		Name: "legacy_backup_restore_job",
		Description: "Reads one legacy backup restore job: its status, what it restores, and how it hands the data over. A job " +
			"that does not exist is an error. Needs the role Project Read Only.\n\n" + noSecrets(),
		Attributes: singleAttributes,
	})
}

func singleAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "restore jobs")
	all["job_id"] = cluster.IDArgument("restore job")
	maps.Copy(all, attributes())
	return all
}

type singleModel struct {
	cluster.Arguments
	JobID types.String `tfsdk:"job_id"`
	element
}

// Read implements cluster.Model.
func (m *singleModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	doc, diags := cluster.Get[atlas.RestoreJob](ctx, r, atlas.RestoreJobs, m.Arguments, m.JobID)
	if doc != nil {
		m.element = newElement(doc)
	}
	return diags
}
