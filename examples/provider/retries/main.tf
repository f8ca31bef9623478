terraform {
  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

provider "atlas" {
  request_timeout = "10s"

  retry = {
    max_attempts = 8
    min_delay    = "2s"
    max_delay    = "30s"
  }
}

data "atlas_legacy_backup_checkpoint" "example" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"

  # The whole read: every attempt, and the waits between them.
  timeouts = {
    read = "10m"
  }
}
