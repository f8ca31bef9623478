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

variable "checkpoint_id" {
  type = string
}

# Credentials come from the environment.
provider "atlas" {}

data "atlas_legacy_backup_checkpoint" "this" {
  project_id    = var.project_id
  cluster_name  = var.cluster_name
  checkpoint_id = var.checkpoint_id

  lifecycle {
    postcondition {
      condition     = length(self.parts) > 0
      error_message = "Checkpoint ${self.id} has no parts."
    }

    # "!= true" because token_discovered is null if Atlas does not report it.
    postcondition {
      condition     = alltrue([for part in self.parts : part.token_discovered == true])
      error_message = "Checkpoint ${self.id} is not consistent. No token in: ${join(", ", [for part in self.parts : coalesce(part.replica_set_name, "an unnamed part") if part.token_discovered != true])}."
    }
  }
}

output "parts" {
  description = "The replica sets, and the time of their token."
  value       = { for part in data.atlas_legacy_backup_checkpoint.this.parts : part.replica_set_name => try(part.token_timestamp.date, null) }
}
