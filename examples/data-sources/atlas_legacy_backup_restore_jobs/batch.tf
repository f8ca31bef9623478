data "atlas_legacy_backup_restore_jobs" "batch" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  batch_id     = "64ffbaaae4b0d17c3f9a6e20"
}

output "batch" {
  value = {
    jobs = data.atlas_legacy_backup_restore_jobs.batch.total_count
    finished = length([
      for job in data.atlas_legacy_backup_restore_jobs.batch.results :
      job.id if job.status_name == "FINISHED"
    ])
    ready = [
      for job in data.atlas_legacy_backup_restore_jobs.batch.results :
      job.id if try(job.delivery.status_name == "READY", false)
    ]
  }
}
