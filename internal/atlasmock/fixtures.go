// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed testdata/fixtures
var embedded embed.FS

// What the embedded fixtures hold. All of them belong to one project.
const (
	ProjectID = "5e4229180a6f3c2b9d7e4a10"

	// The sharded cluster has two shards and config servers. Beside a complete checkpoint it has
	// one in progress: not completed, not restorable, with an undiscovered token.
	ShardedCluster         = "Cluster0"
	ShardedCheckpointID    = "64fffe68c1d2a7049b3e5f60"
	InProgressCluster      = ShardedCluster
	InProgressCheckpointID = "64fffef74e0b96d8a25c7f13"

	// Its snapshots are, from the newest on, one in progress, a daily one, one of the last 18 hours
	// and one that is kept until somebody deletes it.
	InProgressSnapshotID = "64fffe644b8d1e7f2a9c0b44"
	SnapshotID           = "64ffaa1f4b8d1e7f2a9c0b43"
	KeptSnapshotID       = "649f182c4b8d1e7f2a9c0b41"

	// A restore of the daily one is a batch of three jobs: one to be downloaded, one that was, and
	// one that is not ready.
	BatchID             = "64ffbaaae4b0d17c3f9a6e20"
	RestoreJobID        = "64ffba79e4b0d17c3f9a6e21"
	DownloadedJobID     = "64ffba79e4b0d17c3f9a6e22"
	InProgressJobID     = "64ffba79e4b0d17c3f9a6e23"
	RestoreJobAuthValue = "mock-restore-key-4f1d8b7c2e9a"
	RestoreJobDownload  = "https://restore.k3v9q.mongodb.example/v2/pull/Cluster0-shard-0-1694476831.tar.gz"
	AutomatedJobID      = "64ff8ecbc7d29a3f1b5e8d10" // of the replica set

	// The replica set has one complete checkpoint, and one snapshot.
	ReplicaSetCluster      = "Orders"
	ReplicaSetCheckpointID = "64ff86e9f3580c7d1b6a2e94"
)

// DefaultFixtures is what a server serves by default, laid out as [WithFixtures] says.
func DefaultFixtures() fs.FS {
	fixtures, err := fs.Sub(embedded, "testdata/fixtures")
	if err != nil {
		panic(err) // impossible: the path is a constant
	}
	return fixtures
}

// load puts every fixture into a store that nobody else uses yet.
func (s *store) load(fixtures fs.FS) error {
	err := fs.WalkDir(fixtures, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == ".":
			return nil
		case strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case entry.IsDir():
			return s.loadFolder(path)
		case strings.HasSuffix(path, ".json"):
			return s.loadFixture(fixtures, path)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("loading fixtures: %w", err)
	}
	return nil
}

func (s *store) loadFolder(path string) error {
	segments := strings.Split(path, "/")
	known := len(segments) < 3 || len(segments) == 3 && operations[segments[2]].noun != ""
	if !objectID.MatchString(segments[0]) || len(segments) > 1 && !clusterName.MatchString(segments[1]) || !known {
		return fmt.Errorf("%s: folders are <project id>/<cluster name>/<collection>", path)
	}
	switch {
	case len(segments) > 1:
		s.cluster(segments[0], segments[1])
	case s.projects[path] == nil:
		s.projects[path] = clusters{}
	}
	return nil
}

func (s *store) loadFixture(fixtures fs.FS, path string) error {
	segments := strings.Split(strings.TrimSuffix(path, ".json"), "/")
	single := len(segments) == 3 && operations[segments[2]].single
	if !single && (len(segments) != 4 || !objectID.MatchString(segments[3])) {
		return fmt.Errorf("%s: fixtures are <project id>/<cluster name>/<collection>/<id>.json", path)
	}
	segments = append(segments, "") // the id of a single document
	project, cluster, collection, id := segments[0], segments[1], segments[2], segments[3]

	body, err := fs.ReadFile(fixtures, path)
	if err != nil {
		return err
	}
	var claims struct {
		ID      *string `json:"id"`
		GroupID *string `json:"groupId"`
	}
	if err := json.Unmarshal(body, &claims); err != nil {
		return fmt.Errorf("%s: not a %s: %w", path, operations[collection].noun, err)
	}
	if claims.ID != nil && *claims.ID != id {
		return fmt.Errorf("%s: its id says %q", path, *claims.ID)
	}
	if claims.GroupID != nil && *claims.GroupID != project {
		return fmt.Errorf("%s: its groupId says %q", path, *claims.GroupID)
	}
	s.put(project, cluster, collection, id, body)
	return nil
}
