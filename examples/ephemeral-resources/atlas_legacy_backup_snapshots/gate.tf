terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

ephemeral "atlas_legacy_backup_snapshots" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  max_age      = "24h"
}

resource "terraform_data" "change" {
  input = "the risky change"

  lifecycle {
    precondition {
      condition     = ephemeral.atlas_legacy_backup_snapshots.recent.latest != null
      error_message = "No complete snapshot of the last 24 hours."
    }
  }
}
