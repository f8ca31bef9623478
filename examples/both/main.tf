# A schema change with ariga/atlas that waits for a restore point, in a project that mongodb/mongodbatlas finds by name.
terraform {
  required_version = ">= 1.10"

  required_providers {
    # The types of both providers begin with atlas_, so that each block says which provider it belongs to.
    mongobackup = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
    atlas = {
      source = "ariga/atlas"
    }
    mongodbatlas = {
      source = "mongodb/mongodbatlas"
    }
  }
}

variable "project_name" {
  type = string
}

variable "cluster_name" {
  type = string
}

variable "database_url" {
  description = "The SQL database that ariga/atlas changes."
  type        = string
  sensitive   = true
}

# These two read the same MONGODB_ATLAS_ variables.
provider "mongobackup" {}

provider "mongodbatlas" {}

provider "atlas" {}

data "mongodbatlas_project" "this" {
  name = var.project_name
}

ephemeral "atlas_legacy_backup_checkpoints" "recent" {
  provider     = mongobackup
  project_id   = data.mongodbatlas_project.this.id
  cluster_name = var.cluster_name
  restorable   = true
  max_age      = "1h"
}

resource "atlas_schema" "orders" {
  url = var.database_url
  hcl = file("${path.module}/schema.hcl")

  lifecycle {
    precondition {
      condition     = ephemeral.atlas_legacy_backup_checkpoints.recent.latest != null
      error_message = "${var.cluster_name} has no restorable checkpoint of the last hour."
    }
  }
}
