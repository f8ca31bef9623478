// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func at(t *testing.T, text string) *atlas.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return &atlas.Time{Time: parsed.UTC()}
}

// served returns what becomes of a body that Atlas responds with.
func served(t *testing.T, body string) (*atlas.Checkpoint, error) {
	t.Helper()
	client := atlastest.InProcess(atlastest.Script(atlastest.Respond(http.StatusOK, body)), atlastest.AccessToken, atlastest.WithoutWaits)
	return atlastest.Get(t.Context(), client, atlas.Target{ProjectID: atlastest.ProjectID, ClusterName: atlastest.ClusterName, ID: atlastest.CheckpointID})
}

// What has no id is something else. Nor is it an element of a list.
func TestGet_documentsWithoutAnID(t *testing.T) {
	for name, body := range map[string]string{
		"another object": `{"message":"Welcome"}`,
		"id null":        `{"id":null}`,
		"id empty":       `{"id":""}`,
		"wrapped":        `{"data":` + atlastest.Document(atlastest.ProjectID) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := served(t, body)
			if e := atlastest.WantKind(t, err, rest.KindMalformed); e.Status() != 200 || e.Problem != "not a checkpoint: it has no id" {
				t.Errorf("got %+v with %+v", e, e.Response)
			}
			_, err = atlastest.Each(t, atlastest.InProcess(pages(`{"results":[`+body+`]}`), atlastest.AccessToken), atlastest.Ignore)
			if e := atlastest.WantKind(t, err, rest.KindMalformed); e.Problem != "results[0]: not a checkpoint: it has no id" {
				t.Errorf("as an element: %+v", e)
			}
		})
	}
}

func TestGet_whatAtlasMayAdd(t *testing.T) {
	got, err := served(t, ` {"id":"`+atlastest.CheckpointID+`","new":{"a":[1]},"started":"2023-09-12T08:00:08.123456789+02:00","parts":[`+
		`{"typeName":"SOMETHING_NEW","shardName":"","new":1,"tokenTimestamp":{"date":"2023-09-12T06:00:21Z","increment":4294967295,"new":null}},`+
		`{"typeName":"größe\u0000\uD83D\uDE00","tokenTimestamp":{"increment":0}}],"links":[{"href":"x","new":true}]}`+"\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := &atlas.Checkpoint{
		Identity: atlas.Identity{ID: new(atlastest.CheckpointID)},
		Started:  at(t, "2023-09-12T06:00:08.123456789Z"),
		Parts: []atlas.CheckpointPart{
			{TypeName: new("SOMETHING_NEW"), ShardName: new(""), TokenTimestamp: &atlas.BSONTimestamp{
				Date: at(t, "2023-09-12T06:00:21Z"), Increment: new(uint32(4294967295)),
			}},
			{TypeName: new("größe\x00😀"), TokenTimestamp: &atlas.BSONTimestamp{Increment: new(uint32(0))}},
		},
		Links: []atlas.Link{{Href: new("x")}},
	}
	if !reflect.DeepEqual(got, want) {
		gotJSON, _ := json.MarshalIndent(got, "", "  ")
		wantJSON, _ := json.MarshalIndent(want, "", "  ")
		t.Errorf("\n got %s\nwant %s", gotJSON, wantJSON)
	}
}

func TestGet_largeDocument(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	var parts []string
	for i := range 10_000 {
		parts = append(parts, fmt.Sprintf(`{"shardName":"%d"}`, i))
	}
	got, err := served(t, `{"id":"`+atlastest.CheckpointID+`","clusterId":"`+long+`","parts":[`+strings.Join(parts, ",")+`]}`)
	if err != nil || *got.ClusterID != long || len(got.Parts) != len(parts) {
		t.Fatalf("got %v", err)
	}
	for i, part := range got.Parts {
		if *part.ShardName != strconv.Itoa(i) {
			t.Fatalf("part %d is %s", i, *part.ShardName)
		}
	}
}

// Each field has one type. TestDecode_problems and TestTime_invalid have the values.
func TestGet_fieldsOfAnotherType(t *testing.T) {
	for body, problem := range map[string]string{
		`{"id":5}`:                                        "field id can't be number",
		`{"groupId":{}}`:                                  "field groupId can't be object",
		`{"clusterId":[]}`:                                "field clusterId can't be array",
		`{"started":5}`:                                   "field started is 5, which is not an RFC 3339 time",
		`{"completed":""}`:                                `field completed is "", which is not an RFC 3339 time`,
		`{"timestamp":[]}`:                                "field timestamp is [], which is not an RFC 3339 time",
		`{"restorable":"true"}`:                           "field restorable can't be string",
		`{"parts":{}}`:                                    "field parts can't be object",
		`{"links":7}`:                                     "field links can't be number",
		`{"links":[{"href":7}]}`:                          "field links[0].href can't be number",
		`{"links":[{"rel":{}}]}`:                          "field links[0].rel can't be object",
		`{"parts":[{"replicaSetName":false}]}`:            "field parts[0].replicaSetName can't be bool",
		`{"parts":[{"shardName":1}]}`:                     "field parts[0].shardName can't be number",
		`{"parts":[{"typeName":[]}]}`:                     "field parts[0].typeName can't be array",
		`{"parts":[{"tokenDiscovered":"yes"}]}`:           "field parts[0].tokenDiscovered can't be string",
		`{"parts":[{"tokenTimestamp":"now"}]}`:            "field parts[0].tokenTimestamp can't be string",
		`{"parts":[{"tokenTimestamp":{"increment":-1}}]}`: "field parts[0].tokenTimestamp.increment can't be number -1",
		`{"parts":[{},{"tokenTimestamp":{"date":"yesterday"}}]}`: `field parts[1].tokenTimestamp.date is "yesterday", which is not an RFC 3339 time`,
		`{"timestamp":"` + strings.Repeat("9", 2000) + `"}`:      `field timestamp is "` + strings.Repeat("9", 980) + "…",
	} {
		t.Run(body[:min(len(body), 60)], func(t *testing.T) {
			_, err := served(t, body)
			e := atlastest.WantKind(t, err, rest.KindMalformed)
			if e.Problem != problem || e.Status() != 200 || e.Attempts != 1 {
				t.Errorf("got  %q\nwant %q", e.Problem, problem)
			}
		})
	}
}

func TestGet_documentOfSomethingElse(t *testing.T) {
	for name, test := range map[string]struct{ body, problem string }{
		"another checkpoint": {
			`{"id":"64fffef74e0b96d8a25c7f13"}`,
			`requested checkpoint "64fffe68c1d2a7049b3e5f60", Atlas responded with checkpoint "64fffef74e0b96d8a25c7f13"`,
		},
		"another project": {
			atlastest.Document(atlastest.OtherProjectID),
			`requested project "5e4229180a6f3c2b9d7e4a10", Atlas responded with project "6a1b2c3d4e5f60718293a4b5"`,
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
