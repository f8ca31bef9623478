data "atlas_legacy_backup_checkpoint" "before_upgrade" {
  project_id    = "5e4229180a6f3c2b9d7e4a10"
  cluster_name  = "Cluster0"
  checkpoint_id = "64fffe68c1d2a7049b3e5f60"

  lifecycle {
    # "== true" because restorable is null if Atlas does not say.
    postcondition {
      condition     = self.restorable == true
      error_message = "Checkpoint ${self.id} can't be restored."
    }
  }
}

resource "terraform_data" "upgrade" {
  lifecycle {
    # Evaluated when Terraform plans. try() because the timestamp is null if Atlas sends none.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoint.before_upgrade.timestamp,
        timeadd(plantimestamp(), "-1h"),
      ) >= 0, false)
      error_message = "No upgrade without a checkpoint of the last hour."
    }

    # Evaluated when Terraform applies, maybe hours later: timestamp() is unknown until then.
    precondition {
      condition = try(timecmp(
        data.atlas_legacy_backup_checkpoint.before_upgrade.timestamp,
        timeadd(timestamp(), "-1h"),
      ) >= 0, false)
      error_message = "The checkpoint is more than an hour old by now."
    }
  }
}
