# The latest restorable checkpoint of each cluster, and the clusters without one.
locals {
  fleet = {
    orders = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Orders" }
    shop   = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" }
  }
}

data "atlas_legacy_backup_checkpoints" "fleet" {
  for_each = local.fleet

  project_id   = each.value.project_id
  cluster_name = each.value.cluster_name
  restorable   = true
  max_results  = 1
}

output "restore_points" {
  value = {
    for name, c in data.atlas_legacy_backup_checkpoints.fleet :
    name => try(c.latest.timestamp, "none")
  }
}

output "without_restore_point" {
  value = [for name, c in data.atlas_legacy_backup_checkpoints.fleet : name if c.latest == null]
}
