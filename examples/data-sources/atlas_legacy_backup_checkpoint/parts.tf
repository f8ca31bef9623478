data "atlas_legacy_backup_checkpoint" "in_progress" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffef74e0b96d8a25c7f13"
}

# One line for each part, a "-" for what Atlas leaves out.
output "parts" {
  value = [for part in data.atlas_legacy_backup_checkpoint.in_progress.parts : format(
    "%-20s %-28s %s",
    try(coalesce(part.replica_set_name), "-"),
    try(coalesce(part.type_name), "-"),
    try("${part.token_timestamp.date} (${part.token_timestamp.increment})", "-"),
  )]
}

output "waits_for" {
  description = "The replica sets on which the checkpoint's token has not been found yet."
  value = [
    for part in data.atlas_legacy_backup_checkpoint.in_progress.parts : part.replica_set_name
    if part.token_discovered == false
  ]
}
