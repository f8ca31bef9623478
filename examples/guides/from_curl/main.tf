terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

output "restore_point" {
  value = data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp

  precondition {
    condition     = data.atlas_legacy_backup_checkpoints.restorable.latest != null
    error_message = "There is no checkpoint to restore to."
  }
}
