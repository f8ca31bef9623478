terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source = "legacybackup/atlas"
    }
  }
}

ephemeral "atlas_legacy_backup_restore_job" "download" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  job_id       = "64ffba79e4b0d17c3f9a6e21"
}

# Downloads the data. Neither the address nor the key is stored, or seen in a list of processes.
resource "terraform_data" "download" {
  triggers_replace = ["64ffba79e4b0d17c3f9a6e21"]

  provisioner "local-exec" {
    command = "echo \"$HEADER: $KEY\" | curl --fail --header @- --output backup.tar.gz \"$ADDRESS\""
    environment = {
      ADDRESS = ephemeral.atlas_legacy_backup_restore_job.download.delivery.url_v2
      HEADER  = ephemeral.atlas_legacy_backup_restore_job.download.delivery.auth_header
      KEY     = ephemeral.atlas_legacy_backup_restore_job.download.delivery.auth_value
    }
  }
}
