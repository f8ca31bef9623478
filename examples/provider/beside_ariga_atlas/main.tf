terraform {
  required_providers {
    # The local name "atlas" stays with the provider for SQL schemas.
    atlas = {
      source = "ariga/atlas"
    }
    legacybackup = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

provider "legacybackup" {}

data "atlas_legacy_backup_checkpoint" "example" {
  provider = legacybackup

  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"
}
