terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_snapshot_schedule" "example" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

output "schedule" {
  value = format("every %d hours, kept for %d days",
    data.atlas_legacy_backup_snapshot_schedule.example.snapshot_interval_hours,
    data.atlas_legacy_backup_snapshot_schedule.example.snapshot_retention_days,
  )
}
