terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

provider "atlas" {
  client_id = "mdb_sa_id_65f1c2a4b7d8e90123456789"
  # client_secret comes from MONGODB_ATLAS_CLIENT_SECRET.
}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}
