// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestNew_errors(t *testing.T) {
	const badKey = ": both halves are needed, the public one without colon or quote"
	// Every error is reported, not only the first one.
	for name, test := range map[string]struct {
		option atlasmock.Option
		want   string
	}{
		"key without public half":  {atlasmock.WithAPIKey("", "x"), `API key ""` + badKey},
		"key without private half": {atlasmock.WithAPIKey("x", ""), `API key "x"` + badKey},
		"key with colon":           {atlasmock.WithAPIKey("a:b", "x"), `API key "a:b"` + badKey},
		"account without id":       {atlasmock.WithServiceAccount("", "x"), `service account "": both halves are needed`},
		"account without secret":   {atlasmock.WithServiceAccount("x", ""), `service account "x": both halves are needed`},
		"empty token":              {atlasmock.WithAccessToken(""), "access token: empty"},
		"algorithm":                {atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-512"}), `digest: algorithm "SHA-512" is neither MD5 nor SHA-256`},
		"qop":                      {atlasmock.WithDigest(atlasmock.Digest{QOP: "auth-int"}), `digest: qop "auth-int" is neither auth nor none`},
		"nonce lifetime":           {atlasmock.WithDigest(atlasmock.Digest{NonceLifetime: -1}), "digest: nonce lifetime -1ns and uses 1024 must not be negative"},
		"nonce uses":               {atlasmock.WithDigest(atlasmock.Digest{MaxUses: -1}), "digest: nonce lifetime 1m0s and uses -1 must not be negative"},
		"no capacity":              {atlasmock.WithRateLimit(0, 1), "rate limit: capacity 0 and refill 1 must be above zero"},
		"no refill":                {atlasmock.WithRateLimit(1, 0), "rate limit: capacity 1 and refill 0 must be above zero"},
		"clock":                    {atlasmock.WithClock(nil), "clock: nil"},
		"latency":                  {atlasmock.WithLatency(-1), "latency: -1ns is negative"},
		"fixtures":                 {atlasmock.WithFixtures(nil), "fixtures: nil"},
		"token lifetime":           {atlasmock.WithTokenLifetime(0), "token lifetime: 0s is not above zero"},
		"envelope key":             {atlasmock.WithEnvelopeKey("x"), `envelope key: "x" is neither "content" nor "envelope"`},
		"sunset":                   {atlasmock.WithSunset(""), "sunset: empty"},
		"relative prefix":          {atlasmock.WithPathPrefix("x"), `path prefix: "x" must begin with a slash and not end with one`},
		"prefix with slash":        {atlasmock.WithPathPrefix("/x/"), `path prefix: "/x/" must begin with a slash and not end with one`},
		"list order":               {atlasmock.WithListOrder(nil), "list order: nil"},
		"page cap":                 {atlasmock.WithPageCap(0), "page cap: 0 is not above zero"},
	} {
		_, err := atlasmock.New(test.option, atlasmock.WithPageCap(1), atlasmock.WithClock(nil))
		equal(t, name, fmt.Sprint(err), "invalid mock configuration:\n"+test.want+"\nclock: nil")
	}
}

type document struct {
	ID, GroupID                   string
	Started, Timestamp, Completed time.Time
	Restorable                    bool
	Parts                         []struct {
		TokenTimestamp struct {
			Date      time.Time
			Increment int
		}
	}
}

func decode(t *testing.T, body string) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	fixturePath = project + "/Own-1/" + atlasmock.Checkpoints + "/" + atlasmock.ShardedCheckpointID + ".json"
	ownPath     = "/api/atlas/v2/groups/" + project + "/clusters/Own-1/backupCheckpoints"
)

