# From Terraform 1.10 and OpenTofu 1.11 on: the list is read in the plan and again in the apply.
ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_age      = "1h"
}

resource "terraform_data" "other_change" {
  input = "the risky change"

  lifecycle {
    precondition {
      condition     = ephemeral.atlas_legacy_backup_checkpoints.recent.latest != null
      error_message = "No restorable checkpoint of the last hour."
    }
  }
}
