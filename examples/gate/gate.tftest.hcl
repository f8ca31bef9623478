# The mock's Cluster0 has a checkpoint of a few minutes ago, and Orders one of this morning.
variables {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
}

run "recent" {}

run "too_old" {
  command = plan

  variables {
    cluster_name = "Orders"
  }

  expect_failures = [terraform_data.change]
}

# Within a minute of the mock's start, its newest checkpoint is of less than 4 minutes ago, and is in progress.
run "recent_but_not_restorable" {
  command = plan

  variables {
    max_age = "4m"
  }

  expect_failures = [terraform_data.change]
}

run "module_recent" {
  module {
    source = "./module"
  }
}

run "module_too_old" {
  command = plan

  module {
    source = "./module"
  }

  variables {
    cluster_name = "Orders"
  }

  expect_failures = [output.cluster_name]
}

run "module_recent_but_not_restorable" {
  command = plan

  module {
    source = "./module"
  }

  variables {
    max_age = "4m"
  }

  expect_failures = [output.cluster_name]
}

run "module_disabled" {
  module {
    source = "./module"
  }

  variables {
    cluster_name = "Orders"
    enabled      = false
  }
}
