# The API key comes from TF_VAR_atlas_public_key and TF_VAR_atlas_private_key.
variables {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

run "key_from_ephemeral_variables" {
  assert {
    condition     = output.restore_point != null
    error_message = "No restore point."
  }
}

run "key_is_empty" {
  command = plan

  variables {
    atlas_private_key = ""
  }

  expect_failures = [var.atlas_private_key]
}
