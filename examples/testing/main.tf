terraform {
  required_version = ">= 1.5"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

data "atlas_legacy_backup_checkpoints" "this" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

output "restore_point" {
  value = try(data.atlas_legacy_backup_checkpoints.this.latest.timestamp, null)

  precondition {
    condition     = data.atlas_legacy_backup_checkpoints.this.latest != null
    error_message = "There is no checkpoint to restore to."
  }
}

module "backups" {
  source = "./backups"
}

output "shards" {
  value = compact(module.backups.parts[*].shard_name)
}
