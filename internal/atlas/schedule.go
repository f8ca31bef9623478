// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

// Schedules is the operation "Return One Snapshot Schedule".
var Schedules = Operation{
	Noun: "snapshot schedule", Nouns: "snapshot schedule",
	Collection: "snapshotSchedule",
	Single:     true,
	Successor:  "mongodbatlas_cloud_backup_schedule",
}

// Schedule is when Atlas makes the snapshots and checkpoints of a cluster, and how long it keeps
// them.
type Schedule struct {
	Identity
	SnapshotIntervalHours          *int64 `json:"snapshotIntervalHours"`
	SnapshotRetentionDays          *int64 `json:"snapshotRetentionDays"`
	DailySnapshotRetentionDays     *int64 `json:"dailySnapshotRetentionDays"`
	WeeklySnapshotRetentionWeeks   *int64 `json:"weeklySnapshotRetentionWeeks"`
	MonthlySnapshotRetentionMonths *int64 `json:"monthlySnapshotRetentionMonths"`
	PointInTimeWindowHours         *int64 `json:"pointInTimeWindowHours"`
	ClusterCheckpointIntervalMin   *int64 `json:"clusterCheckpointIntervalMin"`
	Links                          []Link `json:"links"`
}
