terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_age      = "1h"
}

resource "terraform_data" "change" {
  input = "the risky change"

  lifecycle {
    precondition {
      condition     = ephemeral.atlas_legacy_backup_checkpoints.recent.latest != null
      error_message = "No restorable checkpoint of the last hour."
    }
  }
}
