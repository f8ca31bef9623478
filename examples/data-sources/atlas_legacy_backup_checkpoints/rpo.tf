# Recovery point objective: how much may be lost at most.
check "rpo" {
  assert {
    # plantimestamp() and not timestamp(), which is unknown while Terraform plans: with it no plan
    # would ever warn. try() because latest is null if nothing can be restored.
    condition = try(timecmp(
      data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
      timeadd(plantimestamp(), "-1h"),
    ) >= 0, false)
    error_message = format(
      "Cluster0 has no restorable checkpoint of the last hour; the latest is %s.",
      try(data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp, "missing"),
    )
  }
}
