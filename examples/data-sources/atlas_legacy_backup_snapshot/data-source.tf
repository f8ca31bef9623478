terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_snapshot" "example" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  snapshot_id  = "64ffaa1f4b8d1e7f2a9c0b43"
}

output "made" {
  description = "When the snapshot was made."
  value       = data.atlas_legacy_backup_snapshot.example.created.date
}

output "kept_until" {
  description = "When Atlas deletes the snapshot."
  value       = data.atlas_legacy_backup_snapshot.example.expires
}
