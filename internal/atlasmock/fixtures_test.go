// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

type document struct {
	ID         string     `json:"id"`
	GroupID    string     `json:"groupId"`
	ClusterID  string     `json:"clusterId"`
	Started    *time.Time `json:"started"`
	Timestamp  *time.Time `json:"timestamp"`
	Completed  *time.Time `json:"completed"`
	Restorable *bool      `json:"restorable"`
	Links      []struct{ Href, Rel string }
	Parts      []struct {
		ReplicaSetName  *string
		ShardName       *string
		TypeName        *string
		TokenDiscovered *bool
		TokenTimestamp  *struct {
			Date      time.Time
			Increment int
		}
	}
}

func embeddedDocument(t *testing.T, cluster, checkpoint string) document {
	t.Helper()
	var d document
	decoder := json.NewDecoder(strings.NewReader(fixture(t, cluster, checkpoint)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDefaultFixtures(t *testing.T) {
	tests := map[string]struct {
		cluster, checkpoint   string
		completed, restorable bool
		types                 string
		increments            []int // -1 for a token that was not discovered
	}{
		"sharded": {
			atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID, true, true,
			"REPLICA_SET REPLICA_SET CONFIG_SERVER_REPLICA_SET", []int{1, 1, 2},
		},
		"replica set": {
			atlasmock.ReplicaSetCluster, atlasmock.ReplicaSetCheckpointID, true, true,
			"REPLICA_SET", []int{4},
		},
		"in progress": {
			atlasmock.InProgressCluster, atlasmock.InProgressCheckpointID, false, false,
			"REPLICA_SET REPLICA_SET CONFIG_SERVER_REPLICA_SET", []int{1, -1, 1},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := embeddedDocument(t, test.cluster, test.checkpoint)
			equal(t, "id", d.ID, test.checkpoint)
			equal(t, "groupId", d.GroupID, project)
			equal(t, "clusterId's length", len(d.ClusterID), 24)
			equal(t, "restorable", *d.Restorable, test.restorable)
			equal(t, "completed", d.Completed != nil, test.completed)
			equal(t, "timestamp after started", d.Timestamp.After(*d.Started), true)
			if d.Completed != nil {
				equal(t, "completed after timestamp", d.Completed.After(*d.Timestamp), true)
			}
			equal(t, "links", len(d.Links), 3)
			equal(t, "first link", d.Links[0].Rel, "self")
			equal(t, "its target", d.Links[0].Href, "https://cloud.mongodb.com/api/atlas/v2/groups/"+
				project+"/clusters/"+test.cluster+"/backupCheckpoints/"+test.checkpoint)

			var types []string
			for i, part := range d.Parts {
				types = append(types, *part.TypeName)
				equal(t, "shardName", part.ShardName != nil, *part.TypeName == "REPLICA_SET")
				equal(t, "tokenDiscovered", *part.TokenDiscovered, test.increments[i] >= 0)
				equal(t, "tokenTimestamp", part.TokenTimestamp != nil, test.increments[i] >= 0)
				if part.TokenTimestamp != nil {
					equal(t, "increment", part.TokenTimestamp.Increment, test.increments[i])
				}
			}
			equal(t, "types", strings.Join(types, " "), test.types)
		})
	}
}

const (
	fixturePath = project + "/Own-1/" + atlasmock.Checkpoints + "/" + atlasmock.ShardedCheckpointID + ".json"
	ownPath     = "/api/atlas/v2/groups/" + project + "/clusters/Own-1/backupCheckpoints"
)

func TestWithFixtures(t *testing.T) {
	s := start(t, atlasmock.WithFixtures(fstest.MapFS{
		fixturePath:                      {Data: []byte(`{ "restorable": true }`)},
		"README.md":                      {Data: []byte("not served")},
		".git/config.json":               {Data: []byte("not served")},
		project + "/Empty":               {Mode: 0o755 | 1<<31},
		"000000000000000000000000/.keep": {Data: []byte("an empty project")},
	}))
	equal(t, "document", s.get(ownPath+"/"+atlasmock.ShardedCheckpointID).body, `{"restorable":true}`)
	equal(t, "embedded fixtures are replaced", s.get(checkpointPath).header.Get("X-Error-Code"), "CLUSTER_NOT_FOUND")
	empty := strings.Replace(ownPath, "Own-1", "Empty", 1)
	equal(t, "empty cluster", s.get(empty).status, 200)
	bare := strings.Replace(ownPath, project, "000000000000000000000000", 1)
	equal(t, "empty project", s.get(bare).header.Get("X-Error-Code"), "CLUSTER_NOT_FOUND")
}

func TestWithFixtures_errors(t *testing.T) {
	tests := map[string]struct{ path, body, want string }{
		"another id": {
			fixturePath, `{"id":"000000000000000000000000"}`,
			fixturePath + `: its id says "000000000000000000000000"`,
		},
		"another project": {fixturePath, `{"groupId":"x"}`, fixturePath + `: its groupId says "x"`},
		"id that is no string": {
			fixturePath, `{"id":1}`,
			fixturePath + ": not a checkpoint: json: cannot unmarshal number into Go struct field .id of type string",
		},
		"not JSON": {fixturePath, `{`, fixturePath + ": not a checkpoint: unexpected end of JSON input"},
		"at the top": {
			"a.json", `{}`, "a.json: fixtures are <project id>/<cluster name>/<collection>/<id>.json",
		},
		"not a checkpoint id": {
			project + "/Own/a.json", `{}`,
			project + "/Own/a.json: fixtures are <project id>/<cluster name>/<collection>/<id>.json",
		},
		"not a project id": {"a/Own/x.json", `{}`, "a: folders are <project id>/<cluster name>/<collection>"},
		"not a cluster name": {
			project + "/a_b/x.json", `{}`, project + "/a_b: folders are <project id>/<cluster name>/<collection>",
		},
		"not a collection": {
			project + "/Own/deep/x.json", `{}`, project + "/Own/deep: folders are <project id>/<cluster name>/<collection>",
		},
		"without a collection": {
			project + "/Own/" + atlasmock.ShardedCheckpointID + ".json", `{}`,
			project + "/Own/" + atlasmock.ShardedCheckpointID + ".json: fixtures are <project id>/<cluster name>/<collection>/<id>.json",
		},
		"too deep": {
			project + "/Own/snapshots/deep/x.json", `{}`,
			project + "/Own/snapshots/deep: folders are <project id>/<cluster name>/<collection>",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := atlasmock.New(atlasmock.WithFixtures(fstest.MapFS{test.path: {Data: []byte(test.body)}}))
			if err == nil {
				t.Fatal("no error")
			}
			equal(t, "error", err.Error(), "loading fixtures: "+test.want)
		})
	}
}

func TestWithFreshness(t *testing.T) {
	c := newClock()
	s := start(t, atlasmock.WithClock(c.Now), atlasmock.WithFreshness(5*time.Minute))
	before := embeddedDocument(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID)
	completed := c.Now().Add(-5 * time.Minute)
	shift := completed.Sub(*before.Completed)

	var got document
	if err := json.Unmarshal([]byte(s.get(checkpointPath).body), &got); err != nil {
		t.Fatal(err)
	}
	equal(t, "completed", *got.Completed, completed)
	equal(t, "started", *got.Started, before.Started.Add(shift))
	equal(t, "timestamp", *got.Timestamp, before.Timestamp.Add(shift))
	equal(t, "token", got.Parts[2].TokenTimestamp.Date, before.Parts[2].TokenTimestamp.Date.Add(shift))

	var running document
	if err := json.Unmarshal([]byte(s.get(listPath+"/"+atlasmock.InProgressCheckpointID).body), &running); err != nil {
		t.Fatal(err)
	}
	equal(t, "the one in progress lies in the past", running.Timestamp.Before(c.Now()), true)
}

// Without a completed checkpoint there is nothing to go by.
func TestWithFreshness_nothingCompleted(t *testing.T) {
	const body = `{"started":"2023-09-12T06:00:08Z"}`
	s := start(t, atlasmock.WithFreshness(time.Minute),
		atlasmock.WithFixtures(fstest.MapFS{fixturePath: {Data: []byte(body)}}))
	equal(t, "body", s.get(ownPath+"/"+atlasmock.ShardedCheckpointID).body, body)
}
