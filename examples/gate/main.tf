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

# Credentials come from the environment.
provider "atlas" {}

# Ephemeral: read when Terraform plans, and again when it applies.
ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = var.project_id
  cluster_name = var.cluster_name
  restorable   = true
  max_age      = var.max_age
}

# Stands for your own resource.
resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = ephemeral.atlas_legacy_backup_checkpoints.recent.latest != null
      error_message = "${var.cluster_name} has no restorable checkpoint of the last ${var.max_age}."
    }
  }
}
