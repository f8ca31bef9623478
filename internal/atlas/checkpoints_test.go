// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func at(t *testing.T, text string) *atlas.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return &atlas.Time{Time: parsed.UTC()}
}

func wantCheckpoint(t *testing.T, got, want *atlas.Checkpoint) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	show := func(c *atlas.Checkpoint) string {
		text, _ := json.MarshalIndent(c, "", "  ")
		return string(text)
	}
	t.Errorf("\n got %s\nwant %s", show(got), show(want))
}

// served returns what becomes of a body that Atlas answers with.
func served(t *testing.T, body string) (*atlas.Checkpoint, error) {
	t.Helper()
	client := atlastest.InProcess(atlastest.Script(atlastest.Respond(http.StatusOK, body)), atlastest.AccessToken, atlastest.WithoutWaits)
	return atlastest.Get(t.Context(), client, atlas.Target{ProjectID: atlastest.ProjectID, ClusterName: atlastest.ClusterName, ID: atlastest.CheckpointID})
}

// withID adds the id to a document that has none.
func withID(body string) string {
	if strings.Contains(body, `"id"`) {
		return body
	}
	return `{"id":"` + atlastest.CheckpointID + `",` + body[1:]
}

// What has no id is something else, whatever its status.
func TestGet_documentsThatAreNone(t *testing.T) {
	for name, test := range map[string]struct {
		body    string
		kind    rest.Kind
		status  int
		problem string
	}{
		"empty object":        {`{}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"id null":             {`{"id":null}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"id empty":            {`{"id":""}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"message":             {`{"message":"Welcome"}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"wrapped":             {`{"data":` + atlastest.Document(atlastest.ProjectID) + `}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"list":                {`{"results":[` + atlastest.Document(atlastest.ProjectID) + `]}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"error of Atlas":      {`{"error":404,"errorCode":"CHECKPOINT_NOT_FOUND","detail":"None."}`, rest.KindAnswer, 404, ""},
		"server error":        {`{"error":503,"errorCode":"SERVICE_UNAVAILABLE"}`, rest.KindAnswer, 503, ""},
		"error without code":  {`{"error":404}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"error of no status":  {`{"error":7,"errorCode":"X"}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
		"error that is a 200": {`{"error":200,"errorCode":"X"}`, rest.KindMalformed, 200, "not a checkpoint: it has no id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := served(t, test.body)
			e := atlastest.WantKind(t, err, test.kind)
			if e.Status() != test.status || e.Problem != test.problem {
				t.Errorf("got %+v with %+v", e, e.Answer)
			}
			// Nor is it an element of a list.
			list := func(page string) error {
				_, err := atlastest.Each(t, atlastest.InProcess(atlastest.Script(atlastest.Respond(http.StatusOK, page)), atlastest.AccessToken, atlastest.WithAttempts(1)), atlastest.Ignore)
				return err
			}
			err = list(`{"results":[` + test.body + `]}`)
			if e := atlastest.WantKind(t, err, rest.KindMalformed); !strings.HasPrefix(e.Problem, "results[0]: ") {
				t.Errorf("as an element: %+v", e)
			}
			if test.kind != rest.KindAnswer {
				return
			}
			err = list(test.body)
			if e := atlastest.WantKind(t, err, test.kind); e.Status() != test.status {
				t.Errorf("as a list: %+v", e)
			}
		})
	}
}

// Atlas' own word on the status counts for more than a gateway's.
func TestGet_errorUnderAnotherStatus(t *testing.T) {
	server := atlastest.Script(atlastest.Respond(http.StatusBadGateway, `{"error":404,"errorCode":"CHECKPOINT_NOT_FOUND"}`))
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithoutWaits)), rest.KindAnswer)
	if e.Status() != http.StatusNotFound || e.Attempts != 1 {
		t.Errorf("got %+v", e)
	}
}

