data "atlas_legacy_backup_snapshot" "before_migration" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  snapshot_id  = "649f182c4b8d1e7f2a9c0b41"
}

resource "terraform_data" "migration" {
  lifecycle {
    precondition {
      condition     = data.atlas_legacy_backup_snapshot.before_migration.complete == true
      error_message = "The snapshot is not complete."
    }
    # try() because expires is null for a snapshot that is kept until somebody deletes it.
    precondition {
      condition = anytrue([
        data.atlas_legacy_backup_snapshot.before_migration.do_not_delete == true,
        try(timecmp(
          data.atlas_legacy_backup_snapshot.before_migration.expires,
          timeadd(plantimestamp(), "720h"),
        ) >= 0, false),
      ])
      error_message = "Atlas deletes the snapshot within 30 days."
    }
  }
}
