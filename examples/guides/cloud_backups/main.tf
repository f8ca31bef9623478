# The same gate for a cluster with Cloud Backups, with the official provider.
terraform {
  required_providers {
    mongodbatlas = {
      source = "mongodb/mongodbatlas"
    }
  }
}

data "mongodbatlas_cloud_backup_snapshots" "all" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"

  # The default is 100. A cluster with more than 500 snapshots needs page_num as well.
  items_per_page = 500
}

locals {
  # The times are all in UTC and of one form, so they sort as text.
  completed = sort([
    for s in data.mongodbatlas_cloud_backup_snapshots.all.results :
    s.created_at if s.status == "completed"
  ])
  newest = try(reverse(local.completed)[0], null)
}

resource "terraform_data" "change" {
  input = "the risky change"

  lifecycle {
    precondition {
      condition     = try(timecmp(local.newest, timeadd(plantimestamp(), "-24h")) >= 0, false)
      error_message = "No completed snapshot of the last 24 hours."
    }
    precondition {
      condition     = try(timecmp(local.newest, timeadd(timestamp(), "-24h")) >= 0, false)
      error_message = "The snapshot is more than 24 hours old by now: plan again."
    }
  }
}
