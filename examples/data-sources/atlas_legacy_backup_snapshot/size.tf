output "stored_gib" {
  value = ceil(sum(concat([0], [
    for part in data.atlas_legacy_backup_snapshot.example.parts :
    coalesce(part.storage_size_bytes, 0)
  ])) / pow(1024, 3))
}
