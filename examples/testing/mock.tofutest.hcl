# OpenTofu reads this in place of mock.tftest.hcl. It wants all attributes of an object, and takes
# lists and null.
mock_provider "atlas" {
  mock_data "atlas_legacy_backup_checkpoints" {
    defaults = {
      latest = {
        id         = "64fffe68c1d2a7049b3e5f60"
        cluster_id = "5e43c6004b8d1e7f2a9c0b34"
        started    = "2023-05-01T11:59:50Z"
        timestamp  = "2023-05-01T12:00:00Z"
        completed  = "2023-05-01T12:00:10Z"
        restorable = true
        links      = []
        parts      = []
      }
    }
  }
}

run "restorable" {
  assert {
    condition     = data.atlas_legacy_backup_checkpoints.this.latest.restorable
    error_message = "The latest checkpoint can't be restored."
  }
}

run "no_restore_point" {
  command = plan

  override_data {
    target = data.atlas_legacy_backup_checkpoints.this
    values = { latest = null }
  }

  expect_failures = [output.restore_point]
}
