data "atlas_legacy_backup_checkpoints" "recent" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true

  # Two intervals: one that is just over, and one that is being made. Null is the interval of a
  # replica set, which has no checkpoints of its own accord.
  since = timeadd(plantimestamp(), format("-%dm",
  2 * coalesce(data.atlas_legacy_backup_snapshot_schedule.example.cluster_checkpoint_interval_min, 60)))
}

resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = data.atlas_legacy_backup_checkpoints.recent.latest != null
      error_message = "The last two checkpoints are missing: no change without a recent restore point."
    }
  }
}
