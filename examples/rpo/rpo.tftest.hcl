variables {
  project_id = "5e4229180a6f3c2b9d7e4a10"
  max_age    = "1h"
}

run "recent" {
  command = plan

  variables {
    clusters = {
      shop   = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" }
      orders = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Orders", max_age = "24h" }
    }
  }
}

run "too_old" {
  command = plan

  module {
    source = "./cluster"
  }

  variables {
    cluster_name = "Orders"
  }

  expect_failures = [check.rpo]
}

run "not_readable" {
  command = plan

  module {
    source = "./cluster"
  }

  variables {
    cluster_name = "Unknown"
  }

  expect_failures = [check.rpo]
}

# Within a minute of the mock's start, its newest checkpoint is of less than 4 minutes ago, and is in progress.
run "recent_but_not_restorable" {
  command = plan

  module {
    source = "./cluster"
  }

  variables {
    cluster_name = "Cluster0"
    max_age      = "4m"
  }

  expect_failures = [check.rpo]
}
