resource "terraform_data" "migration" {
  lifecycle {
    # Evaluated when Terraform plans. try() because latest is null if there is none.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_snapshots.complete.latest.created.date,
        timeadd(plantimestamp(), "-24h"),
      ) >= 0, false)
      error_message = "No migration without a complete snapshot of the last 24 hours."
    }

    # Evaluated when Terraform applies, maybe hours later: timestamp() is unknown until then.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_snapshots.complete.latest.created.date,
        timeadd(timestamp(), "-24h"),
      ) >= 0, false)
      error_message = "The snapshot is more than 24 hours old by now. Plan again."
    }
  }
}
