mock_provider "atlas" {
  mock_data "atlas_legacy_backup_checkpoints" {
    defaults = {
      latest = { restorable = true, timestamp = "2023-05-01T12:00:00Z" }
    }
  }
}

run "restorable" {
  assert {
    condition     = data.atlas_legacy_backup_checkpoints.this.latest.restorable
    error_message = "The latest checkpoint can't be restored."
  }
}
