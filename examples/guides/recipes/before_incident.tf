# The last point in time to restore to before something went wrong.
variable "incident" {
  description = "When it went wrong, in RFC 3339."
  type        = string
  default     = "2026-01-15T09:30:00Z"
}

data "atlas_legacy_backup_checkpoints" "before_incident" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  restorable   = true
  until        = var.incident
  max_results  = 1
}

output "last_restore_point_before_the_incident" {
  value = try(data.atlas_legacy_backup_checkpoints.before_incident.latest.timestamp, "none")
}
