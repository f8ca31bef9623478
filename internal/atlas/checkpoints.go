// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

// Checkpoints are the operations "Return One Legacy Backup Checkpoint" and "Return All Legacy
// Backup Checkpoints".
var Checkpoints = Operation{
	Noun: "checkpoint", Nouns: "checkpoints",
	Collection: "backupCheckpoints",
	Argument:   "checkpoint_id",
	NotFound:   []string{"CHECKPOINT_NOT_FOUND", "INVALID_CHECKPOINT_ID"},
	Expires:    true,
	Successor:  "mongodbatlas_cloud_backup_snapshot",
}

// Checkpoint is one legacy backup checkpoint. Atlas may leave out any field but the id; such a
// field is nil.
type Checkpoint struct {
	Identity
	Started    *Time            `json:"started"`
	Completed  *Time            `json:"completed"`
	Timestamp  *Time            `json:"timestamp"`
	Restorable *bool            `json:"restorable"`
	Parts      []CheckpointPart `json:"parts"`
	Links      []Link           `json:"links"`
}

// CheckpointPart describes the checkpoint of one replica set of the cluster.
type CheckpointPart struct {
	ReplicaSetName  *string        `json:"replicaSetName"`
	ShardName       *string        `json:"shardName"`
	TypeName        *string        `json:"typeName"`
	TokenDiscovered *bool          `json:"tokenDiscovered"`
	TokenTimestamp  *BSONTimestamp `json:"tokenTimestamp"`
}
