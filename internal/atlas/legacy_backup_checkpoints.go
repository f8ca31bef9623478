// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// LegacyBackupCheckpoint is the document of the operation "Return One Legacy
// Backup Checkpoint". Atlas may leave out any field; such a field is nil.
type LegacyBackupCheckpoint struct {
	ID         *string      `json:"id"`
	GroupID    *string      `json:"groupId"`
	ClusterID  *string      `json:"clusterId"`
	Started    *Time        `json:"started"`
	Completed  *Time        `json:"completed"`
	Timestamp  *Time        `json:"timestamp"`
	Restorable *bool        `json:"restorable"`
	Parts      []BackupPart `json:"parts"`
	Links      []Link       `json:"links"`
}

// BackupPart describes the checkpoint of one replica set of the cluster.
type BackupPart struct {
	ReplicaSetName  *string        `json:"replicaSetName"`
	ShardName       *string        `json:"shardName"`
	TypeName        *string        `json:"typeName"`
	TokenDiscovered *bool          `json:"tokenDiscovered"`
	TokenTimestamp  *BSONTimestamp `json:"tokenTimestamp"`
}

// BSONTimestamp is the position of an oplog entry: a second, and an ordinal in it.
type BSONTimestamp struct {
	Date      *Time   `json:"date"`
	Increment *uint32 `json:"increment"`
}

// Link points to a related resource of the API (RFC 8288).
type Link struct {
	Href *string `json:"href"`
	Rel  *string `json:"rel"`
}

// LegacyBackupCheckpoint reads one checkpoint. It fails with an *rest.Error, also
// when Atlas answers with another checkpoint or project than the one asked for.
func (c *Client) LegacyBackupCheckpoint(ctx context.Context, projectID, clusterName, checkpointID string) (
	*LegacyBackupCheckpoint, error,
) {
	var checkpoint *LegacyBackupCheckpoint
	err := c.get(ctx, read{
		projectID: projectID, path: checkpointPath(projectID, clusterName, checkpointID), limit: maxDocument,
		decode: func(body io.Reader) (err error) {
			checkpoint, err = c.decodeCheckpoint(body, projectID, checkpointID)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return checkpoint, nil
}

func checkpointPath(projectID, clusterName string, rest ...string) []string {
	return append([]string{
		"api", "atlas", "v2", "groups", projectID, "clusters", clusterName, "backupCheckpoints",
	}, rest...)
}

func (c *Client) decodeCheckpoint(body io.Reader, projectID, checkpointID string) (*LegacyBackupCheckpoint, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	checkpoint := &LegacyBackupCheckpoint{}
	if err := c.unmarshalCheckpoint(data, checkpoint); err != nil {
		return nil, err
	}
	if checkpoint.ID != nil && *checkpoint.ID != "" {
		if err := same("checkpoint", checkpointID, checkpoint.ID); err != nil {
			return nil, err
		}
	}
	return checkpoint, checkpoint.check(projectID)
}

// check refuses a document of another project, one with an invalid time, and one
// without an id: it is something else, such as a gateway's message.
func (c *LegacyBackupCheckpoint) check(projectID string) error {
	if err := same("project", projectID, c.GroupID); err != nil {
		return err
	}
	for _, field := range []struct {
		name string
		time *Time
	}{{"started", c.Started}, {"completed", c.Completed}, {"timestamp", c.Timestamp}} {
		if err := field.time.check(field.name); err != nil {
			return err
		}
	}
	for i, part := range c.Parts {
		if part.TokenTimestamp == nil {
			continue
		}
		if err := part.TokenTimestamp.Date.check(fmt.Sprintf("parts[%d].tokenTimestamp.date", i)); err != nil {
			return err
		}
	}
	if c.ID == nil || *c.ID == "" {
		return errors.New("not a checkpoint: it has no id")
	}
	return nil
}

func same(noun, asked string, got *string) error {
	if got != nil && *got != asked {
		return &rest.MismatchError{Noun: noun, Asked: asked, Got: *got}
	}
	return nil
}

// checkpointFields are the names that are read of a checkpoint.
var checkpointFields = rest.FieldsOf(reflect.TypeFor[LegacyBackupCheckpoint]())

// unmarshalCheckpoint decodes a JSON object. encoding/json would take null for
// one, replace what is not UTF-8, and settle by itself what a field means that
// stands there twice: what users get must be what Atlas sent.
func (c *Client) unmarshalCheckpoint(data []byte, into *LegacyBackupCheckpoint) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("not a JSON object: null")
	}
	if err := json.Unmarshal(data, into); err != nil {
		return rest.JSONProblem(err)
	}
	if !utf8.Valid(data) {
		return errors.New("not a JSON object: not valid UTF-8")
	}
	if field := rest.Repeated(data, checkpointFields); field != "" {
		return fmt.Errorf("field %s stands there twice", field)
	}
	if c.http.Redactor.Contains(string(data)) {
		// Used, it would end up in the state.
		return errors.New("it contains the credentials that it was requested with")
	}
	return nil
}
