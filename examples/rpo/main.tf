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
  description = "The clusters by a name of your choice, and how much data may be lost at most."
  type = map(object({
    project_id   = string
    cluster_name = string
    max_age      = optional(string, "1h")
  }))

  # Without a cluster there is nothing to check, and every check would pass.
  validation {
    condition     = length(var.clusters) > 0
    error_message = "Name at least one cluster."
  }
}

# Credentials come from the environment.
provider "atlas" {}

# A module, since a data source inside a check can't have for_each.
module "cluster" {
  source   = "./cluster"
  for_each = var.clusters

  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  max_age      = each.value.max_age
}
