terraform {
  required_version = ">= 1.10"

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

variable "max_age" {
  description = "How old the restore point may be, such as 1h."
  type        = string
  default     = "1h"
}

variable "enabled" {
  description = "Whether the gate is closed without a restore point. False lets an emergency fix pass, and reads nothing."
  type        = bool
  default     = true
}

ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  count = var.enabled ? 1 : 0

  project_id   = var.project_id
  cluster_name = var.cluster_name
  restorable   = true
  max_age      = var.max_age
}

# An output and no resource: the module leaves nothing in the state.
output "cluster_name" {
  description = "The cluster. What depends on the module, or on this, waits for the gate."
  value       = var.cluster_name

  precondition {
    condition     = alltrue([for list in ephemeral.atlas_legacy_backup_checkpoints.recent : list.latest != null])
    error_message = "${var.cluster_name} has no restorable checkpoint of the last ${var.max_age}."
  }
}
