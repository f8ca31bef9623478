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
  description = "The clusters, by a name of your choice. Set upgraded for one with Cloud Backups."
  type = map(object({
    project_id   = string
    cluster_name = string
    upgraded     = optional(bool, false)
  }))

  validation {
    condition     = length(var.clusters) > 0
    error_message = "Name at least one cluster."
  }
}

locals {
  # Those that still make legacy backups.
  current = { for name, cluster in var.clusters : name => cluster if !cluster.upgraded }
}

# Credentials come from the environment.
provider "atlas" {}

data "atlas_legacy_backup_snapshots" "all" {
  for_each     = var.clusters
  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  completed    = "all"
}

data "atlas_legacy_backup_snapshot_schedule" "current" {
  for_each     = local.current
  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
}

data "atlas_legacy_backup_checkpoints" "restorable" {
  for_each     = local.current
  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  restorable   = true
  max_results  = 1
}

data "atlas_legacy_backup_restore_jobs" "current" {
  for_each     = local.current
  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  max_results  = 1
}
