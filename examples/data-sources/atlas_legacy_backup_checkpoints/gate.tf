resource "terraform_data" "upgrade" {
  # The upgrade can be undone up to here.
  input = try(data.atlas_legacy_backup_checkpoints.restorable.latest.timestamp, null)

  lifecycle {
    precondition {
      condition     = data.atlas_legacy_backup_checkpoints.restorable.latest != null
      error_message = "No upgrade: none of the ${data.atlas_legacy_backup_checkpoints.restorable.total_count} checkpoints of ${data.atlas_legacy_backup_checkpoints.restorable.cluster_name} can be restored."
    }
  }
}
