terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_restore_jobs" "all" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  max_results  = 1
}

# Null if there is none: try() turns that into a text instead of an error.
output "last_restore" {
  value = try(format("%s %s",
    data.atlas_legacy_backup_restore_jobs.all.latest.created,
    data.atlas_legacy_backup_restore_jobs.all.latest.status_name,
  ), "none")
}
