# A token from another provider, which reaches neither the state nor a plan file.
terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
    vault = {
      source = "hashicorp/vault"
    }
  }
}

ephemeral "vault_kv_secret_v2" "atlas" {
  mount = "secret"
  name  = "atlas"
}

provider "atlas" {
  access_token = ephemeral.vault_kv_secret_v2.atlas.data.access_token
}

data "atlas_legacy_backup_snapshot_schedule" "example" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}
