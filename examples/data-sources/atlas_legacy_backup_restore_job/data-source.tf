terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_restore_job" "example" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  job_id       = "64ffba79e4b0d17c3f9a6e21"
}

output "restore_status" {
  value = data.atlas_legacy_backup_restore_job.example.status_name
}

output "download_status" {
  value = data.atlas_legacy_backup_restore_job.example.delivery.status_name
}
