// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

// Snapshots are the operations "Return One Legacy Backup Snapshot" and "Return All Legacy Backup
// Snapshots".
var Snapshots = Operation{
	Noun: "snapshot", Nouns: "snapshots",
	Collection: "snapshots",
	Argument:   "snapshot_id",
	NotFound:   []string{"SNAPSHOT_NOT_FOUND", "INVALID_SNAPSHOT_ID"},
	Expires:    true,
	Successor:  "mongodbatlas_cloud_backup_snapshot",
}

// Snapshot is one legacy backup snapshot. Atlas may leave out any field but the id; such a field is
// nil.
type Snapshot struct {
	Identity
	Complete                  *bool          `json:"complete"`
	Created                   *BSONTimestamp `json:"created"`
	LastOplogAppliedTimestamp *BSONTimestamp `json:"lastOplogAppliedTimestamp"`
	DoNotDelete               *bool          `json:"doNotDelete"`
	Expires                   *Time          `json:"expires"`
	Incremental               *bool          `json:"incremental"`
	Parts                     []SnapshotPart `json:"parts"`
	Links                     []Link         `json:"links"`
}

// SnapshotPart describes the snapshot of one replica set of the cluster. Sizes are in bytes.
type SnapshotPart struct {
	ClusterID          *string `json:"clusterId"`
	ReplicaSetName     *string `json:"replicaSetName"`
	ReplicaState       *string `json:"replicaState"`
	TypeName           *string `json:"typeName"`
	FCV                *string `json:"fcv"`
	MongodVersion      *string `json:"mongodVersion"`
	MachineID          *string `json:"machineId"`
	CompletedTime      *Time   `json:"completedTime"`
	CompressionSetting *string `json:"compressionSetting"`
	DataSizeBytes      *int64  `json:"dataSizeBytes"`
	FileSizeBytes      *int64  `json:"fileSizeBytes"`
	StorageSizeBytes   *int64  `json:"storageSizeBytes"`
	EncryptionEnabled  *bool   `json:"encryptionEnabled"`
	MasterKeyUUID      *string `json:"masterKeyUUID"`
}