func TestGet_whatAtlasMayAdd(t *testing.T) {
	got, err := served(t, ` {"id":"`+atlastest.CheckpointID+`","new":{"a":[1]},"started":"2023-09-12T08:00:08.123456789+02:00","parts":[`+
		`{"typeName":"SOMETHING_NEW","shardName":"","new":1,"tokenTimestamp":{"date":"2023-09-12T06:00:21Z","increment":4294967295,"new":null}},`+
		`{"typeName":"größe\u0000\uD83D\uDE00","tokenTimestamp":{"increment":0}}],"links":[{"href":"x","new":true}]}`+"\r\n")
	if err != nil {
		t.Fatal(err)
	}
	wantCheckpoint(t, got, &atlas.Checkpoint{
		Identity: atlas.Identity{ID: new(atlastest.CheckpointID)},
		Started:  at(t, "2023-09-12T06:00:08.123456789Z"),
		Parts: []atlas.CheckpointPart{
			{TypeName: new("SOMETHING_NEW"), ShardName: new(""), TokenTimestamp: &atlas.BSONTimestamp{
				Date: at(t, "2023-09-12T06:00:21Z"), Increment: new(uint32(4294967295)),
			}},
			{TypeName: new("größe\x00😀"), TokenTimestamp: &atlas.BSONTimestamp{Increment: new(uint32(0))}},
		},
		Links: []atlas.Link{{Href: new("x")}},
	})
}

