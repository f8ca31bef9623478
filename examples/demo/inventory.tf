# What there is of the cluster's backups, on one screen.

data "atlas_legacy_backup_snapshot_schedule" "demo" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

data "atlas_legacy_backup_snapshots" "demo" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

data "atlas_legacy_backup_restore_jobs" "demo" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

locals {
  schedule = data.atlas_legacy_backup_snapshot_schedule.demo
  snapshot = data.atlas_legacy_backup_snapshots.demo.latest
  restore  = data.atlas_legacy_backup_restore_jobs.demo.latest
}

output "schedule" {
  description = "How often Atlas makes snapshots and checkpoints, and how long it keeps them."
  value = format(
    "every %d hours, kept for %d days (daily: %d days, weekly: %d weeks, monthly: %d months); %s",
    local.schedule.snapshot_interval_hours, local.schedule.snapshot_retention_days, local.schedule.daily_snapshot_retention_days,
    local.schedule.weekly_snapshot_retention_weeks, local.schedule.monthly_snapshot_retention_months,
    try(format("a checkpoint every %d minutes", local.schedule.cluster_checkpoint_interval_min), "no checkpoints"),
  )
}

output "left" {
  description = "What Atlas still holds, until when, and what has no expiry."
  value = format("%d complete snapshots, the last expiry %s, %d without an expiry",
    length(data.atlas_legacy_backup_snapshots.demo.results),
    try(reverse(sort(compact(data.atlas_legacy_backup_snapshots.demo.results[*].expires)))[0], "never"),
    length([for s in data.atlas_legacy_backup_snapshots.demo.results : s.id if s.do_not_delete == true]),
  )
}

output "newest_snapshot" {
  description = "The newest complete snapshot, its size and its expiry."
  value = local.snapshot == null ? "none" : format(
    "%s of %s, %.1f GiB in %d parts, kept until %s",
    local.snapshot.id, local.snapshot.created.date,
    sum(concat([0], [for part in local.snapshot.parts : coalesce(part.data_size_bytes, 0)])) / pow(1024, 3), length(local.snapshot.parts),
    local.snapshot.do_not_delete == true ? "somebody deletes it" : coalesce(local.snapshot.expires, "a time that Atlas does not report"),
  )
}

output "last_restore" {
  description = "The last restore job, and its status."
  value = local.restore == null ? "none" : format(
    "%s of %s: %s (download: %s)",
    local.restore.id, local.restore.created, local.restore.status_name, try(local.restore.delivery.status_name, "none"),
  )
}
