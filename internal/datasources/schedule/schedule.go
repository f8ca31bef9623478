// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package schedule has the data source atlas_legacy_backup_snapshot_schedule.
package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// NewDataSource returns the data source atlas_legacy_backup_snapshot_schedule.
func NewDataSource() datasource.DataSource {
	return cluster.NewDataSource[model](cluster.Definition{
		Name: "legacy_backup_snapshot_schedule",
		Description: "Reads the legacy backup snapshot schedule of a cluster: how often Atlas makes snapshots and checkpoints, and " +
			"how long it keeps them. Needs the role Project Read Only.",
		Attributes: attributes,
	})
}

func attributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "snapshots")
	all["id"] = cluster.String("`project_id` and `cluster_name`, with a slash between them.")
	all["cluster_id"] = cluster.String("Id of the cluster.")
	all["snapshot_interval_hours"] = cluster.Int64("Hours between two snapshots: 6, 8, 12 or 24.")
	all["snapshot_retention_days"] = cluster.Int64("Days for which Atlas keeps a snapshot.")
	all["daily_snapshot_retention_days"] = cluster.Int64("Days for which Atlas keeps a daily snapshot; 0 if it keeps none.")
	all["weekly_snapshot_retention_weeks"] = cluster.Int64("Weeks for which Atlas keeps a weekly snapshot; 0 if it keeps none.")
	all["monthly_snapshot_retention_months"] = cluster.Int64("Months for which Atlas keeps a monthly snapshot; 0 if it keeps none.")
	all["point_in_time_window_hours"] = cluster.Int64("Hours in the past to which a point-in-time restore can go back.")
	all["cluster_checkpoint_interval_min"] = cluster.Int64("Minutes between two checkpoints of a sharded cluster: 15, 30 or 60. Null for a " +
		"replica set.")
	all["links"] = cluster.LinksAttribute("snapshot schedule")
	return all
}

type model struct {
	cluster.Arguments
	ID                             types.String   `tfsdk:"id"`
	ClusterID                      types.String   `tfsdk:"cluster_id"`
	SnapshotIntervalHours          types.Int64    `tfsdk:"snapshot_interval_hours"`
	SnapshotRetentionDays          types.Int64    `tfsdk:"snapshot_retention_days"`
	DailySnapshotRetentionDays     types.Int64    `tfsdk:"daily_snapshot_retention_days"`
	WeeklySnapshotRetentionWeeks   types.Int64    `tfsdk:"weekly_snapshot_retention_weeks"`
	MonthlySnapshotRetentionMonths types.Int64    `tfsdk:"monthly_snapshot_retention_months"`
	PointInTimeWindowHours         types.Int64    `tfsdk:"point_in_time_window_hours"`
	ClusterCheckpointIntervalMin   types.Int64    `tfsdk:"cluster_checkpoint_interval_min"`
	Links                          []cluster.Link `tfsdk:"links"`
}

// Read implements cluster.Model.
func (m *model) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	doc, diags := cluster.Get[atlas.Schedule](ctx, r, atlas.Schedules, m.Arguments, types.StringNull())
	if doc == nil {
		return diags
	}
	m.ID = m.Arguments.ID()
	m.ClusterID = types.StringPointerValue(doc.ClusterID)
	m.SnapshotIntervalHours = types.Int64PointerValue(doc.SnapshotIntervalHours)
	m.SnapshotRetentionDays = types.Int64PointerValue(doc.SnapshotRetentionDays)
	m.DailySnapshotRetentionDays = types.Int64PointerValue(doc.DailySnapshotRetentionDays)
	m.WeeklySnapshotRetentionWeeks = types.Int64PointerValue(doc.WeeklySnapshotRetentionWeeks)
	m.MonthlySnapshotRetentionMonths = types.Int64PointerValue(doc.MonthlySnapshotRetentionMonths)
	m.PointInTimeWindowHours = types.Int64PointerValue(doc.PointInTimeWindowHours)
	m.ClusterCheckpointIntervalMin = types.Int64PointerValue(doc.ClusterCheckpointIntervalMin)
	m.Links = cluster.NewLinks(doc.Links)
	return diags
}
