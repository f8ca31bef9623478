// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

// RestoreJobs are the operations "Return One Legacy Backup Restore Job" and "Return All Legacy
// Backup Restore Jobs".
var RestoreJobs = Operation{
	Noun: "restore job", Nouns: "restore jobs",
	Collection:   "restoreJobs",
	Argument:     "job_id",
	NotFound:     []string{"RESTORE_JOB_NOT_FOUND", "INVALID_RESTORE_JOB_ID"},
	Confidential: true,
	Successor:    "mongodbatlas_cloud_backup_snapshot_restore_job",
}

// RestoreJob is one legacy backup restore job. Atlas may leave out any field but the id; such a
// field is nil.
type RestoreJob struct {
	Identity
	SnapshotID        *string        `json:"snapshotId"`
	BatchID           *string        `json:"batchId"`
	DeploymentJobID   *string        `json:"deploymentJobId"`
	Created           *Time          `json:"created"`
	StatusName        *string        `json:"statusName"`
	Timestamp         *BSONTimestamp `json:"timestamp"`
	EncryptionEnabled *bool          `json:"encryptionEnabled"`
	MasterKeyUUID     *string        `json:"masterKeyUUID"`
	Delivery          *Delivery      `json:"delivery"`
	Hashes            []FileHash     `json:"hashes"`
	Links             []Link         `json:"links"`
}

// Delivery is how a restore job hands over the data. URLV2 and AuthValue let anyone download it.
// The field url, which holds a key as well and is deprecated, is not read.
type Delivery struct {
	MethodName        *string `json:"methodName"`
	StatusName        *string `json:"statusName"`
	Expires           *Time   `json:"expires"`
	ExpirationHours   *int64  `json:"expirationHours"`
	MaxDownloads      *int64  `json:"maxDownloads"`
	TargetGroupID     *string `json:"targetGroupId"`
	TargetClusterID   *string `json:"targetClusterId"`
	TargetClusterName *string `json:"targetClusterName"`
	URLV2             *string `json:"urlV2"`
	AuthHeader        *string `json:"authHeader"`
	AuthValue         *string `json:"authValue"`
}

// FileHash is the checksum of a file of the download.
type FileHash struct {
	FileName *string `json:"fileName"`
	Hash     *string `json:"hash"`
	TypeName *string `json:"typeName"`
	Links    []Link  `json:"links"`
}
