variables {
  clusters = {
    shop   = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" }
    orders = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Orders" }
  }
}

run "current" {
  command = plan

  assert {
    condition     = output.left.shop.snapshots == 4 && output.left.shop.kept_until_deleted == ["649f182c4b8d1e7f2a9c0b41"]
    error_message = "Cluster0 has four snapshots, of which one is kept until somebody deletes it."
  }

  assert {
    condition     = output.left.shop.without_expiry == ["64fffe644b8d1e7f2a9c0b44", "649f182c4b8d1e7f2a9c0b41"]
    error_message = "That one has no expiry, nor has the one that is being made."
  }

  assert {
    condition     = output.left.shop.last_expiry == data.atlas_legacy_backup_snapshots.all["shop"].results[1].expires
    error_message = "The snapshot before the one that is being made expires last."
  }

  assert {
    condition     = endswith(output.made.shop.newest_snapshot, ", 87.2 GiB")
    error_message = "Not the size of the newest complete snapshot of Cluster0."
  }

  assert {
    condition = (
      data.atlas_legacy_backup_checkpoints.restorable["shop"].latest.restorable &&
      output.made.shop.restore_point == data.atlas_legacy_backup_checkpoints.restorable["shop"].latest.timestamp
    )
    error_message = "Not the latest restorable checkpoint of Cluster0."
  }

  assert {
    condition     = endswith(output.made.shop.last_restore, " (FINISHED)")
    error_message = "Not the last restore of Cluster0."
  }

  assert {
    condition     = output.made.orders.schedule == "every 6 hours, kept for 2 days"
    error_message = "Not the schedule of Orders."
  }
}

run "upgraded" {
  command = plan

  variables {
    clusters = {
      shop = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0", upgraded = true }
    }
  }

  assert {
    condition     = length(output.made) == 0 && output.left.shop.snapshots == 4
    error_message = "Of an upgraded cluster, only the old snapshots are read."
  }
}

run "no_clusters" {
  command = plan

  variables {
    clusters = {}
  }

  expect_failures = [var.clusters]
}
