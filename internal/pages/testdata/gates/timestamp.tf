# The same, and evaluated by the time of the apply as well.
variable "limit_at_apply" {}

data "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
}

resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = try(timecmp(data.atlas_legacy_backup_checkpoints.recent.latest.timestamp, timeadd(plantimestamp(), "-2h")) >= 0, false)
      error_message = "No recent checkpoint while planning."
    }
    precondition {
      condition     = try(timecmp(data.atlas_legacy_backup_checkpoints.recent.latest.timestamp, timeadd(timestamp(), "-${var.limit_at_apply}")) >= 0, false)
      error_message = "No recent checkpoint while applying."
    }
  }
}
