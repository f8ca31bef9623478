terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

# Takes its credentials from MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET,
# or from the variables of another way to authenticate.
provider "atlas" {}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffef74e0b96d8a25c7f13"
}

output "restores_to" {
  value = data.atlas_legacy_backup_checkpoint.example.timestamp
}
