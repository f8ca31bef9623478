# The checkpoint's parts as a table with aligned columns.

locals {
  heading = ["REPLICA SET", "SHARD", "TYPE", "TOKEN FOUND", "TOKEN DATE", "INCREMENT"]

  rows = [for part in local.checkpoint.parts : [
    part.replica_set_name == null ? "-" : part.replica_set_name,
    part.shard_name == null ? "-" : part.shard_name,
    part.type_name,
    part.token_discovered ? "yes" : "no",
    try(part.token_timestamp.date, "-"),
    try(tostring(part.token_timestamp.increment), "-"),
  ]]

  table   = concat([local.heading], local.rows)
  formats = [for i in range(length(local.heading)) : "%-${max([for row in local.table : length(row[i])]...)}s"]
}

output "parts" {
  description = "One line for each shard and one for the config servers."
  value = join("\n", [for row in local.table :
    trimspace(join("  ", [for i, cell in row : format(local.formats[i], cell)]))
  ])
}
