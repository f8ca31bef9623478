terraform {
  required_version = ">= 1.10"

  required_providers {
    atlas = {
      source  = "legacybackup/atlas"
      version = "~> 1.0"
    }
  }
}

variable "download" {
  description = "Set it to false after the download: a job without a download is an error."
  type        = bool
  default     = true
}

ephemeral "atlas_legacy_backup_restore_job" "download" {
  count = var.download ? 1 : 0

  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  job_id       = "64ffba79e4b0d17c3f9a6e21"
}

# Address and key reach curl on its standard input: they are stored nowhere, and in no list of
# processes.
resource "terraform_data" "download" {
  count = var.download ? 1 : 0

  provisioner "local-exec" {
    command = <<-EOT
      printf 'url = "%s"\nheader = "%s: %s"\n' "$ADDRESS" "$HEADER" "$KEY" |
        curl --fail --output backup.tar.gz --config -
    EOT
    environment = {
      ADDRESS = ephemeral.atlas_legacy_backup_restore_job.download[0].delivery.url_v2
      HEADER  = ephemeral.atlas_legacy_backup_restore_job.download[0].delivery.auth_header
      KEY     = ephemeral.atlas_legacy_backup_restore_job.download[0].delivery.auth_value
    }
  }
}
