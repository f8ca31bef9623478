terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

provider "atlas" {}

data "atlas_legacy_backup_snapshots" "complete" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  max_results  = 1
}

# Null if there is none: try() turns that into a null output instead of an error.
output "newest_snapshot" {
  value = try(data.atlas_legacy_backup_snapshots.complete.latest.id, null)
}

output "newest_snapshot_made" {
  value = try(data.atlas_legacy_backup_snapshots.complete.latest.created.date, null)
}
