variables {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

run "restore_point" {
  command = plan

  assert {
    condition     = output.restore.checkpoint_id == "64fffe68c1d2a7049b3e5f60"
    error_message = "Not the latest restorable checkpoint."
  }

  assert {
    condition     = sort(output.restore.shards) == tolist(["Cluster0-shard-0", "Cluster0-shard-1"])
    error_message = "Not the shards of Cluster0."
  }
}

run "nothing_before_the_incident" {
  command = plan

  variables {
    until = "2020-01-01T00:00:00Z"
  }

  expect_failures = [output.restore]
}
