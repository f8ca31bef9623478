# What `make demo` plans and applies against the project's mock Atlas.

terraform {
  required_version = ">= 1.5" # check blocks, plantimestamp()

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "base_url" {
  description = "Where the mock Atlas listens."
  type        = string
}

variable "max_age" {
  description = "How old the checkpoint may be before the check warns, such as 24h."
  type        = string
  default     = "24h"
}

# The API key comes from MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY.
provider "atlas" {
  base_url = var.base_url
}

data "atlas_legacy_backup_checkpoint" "demo" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}

locals {
  checkpoint = data.atlas_legacy_backup_checkpoint.demo
  too_old    = timecmp(local.checkpoint.timestamp, timeadd(plantimestamp(), "-${var.max_age}")) < 0
}

check "checkpoint_age" {
  assert {
    condition     = !local.too_old
    error_message = "The checkpoint of ${local.checkpoint.timestamp} is older than ${var.max_age}."
  }
}

output "timestamp" {
  description = "The point in time that the checkpoint restores to."
  value       = local.checkpoint.timestamp
}

output "restorable" {
  description = "Whether the cluster can be restored to it."
  value       = local.checkpoint.restorable
}

output "age" {
  description = "What the check found."
  value       = local.too_old ? "more than ${var.max_age}" : "less than ${var.max_age}"
}

# Nobody knows a checkpoint's id by heart: this finds the latest that can be restored.
data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
}

locals {
  latest = data.atlas_legacy_backup_checkpoints.restorable.latest

  # The largest of these ages that the checkpoint has reached, in minutes.
  minutes = try(max([for m in range(0, 240) : m if timecmp(local.latest.timestamp, timeadd(plantimestamp(), "-${m}m")) <= 0]...), 0)
}

output "latest_restorable" {
  description = "The latest checkpoint that the cluster can be restored to, and how old it is."
  value = local.latest == null ? "none of ${data.atlas_legacy_backup_checkpoints.restorable.total_count} checkpoints" : format(
    "%s of %s, %d minutes old, one of %d checkpoints",
    local.latest.id, local.latest.timestamp, local.minutes, data.atlas_legacy_backup_checkpoints.restorable.total_count,
  )
}
