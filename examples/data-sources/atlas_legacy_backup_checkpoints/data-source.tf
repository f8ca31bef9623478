terraform {
  required_version = ">= 1.5" # check blocks, plantimestamp()

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

provider "atlas" {}

data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

# Null if there is none: try() turns that into a null output instead of an error.
output "latest_restorable" {
  value = try(data.atlas_legacy_backup_checkpoints.restorable.latest.id, null)
}
