data "atlas_legacy_backup_snapshots" "left" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

output "kept_until_deleted" {
  value = [
    for s in data.atlas_legacy_backup_snapshots.left.results : s.id if s.do_not_delete == true
  ]
}

# The times are all in UTC and of one form, so they sort as text.
output "last_expiry" {
  value = try(reverse(sort(compact(
    data.atlas_legacy_backup_snapshots.left.results[*].expires
  )))[0], null)
}
