terraform {
  required_version = ">= 1.5" # check blocks, plantimestamp()

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}

output "restores_to" {
  description = "The point in time that the checkpoint restores to."
  value       = data.atlas_legacy_backup_checkpoint.example.timestamp
}

output "restorable" {
  description = "Whether the cluster can be restored to it."
  value       = data.atlas_legacy_backup_checkpoint.example.restorable
}
