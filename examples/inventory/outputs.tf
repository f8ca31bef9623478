# What is left of legacy backups. A snapshot that is being made has no expiry yet.
output "left" {
  description = "What Atlas still holds, until when, and what has no expiry."
  value = { for name, list in data.atlas_legacy_backup_snapshots.all : name => {
    snapshots = length(list.results)

    # The times are all in UTC and of one form, so they sort as text.
    last_expiry        = try(reverse(sort(compact(list.results[*].expires)))[0], null)
    kept_until_deleted = [for s in list.results : s.id if s.do_not_delete == true]
    without_expiry     = [for s in list.results : s.id if s.expires == null]
  } }
}

# try() because Atlas may leave out what a text is made of.
output "made" {
  description = "What is backed up, and when."
  value = { for name, cluster in local.current : name => {
    schedule = try(format("every %d hours, kept for %d days",
      data.atlas_legacy_backup_snapshot_schedule.current[name].snapshot_interval_hours,
    data.atlas_legacy_backup_snapshot_schedule.current[name].snapshot_retention_days), "unknown")

    newest_snapshot = try(format("%s, %.1f GiB",
      data.atlas_legacy_backup_snapshots.all[name].latest.created.date,
      sum(concat([0], [
        for part in data.atlas_legacy_backup_snapshots.all[name].latest.parts :
        coalesce(part.data_size_bytes, 0)
    ])) / pow(1024, 3)), "none")

    restore_point = try(
      data.atlas_legacy_backup_checkpoints.restorable[name].latest.timestamp,
    "none")

    last_restore = try(format("%s (%s)",
      data.atlas_legacy_backup_restore_jobs.current[name].latest.created,
    data.atlas_legacy_backup_restore_jobs.current[name].latest.status_name), "none")
  } }
}
