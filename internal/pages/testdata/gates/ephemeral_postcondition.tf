# The list itself fails, before whatever depends on it.
variable "limit_at_apply" {}

ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_age      = "2h"

  lifecycle {
    postcondition {
      condition     = self.latest != null
      error_message = "No recent checkpoint."
    }
  }
}

resource "terraform_data" "change" {
  depends_on = [ephemeral.atlas_legacy_backup_checkpoints.recent]
}
