# Without a mock_provider: this reads from the mock Atlas, which serves the folder fixtures.
run "no_restore_point" {
  command = plan

  override_module {
    target  = module.backups
    outputs = { parts = [] }
  }

  expect_failures = [output.restore_point]
}
