variables {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

run "consistent" {
  command = plan

  variables {
    checkpoint_id = "64fffe68c1d2a7049b3e5f60"
  }

  assert {
    condition     = length(output.parts) == 3
    error_message = "Cluster0 has two shards and config servers."
  }
}

run "in_progress" {
  command = plan

  variables {
    checkpoint_id = "64fffef74e0b96d8a25c7f13"
  }

  expect_failures = [data.atlas_legacy_backup_checkpoint.this]
}
