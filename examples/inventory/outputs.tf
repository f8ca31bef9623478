# One entry for each cluster. try() because Atlas may leave out what a text is made of.
output "inventory" {
  description = "What is backed up, and until when it is kept."
  value = { for name, cluster in var.clusters : name => {
    schedule = try(format("every %d hours, kept for %d days",
      data.atlas_legacy_backup_snapshot_schedule.all[name].snapshot_interval_hours,
    data.atlas_legacy_backup_snapshot_schedule.all[name].snapshot_retention_days), "unknown")

    snapshots = length(data.atlas_legacy_backup_snapshots.all[name].results)
    newest_snapshot = try(format("%s, %.1f GiB, kept until %s",
      data.atlas_legacy_backup_snapshots.all[name].latest.created.date,
      sum([for part in data.atlas_legacy_backup_snapshots.all[name].latest.parts : coalesce(part.data_size_bytes, 0)]) / pow(1024, 3),
    coalesce(data.atlas_legacy_backup_snapshots.all[name].latest.expires, "somebody deletes it")), "none")

    # What keeps a cluster from being done with legacy backups: the last expiry, and what has none.
    last_expiry        = try(reverse(sort(compact(data.atlas_legacy_backup_snapshots.all[name].results[*].expires)))[0], null)
    kept_until_deleted = [for s in data.atlas_legacy_backup_snapshots.all[name].results : s.id if s.do_not_delete == true]

    restore_point = try(data.atlas_legacy_backup_checkpoints.restorable[name].latest.timestamp, "none")
    last_restore = try(format("%s (%s)", data.atlas_legacy_backup_restore_jobs.all[name].latest.created,
    data.atlas_legacy_backup_restore_jobs.all[name].latest.status_name), "none")
  } }
}
