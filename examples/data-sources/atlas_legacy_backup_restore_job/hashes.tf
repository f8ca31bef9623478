data "atlas_legacy_backup_restore_job" "downloaded" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  job_id       = "64ffba79e4b0d17c3f9a6e22"
}

# One line for each file, as "sha1sum --check" reads it.
output "checksums" {
  value = join("\n", [
    for file in data.atlas_legacy_backup_restore_job.downloaded.hashes :
    "${file.hash}  ${file.file_name}" if file.type_name == "SHA1"
  ])
}
