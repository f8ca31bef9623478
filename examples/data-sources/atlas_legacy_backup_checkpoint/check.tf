# A check warns and stops nothing, and an error from Atlas is a warning here, too. The price:
# Terraform reads a data source inside a check once more when it applies, on every run, so
# "terraform plan -detailed-exitcode" ends with 2 although nothing has changed.
check "recovery_point" {
  data "atlas_legacy_backup_checkpoint" "monitored" {
    project_id    = "5e4229180a6f3c2b9d7e4a10"
    cluster_name  = "Orders"
    checkpoint_id = "64ff86e9f3580c7d1b6a2e94"
  }

  assert {
    condition     = data.atlas_legacy_backup_checkpoint.monitored.restorable == true
    error_message = "The checkpoint of Orders can't be restored."
  }

  assert {
    condition = try(timecmp(
      data.atlas_legacy_backup_checkpoint.monitored.timestamp,
      timeadd(plantimestamp(), "-24h"),
    ) >= 0, false)
    error_message = "Orders can only be restored to a point more than a day ago."
  }
}