// Without a completed checkpoint, no freshness shifts a time.
func TestWithFixtures(t *testing.T) {
	s := start(t, atlasmock.WithFreshness(time.Minute), atlasmock.WithFixtures(fstest.MapFS{
		fixturePath:          {Data: []byte(`{ "started": "2023-09-12T06:00:08Z" }`)},
		"README.md":          {Data: []byte("not served")},
		".git/config.json":   {Data: []byte("not served")},
		project + "/Empty":   {Mode: 0o755 | 1<<31},
		unknownID + "/.keep": {Data: []byte("an empty project")},
	}))
	equal(t, "document", s.get(ownPath+"/"+atlasmock.ShardedCheckpointID).body, `{"started":"2023-09-12T06:00:08Z"}`)
	equal(t, "embedded fixtures are replaced", s.get(checkpointPath).outcome(), "404 CLUSTER_NOT_FOUND")
	empty := strings.Replace(ownPath, "Own-1", "Empty", 1)
	equal(t, "empty cluster", s.get(empty).status, 200)
	bare := strings.Replace(ownPath, project, unknownID, 1)
	equal(t, "empty project", s.get(bare).outcome(), "404 CLUSTER_NOT_FOUND")
}

func TestWithFixtures_errors(t *testing.T) {
	const (
		noFile   = ": fixtures are <project id>/<cluster name>/<collection>/<id>.json"
		noFolder = ": folders are <project id>/<cluster name>/<collection>"
		noBody   = ": not a checkpoint: "
		own      = project + "/Own/"
	)
	for name, test := range map[string]struct{ path, body, want string }{
		"another id":           {fixturePath, `{"id":"` + unknownID + `"}`, fixturePath + `: its id says "` + unknownID + `"`},
		"another project":      {fixturePath, `{"groupId":"x"}`, fixturePath + `: its groupId says "x"`},
		"id that is no string": {fixturePath, `{"id":1}`, fixturePath + noBody + "json: cannot unmarshal number into Go struct field .id of type string"},
		"not JSON":             {fixturePath, `{`, fixturePath + noBody + "unexpected end of JSON input"},
		"at the top":           {"a.json", `{}`, "a.json" + noFile},
		"not a checkpoint id":  {own + "a.json", `{}`, own + "a.json" + noFile},
		"without a collection": {own + unknownID + ".json", `{}`, own + unknownID + ".json" + noFile},
		"not a project id":     {"a/Own/x.json", `{}`, "a" + noFolder},
		"not a cluster name":   {project + "/a_b/x.json", `{}`, project + "/a_b" + noFolder},
		"not a collection":     {own + "deep/x.json", `{}`, own + "deep" + noFolder},
		"too deep":             {own + "snapshots/deep/x.json", `{}`, own + "snapshots/deep" + noFolder},
	} {
		_, err := atlasmock.New(atlasmock.WithFixtures(fstest.MapFS{test.path: {Data: []byte(test.body)}}))
		equal(t, name, fmt.Sprint(err), "loading fixtures: "+test.want)
	}
}

func TestWithFreshness(t *testing.T) {
	c := new(clock)
	s := start(t, atlasmock.WithClock(c.Now), atlasmock.WithFreshness(5*time.Minute))
	before := decode(t, fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID))
	got := decode(t, s.get(checkpointPath).body)
	shift := got.Completed.Sub(before.Completed)
	equal(t, "completed", got.Completed, c.Now().Add(-5*time.Minute))
	equal(t, "started", got.Started, before.Started.Add(shift))
	equal(t, "timestamp", got.Timestamp, before.Timestamp.Add(shift))
	equal(t, "token", got.Parts[2].TokenTimestamp.Date, before.Parts[2].TokenTimestamp.Date.Add(shift))

	running := decode(t, s.get(listPath+"/"+atlasmock.InProgressCheckpointID).body)
	equal(t, "the one in progress lies in the past", running.Timestamp.Before(c.Now()), true)
}

// Documents of one's own may say little: that a checkpoint is restorable, and to what time.
func TestWithFreshness_timestamp(t *testing.T) {
	c := new(clock)
	s := start(t, atlasmock.WithClock(c.Now), atlasmock.WithFreshness(time.Minute), atlasmock.WithFixtures(fstest.MapFS{
		fixturePath: {Data: []byte(`{"restorable": true, "timestamp": "2023-09-12T06:00:21Z"}`)},
		strings.Replace(fixturePath, atlasmock.ShardedCheckpointID, unknownID, 1): {Data: []byte(`{"timestamp": "2023-09-12T07:00:00Z"}`)},
	}))
	equal(t, "timestamp", decode(t, s.get(ownPath+"/"+atlasmock.ShardedCheckpointID).body).Timestamp, c.Now().Add(-time.Minute))
}
