# All checkpoints of a day, as a table.
data "atlas_legacy_backup_checkpoints" "day" {
  project_id   = "5e4229180a6f3c2b9d7e4a10"
  cluster_name = "Cluster0"
  since        = "2023-09-12T00:00:00Z"
  until        = "2023-09-12T23:59:59Z"
}

output "checkpoints_of_the_day" {
  value = join("\n", concat(
    [format("%-20s  %-24s  %-10s  %s", "TIMESTAMP", "ID", "RESTORABLE", "PARTS")],
    [for c in data.atlas_legacy_backup_checkpoints.day.results :
      format("%-20s  %-24s  %-10s  %d",
        c.timestamp, c.id, c.restorable == true ? "yes" : "no", length(c.parts),
      )
    ],
  ))
}
