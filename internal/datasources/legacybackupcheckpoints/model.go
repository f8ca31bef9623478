// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoints

import (
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

type model struct {
	ProjectID   types.String   `tfsdk:"project_id"`
	ClusterName types.String   `tfsdk:"cluster_name"`
	Restorable  types.Bool     `tfsdk:"restorable"`
	Since       types.String   `tfsdk:"since"`
	Until       types.String   `tfsdk:"until"`
	MaxResults  types.Int64    `tfsdk:"max_results"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`

	ID         types.String       `tfsdk:"id"`
	TotalCount types.Int64        `tfsdk:"total_count"`
	Latest     *checkpoint.Model  `tfsdk:"latest"`
	Results    []checkpoint.Model `tfsdk:"results"`
}

func (m *model) target() atlas.Target {
	return atlas.Target{ProjectID: m.ProjectID.ValueString(), ClusterName: m.ClusterName.ValueString()}
}

func (m *model) selection() *selection {
	return &selection{
		restorable: m.Restorable.ValueBoolPointer(),
		since:      validators.ParseTime(m.Since),
		until:      validators.ParseTime(m.Until),
		limit:      int(min(m.MaxResults.ValueInt64(), math.MaxInt32)),
	}
}

// contradiction is the error of filters that no checkpoint can pass.
func (m *model) contradiction() diag.Diagnostics {
	since, until := validators.ParseTime(m.Since), validators.ParseTime(m.Until)
	if since == nil || until == nil || !since.After(*until) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("since"), "No checkpoint can match",
		fmt.Sprintf("since (%s) is after until (%s). Swap them, or leave one of them out.",
			m.Since.ValueString(), m.Until.ValueString()))}
}

// fill sets the computed attributes.
func (m *model) fill(total int, checkpoints []*atlas.Checkpoint) {
	m.ID = types.StringValue(m.ProjectID.ValueString() + "/" + m.ClusterName.ValueString())
	m.TotalCount = types.Int64Value(int64(total))
	m.Results = make([]checkpoint.Model, len(checkpoints))
	for i, c := range checkpoints {
		m.Results[i] = checkpoint.NewModel(c)
	}
	m.Latest = nil
	if len(m.Results) > 0 {
		m.Latest = &m.Results[0]
	}
}
