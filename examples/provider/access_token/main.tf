terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "atlas_access_token" {
  description = "Made by the pipeline just before it runs Terraform."
  type        = string
  sensitive   = true
}

provider "atlas" {
  access_token = var.atlas_access_token
}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}
