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

# Ephemeral: used while Terraform runs, and stored neither in the plan nor in the state. The values come from TF_VAR_
# variables, and are needed again when a saved plan is applied.
variable "atlas_public_key" {
  type      = string
  ephemeral = true
}

variable "atlas_private_key" {
  type      = string
  ephemeral = true
  sensitive = true

  validation {
    condition     = var.atlas_private_key != ""
    error_message = "The private key is empty: set TF_VAR_atlas_private_key."
  }
}

provider "atlas" {
  public_key  = var.atlas_public_key
  private_key = var.atlas_private_key
}

data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = var.project_id
  cluster_name = var.cluster_name
  restorable   = true
  max_results  = 1
}

output "restore_point" {
  value = try(data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp, null)
}
