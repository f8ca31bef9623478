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

variable "max_age" {
  type = string
}

check "rpo" {
  # Inside the check: if Atlas can't be read, this check fails and those of other clusters go on.
  data "atlas_legacy_backup_checkpoints" "recent" {
    project_id   = var.project_id
    cluster_name = var.cluster_name
    restorable   = true
    max_age      = var.max_age
    max_results  = 1
  }

  assert {
    condition     = data.atlas_legacy_backup_checkpoints.recent.latest != null
    error_message = "${var.cluster_name} has no restorable checkpoint of the last ${var.max_age}."
  }
}