func TestGet_oddJSON(t *testing.T) {
	t.Run("10,000 parts stay in order", func(t *testing.T) {
		var body strings.Builder
		for i := range 10_000 {
			_, _ = fmt.Fprintf(&body, `,{"shardName":"shard-%d"}`, i)
		}
		got, err := served(t, withID(`{"parts":[`+body.String()[1:]+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		atlastest.WantCount(t, "parts", len(got.Parts), 10_000)
		for i, part := range got.Parts {
			if want := fmt.Sprintf("shard-%d", i); *part.ShardName != want {
				t.Fatalf("part %d is %s", i, *part.ShardName)
			}
		}
	})
	t.Run("a string of 1 MiB", func(t *testing.T) {
		long := strings.Repeat("x", 1<<20)
		got, err := served(t, withID(`{"clusterId":"`+long+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		if *got.ClusterID != long {
			t.Errorf("got %d bytes", len(*got.ClusterID))
		}
	})
}

func TestGet_fieldsOfAnotherType(t *testing.T) {
	for body, problem := range map[string]string{
		`{"id":5}`:                              "field id can't be number",
		`{"groupId":{}}`:                        "field groupId can't be object",
		`{"clusterId":[]}`:                      "field clusterId can't be array",
		`{"started":5}`:                         "field started is 5, which is not an RFC 3339 time",
		`{"completed":""}`:                      `field completed is "", which is not an RFC 3339 time`,
		`{"timestamp":[]}`:                      "field timestamp is [], which is not an RFC 3339 time",
		`{"restorable":"true"}`:                 "field restorable can't be string",
		`{"restorable":1}`:                      "field restorable can't be number",
		`{"parts":{}}`:                          "field parts can't be object",
		`{"parts":"none"}`:                      "field parts can't be string",
		`{"parts":[1]}`:                         "field parts[0] can't be number",
		`{"links":7}`:                           "field links can't be number",
		`{"links":[{"href":7}]}`:                "field links[0].href can't be number",
		`{"parts":[{"replicaSetName":false}]}`:  "field parts[0].replicaSetName can't be bool",
		`{"parts":[{"tokenDiscovered":"yes"}]}`: "field parts[0].tokenDiscovered can't be string",
		`{"parts":[{"tokenTimestamp":"now"}]}`:  "field parts[0].tokenTimestamp can't be string",
		`{"parts":[{"tokenTimestamp":{"increment":"1"}}]}`:           "field parts[0].tokenTimestamp.increment can't be string",
		`{"parts":[{"tokenTimestamp":{"increment":-1}}]}`:            "field parts[0].tokenTimestamp.increment can't be number -1",
		`{"parts":[{"tokenTimestamp":{"increment":4294967296}}]}`:    "field parts[0].tokenTimestamp.increment can't be number 4294967296",
		`{"parts":[{"tokenTimestamp":{"increment":1.5}}]}`:           "field parts[0].tokenTimestamp.increment can't be number 1.5",
		`{"parts":[{"tokenTimestamp":{"increment":1e400}}]}`:         "field parts[0].tokenTimestamp.increment can't be number 1e400",
		`{"parts":[{},{"tokenTimestamp":{"date":"yesterday"}}]}`:     `field parts[1].tokenTimestamp.date is "yesterday", which is not an RFC 3339 time`,
		`{"started":"0000-01-01T00:00:00+01:00"}`:                    `field started is "0000-01-01T00:00:00+01:00", which is not an RFC 3339 time`,
		`{"completed":"10000-01-01T00:00:00Z"}`:                      `field completed is "10000-01-01T00:00:00Z", which is not an RFC 3339 time`,
		`{"timestamp":"` + strings.Repeat("9", 2000) + `"}`:          `field timestamp is "` + strings.Repeat("9", 980) + "…",
		`{"timestamp":"2023-09-12T06:00:25Z","started":"yesterday"}`: `field started is "yesterday", which is not an RFC 3339 time`,
	} {
		name := body[:min(len(body), 60)]
		t.Run(name, func(t *testing.T) {
			_, err := served(t, body)
			e := atlastest.WantKind(t, err, rest.KindMalformed)
			if e.Problem != problem || e.Status() != 200 || e.Attempts != 1 {
				t.Errorf("got  %q\nwant %q", e.Problem, problem)
			}
		})
	}
}

func TestGet_answerAboutSomethingElse(t *testing.T) {
	for name, test := range map[string]struct{ body, problem string }{
		"another checkpoint": {
			`{"id":"64fffef74e0b96d8a25c7f13"}`,
			`requested checkpoint "64fffe68c1d2a7049b3e5f60", Atlas responded with checkpoint "64fffef74e0b96d8a25c7f13"`,
		},
		"another project": {
			atlastest.Document(atlastest.OtherProjectID),
			`requested project "5e4229180a6f3c2b9d7e4a10", Atlas responded with project "6a1b2c3d4e5f60718293a4b5"`,
		},
		"upper case": {
			`{"id":"64FFFE68C1D2A7049B3E5F60"}`,
			`requested checkpoint "64fffe68c1d2a7049b3e5f60", Atlas responded with checkpoint "64FFFE68C1D2A7049B3E5F60"`,
		},
		"control characters": {
			"{\"groupId\":\"\\u001b[2J\"}",
			`requested project "5e4229180a6f3c2b9d7e4a10", Atlas responded with project "\x1b[2J"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			checkpoint, err := served(t, test.body)
			e := atlastest.WantKind(t, err, rest.KindMismatch)
			if e.Problem != test.problem || checkpoint != nil || e.Attempts != 1 {
				t.Errorf("got  %q\nwant %q", e.Problem, test.problem)
			}
		})
	}
}

// A document that is cut is one that did not arrive, wherever the cut is: the
// next attempt gets it.
func TestGet_cutAnywhere(t *testing.T) {
	mock := atlastest.NewMock(t)
	whole, err := atlastest.Get(t.Context(), atlastest.InProcess(mock, atlastest.AccessToken), atlas.Target{ProjectID: atlastest.ProjectID, ClusterName: atlastest.ClusterName, ID: atlastest.CheckpointID})
	if err != nil {
		t.Fatal(err)
	}
	client := atlastest.OverTCP(t, mock, atlastest.AccessToken, atlastest.WithoutWaits)
	const step, end = 11, 1400
	for n := 0; n < end; n += step {
		for _, fault := range []atlasmock.Fault{atlasmock.FaultCutBody(n), atlasmock.FaultCutChunked(n)} {
			mock.Fail(fault)
			got, err := atlastest.Get(t.Context(), client, atlas.Target{ProjectID: atlastest.ProjectID, ClusterName: atlastest.ClusterName, ID: atlastest.CheckpointID})
			if err != nil {
				t.Fatalf("cut after %d bytes: %v", n, err)
			}
			wantCheckpoint(t, got, whole)
		}
	}
}
