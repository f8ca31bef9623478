// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// The mock serves what was written, and all agrees as it did with the originals. Nothing of the
// account is left in it, in the report or in the names of files.
func TestRun_fixtures(t *testing.T) {
	const (
		project, cluster = atlasmock.ProjectID, atlasmock.ShardedCluster
		private          = `"owner":"Jane Roe","contact":"jane@corp.example","ip":"203.0.113.7","peer":"2001:db8::17",` +
			`"account":5551234567,"by":{"64fffe68c1d2a7049b3e5f60":"db7.corp.internal"}`
	)
	s := newScene(t, byAPIKey)
	original, err := fs.ReadFile(atlasmock.DefaultFixtures(), project+"/"+cluster+"/restoreJobs/"+atlasmock.RestoreJobID+".json")
	if err != nil {
		t.Fatal(err)
	}
	s.Put(project, cluster, atlasmock.RestoreJobs, atlasmock.RestoreJobID, []byte(strings.Replace(string(original), "{", "{"+private+",", 1)))
	s.Fail(atlasmock.FaultStatus(404, "CLUSTER_NOT_FOUND", "jane@corp.example at 203.0.113.7 (db7.corp.internal) sees no cluster beside Cluster0 in "+
		project+": https://intra.corp.example/Cluster0?key=sesame", project, "Cluster0", 5551234567).On(below(unknownName)).Repeat(atlasmock.Forever))
	_, report := s.run()
	written := map[string]string{"the report": report}
	folder := os.DirFS(s.fixtures)
	err = fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(folder, path)
		written[path] = path + "\n" + string(text)
		return err
	})
	if err != nil || len(written) != 2+2+4+3+1 {
		t.Fatalf("%d files, %v", len(written), err)
	}
	originals := []string{
		"Cluster0", "cluster0", "k3v9q", "mongodb.net", "mongodb.example", "livepublic", "live-private-key", atlasmock.RestoreJobAuthValue,
		"9c1185a5c5e9fc54612808977ee8f548b2258d31", "1694476831", "Jane", "jane", "corp", "203.0.113.7", "2001:db8", "5551234567", "sesame", s.url,
	}
	_ = fs.WalkDir(atlasmock.DefaultFixtures(), ".", func(_ string, entry fs.DirEntry, _ error) error {
		originals = append(originals, anyID.FindAllString(entry.Name(), -1)...)
		return nil
	})
	for name, text := range written {
		for _, original := range originals {
			if strings.Contains(text, original) {
				t.Errorf("%s holds %q:\n%s", name, original, text)
			}
		}
	}

	if url := `"url": "https://example.com/replaced-1"`; !strings.Contains(strings.Join(slices.Collect(maps.Values(written)), ""), url) {
		t.Errorf("no document has %s", url)
	}

	again := newScene(t, byAPIKey, atlasmock.WithFixtures(folder))
	newProject, newCluster := s.only("."), s.only(s.only("."))
	_, second := again.runAs("-go-ahead", "yes", "-project", newProject, "-cluster", newCluster)
	ours := findings(report)
	ours["errors: unknown cluster"] = "agrees" // this response is no fixture
	for name, line := range findings(second) {
		if name != "restore jobs: fields" && ours[name] != line {
			t.Errorf("%s: %s, with the originals %s", name, line, ours[name])
		}
	}
	// The same original has the same replacement everywhere.
	for file, text := range written {
		if strings.HasSuffix(file, ".json") && (!strings.Contains(text, `"groupId": "`+newProject+`"`) ||
			!strings.Contains(text, "https://cloud.mongodb.com/api/atlas/v2/groups/"+newProject+"/clusters/"+newCluster+`"`)) {
			t.Errorf("%s", text)
		}
	}
	for _, want := range []string{"in " + newProject, "beside " + newCluster, `"` + newCluster + `"`} {
		if !strings.Contains(written["errors.txt"], want) {
			t.Errorf("errors.txt has no %s:\n%s", want, written["errors.txt"])
		}
	}
}

func TestNames_value(t *testing.T) {
	n := newNames(settings{project: atlasmock.ProjectID, cluster: "Prod", credentials: credentials{privateKey: "pr1vate"}})
	for _, tt := range []struct{ kind, original, want string }{
		{"name", "", ""},
		{"name", "Prod-shard-0", "Example1-shard-0"},
		{"name", "a\nb", "Example2"},
		{"host", "c\nd:1", "host1.example.com:1"},
		{"host", "db.corp.example:27017", "host2.example.com:27017"},
		{"time", "2023-09-12T06:00:21.5Z", "2023-09-12T06:00:21.5Z"},
		{"time", "at noon", "replaced-1"},
		{"bool", "yes", "replaced-2"},
		{"", "yes", "replaced-2"},
		{"id", "no id", "replaced-3"},
		{"", "64fffe68c1d2a7049b3e5f60", "5e0000000000000000000002"},
		{"enum", "REPLICA_SET", "REPLICA_SET"},
		{"enum", "Jane Roe", "replaced-4"},
		{"version", "4.0.28", "4.0.28"},
		{"version", "4.0-jane", "replaced-5"},
		{"header", "X-Restore-Key", "X-Restore-Key"},
		{"header", "c2VjcmV0", "replaced-6"},
		{"rel", "self", "self"},
		{"rel", "http://jane.example/x", "replaced-7"},
		{"secret", "sesame", "replaced-secret-1"},
		{"url", "https://u:p@h.example/sesame", "https://example.com/replaced-1"},
		{"link", "https://u:p@cloud.mongodb.com/api/atlas/v2/groups/" + atlasmock.ProjectID + "/clusters/Prod/snapshots?pageNum=2&key=sesame#x",
			"https://cloud.mongodb.com/api/atlas/v2/groups/5e0000000000000000000001/clusters/Example1/snapshots?pageNum=2"},
		{"link", "https://db.corp.example:8080/secret/jane", "https://host2.example.com:8080/replaced-8/replaced-9"},
		{"link", ":", "https://example.com/replaced-2"},
		{"text", "No cluster named Prod, Production in group " + atlasmock.ProjectID + ".", "No cluster named Example1, Production in group 5e0000000000000000000001."},
		{"text", "the key pr1vate", "the key REMOVED"},
		{"text", "from 203.0.113.7, 2001:db8::17, jane@corp.example, db.corp.example", "from address-1, address-2, user1@example.com, host2.example.com"},
	} {
		if got := n.value(tt.kind, tt.original); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.kind, tt.original, got, tt.want)
		}
	}
}

// only is the one folder in a folder of the fixtures.
func (s *scene) only(folder string) string {
	entries, err := os.ReadDir(filepath.Join(s.fixtures, folder))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			return entry.Name()
		}
	}
	return ""
}
