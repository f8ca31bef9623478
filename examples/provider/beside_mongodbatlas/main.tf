terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
    mongodbatlas = {
      source = "mongodb/mongodbatlas"
    }
  }
}

# Both read the same MONGODB_ATLAS_* variables.
provider "atlas" {}

provider "mongodbatlas" {}

data "mongodbatlas_project" "example" {
  name = "Orders"
}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = data.mongodbatlas_project.example.id
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}
