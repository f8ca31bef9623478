// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package restorejob

import (
	"context"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// NewListDataSource returns the data source atlas_legacy_backup_restore_jobs.
func NewListDataSource() datasource.DataSource {
	return cluster.NewDataSource[listModel](cluster.Definition{
		Name: "legacy_backup_restore_jobs",
		Description: "Lists the legacy backup restore jobs of a cluster, newest first. No restore job is an empty list, not an error; a " +
			"cluster or project that does not exist is an error. Needs the role Project Read Only.\n\n" + cluster.Paging("restore job") +
			"\n\n" + noSecrets(),
		Attributes: listAttributes,
	})
}

func listAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "restore jobs")
	all["batch_id"] = schema.StringAttribute{
		MarkdownDescription: "Only the jobs of this batch: 24 lower-case hexadecimal digits. A restore of a sharded cluster is a batch of one " +
			"job for each shard and one for the config servers; the job of a replica set is in none.",
		Optional:   true,
		Validators: []validator.String{validators.ObjectID()},
	}
	all["status_name"] = schema.StringAttribute{
		MarkdownDescription: "Only jobs with this `status_name`, such as `IN_PROGRESS`, exactly as Atlas writes it.",
		Optional:            true,
	}
	cluster.AddFilters(all, "restore jobs", "created")
	cluster.AddList(all, "How many restore jobs Atlas lists, by `batch_id` if that is set, before the other filters",
		"The first of `results`: the newest restore job that passes the filters. Null if none does.",
		"The restore jobs that pass all filters, newest `created` first, ties by ascending `id`, those without a `created` last.",
		attributes())
	return all
}

type listModel struct {
	cluster.Arguments
	cluster.Filters
	BatchID    types.String `tfsdk:"batch_id"`
	StatusName types.String `tfsdk:"status_name"`
	cluster.List[element]
}

// Validate implements cluster.Model.
func (m *listModel) Validate() diag.Diagnostics { return m.Check("restore job") }

// Read implements cluster.Model.
func (m *listModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	query := url.Values{}
	if !m.BatchID.IsNull() {
		query.Set("batchId", m.BatchID.ValueString())
	}
	list, diags := cluster.ReadList(ctx, r, atlas.RestoreJobs, m.Arguments, query, m.selection(), newElement)
	m.List = list
	return diags
}

func (m *listModel) selection() *cluster.Selection[atlas.RestoreJob] {
	return cluster.NewSelection(m.Filters, cluster.Rules[atlas.RestoreJob]{
		Time: func(j *atlas.RestoreJob) *atlas.Time { return j.Created },
		ID:   func(j *atlas.RestoreJob) *string { return j.ID },
		Passes: func(j *atlas.RestoreJob) bool {
			return cluster.Matches(m.StatusName.ValueStringPointer(), j.StatusName)
		},
	})
}
