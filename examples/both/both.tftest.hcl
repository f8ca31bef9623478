variables {
  project_name = "Orders"
  cluster_name = "Cluster0"
  database_url = "postgres://localhost:5432/orders"
}

# Without a database and an account at Atlas. The checkpoints are read.
mock_provider "atlas" {}

mock_provider "mongodbatlas" {
  mock_data "mongodbatlas_project" {
    defaults = {
      id = "5e4229180a6f3c2b9d7e4a10"
    }
  }
}

run "recent" {}

run "too_old" {
  command = plan

  variables {
    cluster_name = "Orders"
  }

  expect_failures = [atlas_schema.orders]
}
