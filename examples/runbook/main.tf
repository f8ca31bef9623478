terraform {
  required_version = ">= 1.5"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "project_id" {
  description = "The project's id: 24 hexadecimal digits."
  type        = string
}

variable "cluster_name" {
  type = string
}

variable "until" {
  description = "The latest time to restore to, in RFC 3339: just before the incident. Default: now."
  type        = string
  default     = null
}

# Credentials come from the environment.
provider "atlas" {}

data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = var.project_id
  cluster_name = var.cluster_name
  restorable   = true
  until        = var.until
  max_results  = 1
}

locals {
  latest = data.atlas_legacy_backup_checkpoints.restorable.latest
}

output "restore" {
  description = "What a restore needs to know."
  value = {
    project_id    = var.project_id
    cluster_name  = var.cluster_name
    checkpoint_id = local.latest.id
    timestamp     = local.latest.timestamp

    # The config servers are a part without a shard's name.
    shards = compact(local.latest.parts[*].shard_name)
  }

  precondition {
    condition     = local.latest != null
    error_message = "${var.cluster_name} has no checkpoint to restore to${var.until == null ? "" : " at or before ${var.until}"}."
  }
}
