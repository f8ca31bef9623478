# For every engine: evaluated when Terraform plans, and again by the time of the apply.
data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

resource "terraform_data" "change" {
  input = "the risky change"

  lifecycle {
    # try() because latest is null if there is no checkpoint.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(plantimestamp(), "-1h"),
      ) >= 0, false)
      error_message = "No restorable checkpoint of the last hour."
    }

    # timestamp() is unknown while Terraform plans: this one is evaluated at apply only.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(timestamp(), "-1h"),
      ) >= 0, false)
      error_message = "The checkpoint is more than an hour old by now: plan again."
    }
  }
}
