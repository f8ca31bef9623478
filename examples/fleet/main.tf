terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "clusters" {
  description = "The clusters of each organization, by a name of your choice."
  type = map(map(object({
    project_id   = string
    cluster_name = string
  })))
}

variable "max_age" {
  description = "How old a restore point may be, such as 24h."
  type        = string
  default     = "24h"
}

# An API key belongs to one organization. Ephemeral: neither plan nor state has it.
variable "api_keys" {
  description = "The API key of each organization."
  type = map(object({
    public_key  = string
    private_key = string
  }))
  ephemeral = true
  sensitive = true
}

provider "atlas" {
  alias       = "shop"
  public_key  = var.api_keys["shop"].public_key
  private_key = var.api_keys["shop"].private_key
}

provider "atlas" {
  alias       = "logistics"
  public_key  = var.api_keys["logistics"].public_key
  private_key = var.api_keys["logistics"].private_key
}

provider "atlas" {
  alias               = "government"
  is_mongodbgov_cloud = true
  public_key          = var.api_keys["government"].public_key
  private_key         = var.api_keys["government"].private_key
}

# One module block for each provider: Terraform does not choose a provider by for_each.
module "shop" {
  source    = "./clusters"
  providers = { atlas = atlas.shop }
  clusters  = lookup(var.clusters, "shop", {})
  max_age   = var.max_age
}

module "logistics" {
  source    = "./clusters"
  providers = { atlas = atlas.logistics }
  clusters  = lookup(var.clusters, "logistics", {})
  max_age   = var.max_age
}

module "government" {
  source    = "./clusters"
  providers = { atlas = atlas.government }
  clusters  = lookup(var.clusters, "government", {})
  max_age   = var.max_age
}

locals {
  restore_points = {
    shop       = module.shop.restore_points
    logistics  = module.logistics.restore_points
    government = module.government.restore_points
  }
  without = flatten([for organization, points in local.restore_points : [for name, time in points : "${organization}/${name}" if time == null]])
}

output "restore_points" {
  description = "The latest restore point of each cluster, by organization; null if there is none."
  value       = local.restore_points
}

check "restore_points" {
  assert {
    condition     = length(local.without) == 0
    error_message = "Without a restore point of the last ${var.max_age}: ${join(", ", local.without)}."
  }
}
