resource "terraform_data" "upgrade" {
  # The upgrade can be undone up to here.
  input = try(data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp, null)

  lifecycle {
    # Evaluated when Terraform plans. try() because latest is null if there is none.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(plantimestamp(), "-1h"),
      ) >= 0, false)
      error_message = format(
        "No upgrade: none of the %d checkpoints of %s is restorable and of the last hour.",
        data.atlas_legacy_backup_checkpoints.restorable.total_count,
        data.atlas_legacy_backup_checkpoints.restorable.cluster_name,
      )
    }

    # Evaluated when Terraform applies, maybe hours later: timestamp() is unknown until then.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(timestamp(), "-1h"),
      ) >= 0, false)
      error_message = "No upgrade: the checkpoint is more than an hour old by now. Plan again."
    }
  }
}
