// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"encoding/json"
	"net/url"
)

// Collections of a cluster's documents, as paths and fixtures name them.
const (
	Checkpoints = "backupCheckpoints"
	Snapshots   = "snapshots"
	RestoreJobs = "restoreJobs"
	Schedule    = "snapshotSchedule"
)

// operation is what the API says of one collection.
type operation struct {
	noun string
	// missing is the error code for an unknown id.
	missing string
	// single is true if a cluster has one document, without an id.
	single bool
	// keeps reads the query of a list, and returns which documents are in it; nil keeps all.
	keeps func(url.Values) (func(body []byte) bool, *apiError)
}

var operations = map[string]operation{
	Checkpoints: {noun: "checkpoint", missing: "CHECKPOINT_NOT_FOUND"},
	Snapshots:   {noun: "snapshot", missing: "SNAPSHOT_NOT_FOUND", keeps: byCompletion},
	RestoreJobs: {noun: "restore job", missing: "RESTORE_JOB_NOT_FOUND", keeps: byBatch},
	Schedule:    {noun: "snapshot schedule", missing: "RESOURCE_NOT_FOUND", single: true},
}

// byCompletion keeps complete snapshots unless the query says otherwise.
func byCompletion(query url.Values) (func([]byte) bool, *apiError) {
	completed := query.Get("completed")
	switch completed {
	case "all":
		return nil, nil
	case "", "true", "false":
		return func(body []byte) bool {
			var snapshot struct {
				Complete bool `json:"complete"`
			}
			_ = json.Unmarshal(body, &snapshot)
			return snapshot.Complete == (completed != "false")
		}, nil
	default:
		return nil, errQueryParameter("completed", "must be true, false or all")
	}
}

// byBatch keeps the jobs of one batch.
func byBatch(query url.Values) (func([]byte) bool, *apiError) {
	batch := query.Get("batchId")
	switch {
	case batch == "":
		return nil, nil
	case !objectID.MatchString(batch):
		return nil, errQueryParameter("batchId", "must be 24 hexadecimal digits")
	}
	return func(body []byte) bool {
		var job struct {
			BatchID string `json:"batchId"`
		}
		_ = json.Unmarshal(body, &job)
		return job.BatchID == batch
	}, nil
}
