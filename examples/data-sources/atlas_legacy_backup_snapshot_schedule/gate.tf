locals {
  # Two intervals: one that is just over, and one that is being made. The interval is null for a
  # replica set.
  max_age = format("%dm", 2 * coalesce(
    data.atlas_legacy_backup_snapshot_schedule.example.cluster_checkpoint_interval_min, 60,
  ))
}

data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

resource "terraform_data" "change" {
  lifecycle {
    # Evaluated when Terraform plans.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(plantimestamp(), "-${local.max_age}"),
      ) >= 0, false)
      error_message = "The last two checkpoints are missing: no change without one."
    }

    # Evaluated when Terraform applies.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp,
        timeadd(timestamp(), "-${local.max_age}"),
      ) >= 0, false)
      error_message = "The checkpoint that was planned with is too old by now: plan again."
    }
  }
}
