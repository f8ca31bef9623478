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

# The latest point in time that the cluster can be restored to.
data "atlas_legacy_backup_checkpoints" "example" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

output "restores_to" {
  value = try(data.atlas_legacy_backup_checkpoints.example.latest.timestamp, null)
}
