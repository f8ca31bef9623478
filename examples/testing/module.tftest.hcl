mock_provider "atlas" {}

run "two_parts" {
  override_module {
    target  = module.backups
    outputs = { parts = [{ shard_name = "shard-0" }, { shard_name = "shard-1" }] }
  }

  assert {
    condition     = length(module.backups.parts) == 2
    error_message = "A part is missing."
  }
}
