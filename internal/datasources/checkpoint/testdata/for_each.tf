data "atlas_legacy_backup_checkpoint" "test" {
  for_each      = toset([for i in range(50) : format("%024x", i)])
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = each.value
}

output "restorable" {
  value = length([for c in data.atlas_legacy_backup_checkpoint.test : c.id if c.restorable])
}
