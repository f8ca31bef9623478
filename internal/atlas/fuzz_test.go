// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

const (
	fuzzProject    = "5e4229180a6f3c2b9d7e4a10"
	fuzzCheckpoint = "64fffe68c1d2a7049b3e5f60"
	fuzzSecret     = "sesame-0123456789"
)

type roundTripper func(*http.Request) *http.Response

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func FuzzCheckpoint(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, ` null `, `{"id":null}`, `{"id":"other"}`, `{"groupId":"` + fuzzSecret + `"}`,
		`{"clusterId":"5e43","completed":"2023-09-12T06:00:25Z","groupId":"` + fuzzProject + `","id":"` + fuzzCheckpoint + `",` +
			`"links":[{"href":"https://cloud.mongodb.com","rel":"self"}],"parts":[{"replicaSetName":"Cluster0-shard-1",` +
			`"shardName":"Cluster0-shard-1","tokenDiscovered":true,"tokenTimestamp":{"date":"2023-09-12T06:00:21Z","increment":1},` +
			`"typeName":"REPLICA_SET"}],"restorable":true,"started":"2023-09-12T06:00:08Z","timestamp":"2023-09-12T06:00:21Z"}`,
		`{"started":"0000-01-01T00:00:00+01:00"}`, `{"started":"9999-12-31T23:59:59.999999999-01:00"}`, `{"timestamp":"` + fuzzSecret + `"}`,
		`{"parts":[{"tokenTimestamp":{"increment":4294967296}}]}`, `{"parts":[null,{"tokenTimestamp":null}]}`,
		`{"ID":"` + fuzzCheckpoint + `","Id":"x"}`, "{\"clusterId\":\"\xff\"}", `{"id":"` + fuzzCheckpoint + `"}{}`, `<html>sesame`,
	} {
		f.Add([]byte(seed))
	}
	var body []byte
	client := New(Config{
		BaseURL: &url.URL{Scheme: "https", Host: "atlas.test"}, Credentials: auth.AccessToken{Token: fuzzSecret},
		Retry: retry.Policy{MaxAttempts: 1}, Transport: roundTripper(func(*http.Request) *http.Response {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body))}
		}),
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		body = data
		checkpoint, err := Get[Checkpoint](t.Context(), client, Checkpoints, Target{ProjectID: fuzzProject, ClusterName: "Cluster0", ID: fuzzCheckpoint})
		if err != nil {
			e, ok := errors.AsType[*rest.Error](err)
			if !ok || e.Kind != rest.KindMalformed && e.Kind != rest.KindMismatch && e.Kind != rest.KindStatus {
				t.Errorf("got %v", err)
			}
			return
		}
		if !json.Valid(data) || !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
			t.Error("accepted what is no JSON object")
		}
		if checkpoint.ID == nil || *checkpoint.ID != fuzzCheckpoint {
			t.Error("not the requested checkpoint")
		}
		if checkpoint.GroupID != nil && *checkpoint.GroupID != fuzzProject {
			t.Errorf("a checkpoint of project %q", *checkpoint.GroupID)
		}
		times := []*Time{checkpoint.Started, checkpoint.Completed, checkpoint.Timestamp}
		for _, part := range checkpoint.Parts {
			if part.TokenTimestamp != nil {
				times = append(times, part.TokenTimestamp.Date)
			}
		}
		for _, at := range times {
			if at == nil {
				continue
			}
			text := at.Format(time.RFC3339Nano)
			back, err := time.Parse(time.RFC3339Nano, text)
			if err != nil || !back.Equal(at.Time) || !strings.HasSuffix(text, "Z") {
				t.Errorf("time %s has no RFC 3339 form: %v", text, err)
			}
		}
	})
}

// Whatever a server sends, the walk ends, and visits no id twice.
func FuzzCheckpointPage(f *testing.F) {
	f.Add([]byte(`{"links":[{"rel":"next"}],"results":[{"id":"a","groupId":"p","timestamp":"2024-01-01T00:00:00Z"},{"id":"a"},{}]}`))
	f.Add([]byte(`{"results":[null]}`))
	f.Add([]byte(`{"results":[{"started":"x"}],"results":[]}`))
	f.Add([]byte(`{"x":[[[]]],"results":[{"id":"a"},{"id":"b"}],"totalCount":3} `))
	f.Fuzz(func(t *testing.T, body []byte) {
		visited := map[string]int{}
		walk := pager[Checkpoint, *Checkpoint]{of: Target{ProjectID: "p"}, seen: map[string]struct{}{}, visit: func(c *Checkpoint) {
			visited[*c.ID]++
		}}
		for range 3 {
			walk.number++
			if err := walk.decode(body); err != nil {
				break
			}
			if !json.Valid(body) {
				t.Error("what is no JSON was taken for a page")
			}
			if !walk.advance() {
				break
			}
			if walk.number == 2 {
				t.Error("the same page again did not end the walk")
			}
		}
		for id, times := range visited {
			if times != 1 {
				t.Errorf("%q was visited %d times", id, times)
			}
		}
	})
}
