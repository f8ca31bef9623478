locals {
  # One checkpoint for each cluster.
  checkpoints = {
    Cluster0 = "64fffe68c1d2a7049b3e5f60"
    Orders   = "64ff86e9f3580c7d1b6a2e94"
  }
}

data "atlas_legacy_backup_checkpoint" "fleet" {
  for_each = local.checkpoints

  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = each.key
  checkpoint_id = each.value
}

output "not_restorable" {
  value = [
    for cluster, checkpoint in data.atlas_legacy_backup_checkpoint.fleet : cluster
    if checkpoint.restorable != true
  ]
}

# The times are all in UTC and of one form, so they sort as text.
output "oldest_restore_point" {
  value = try(sort(compact([
    for checkpoint in data.atlas_legacy_backup_checkpoint.fleet : checkpoint.timestamp
  ]))[0], null)
}
