# The checkpoint that was the latest at the first apply, for good: a newer one changes nothing.
data "atlas_legacy_backup_checkpoints" "restorable" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  max_results  = 1
}

resource "terraform_data" "restore_point" {
  input = try(data.atlas_legacy_backup_checkpoints.restorable.latest.id, null)

  lifecycle {
    ignore_changes = [input]

    # Or nothing would be frozen for good.
    precondition {
      condition     = data.atlas_legacy_backup_checkpoints.restorable.latest != null
      error_message = "There is no checkpoint to restore to."
    }
  }
}

output "restore_point" {
  value = terraform_data.restore_point.output
}
