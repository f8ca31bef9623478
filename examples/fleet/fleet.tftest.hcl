# These replace the provider blocks of the configuration. Address and credentials come from the environment.
provider "atlas" {
  alias = "shop"
}

provider "atlas" {
  alias = "logistics"
}

mock_provider "atlas" {
  alias = "government"
}

# What the mock provider returns would be made up.
override_module {
  target  = module.government
  outputs = { restore_points = { forms = "2023-05-01T12:00:00Z" } }
}

variables {
  api_keys = {}
  clusters = {
    shop       = { web = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" } }
    logistics  = { orders = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Orders" } }
    government = { forms = { project_id = "6e4229180a6f3c2b9d7e4a10", cluster_name = "Forms" } }
  }
}

run "all_organizations" {
  command = plan

  assert {
    condition     = output.restore_points.government.forms == "2023-05-01T12:00:00Z"
    error_message = "The cluster of Atlas for Government is missing."
  }
}

run "one_is_too_old" {
  command = plan

  variables {
    max_age = "1h"
  }

  expect_failures = [check.restore_points]
}

# Within a minute of the mock's start, its newest checkpoint is of less than 4 minutes ago, and is in progress.
run "recent_but_not_restorable" {
  command = plan

  variables {
    clusters = { shop = { web = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" } } }
    max_age  = "4m"
  }

  expect_failures = [check.restore_points]
}
