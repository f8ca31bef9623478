terraform {
  required_version = ">= 1.5"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "clusters" {
  type = map(object({
    project_id   = string
    cluster_name = string
  }))
}

variable "max_age" {
  type = string
}

data "atlas_legacy_backup_checkpoints" "recent" {
  for_each = var.clusters

  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  restorable   = true
  max_age      = var.max_age
  max_results  = 1
}

output "restore_points" {
  value = { for name, list in data.atlas_legacy_backup_checkpoints.recent : name => try(list.latest.timestamp, null) }
}
