data "atlas_legacy_backup_snapshot_schedule" "cluster" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

output "retention" {
  value = {
    scheduled_days     = data.atlas_legacy_backup_snapshot_schedule.cluster.snapshot_retention_days
    newest_is_kept_to  = try(data.atlas_legacy_backup_snapshots.complete.latest.expires, null)
    newest_has_no_date = try(data.atlas_legacy_backup_snapshots.complete.latest.do_not_delete, null)
  }
}
