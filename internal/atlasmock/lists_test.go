// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// page is a list's answer.
type page struct {
	Links []struct {
		Href string `json:"href"`
		Rel  string `json:"rel"`
	} `json:"links"`
	Results []struct {
		ID string `json:"id"`
	} `json:"results"`
	Status     *int `json:"status"`
	TotalCount *int `json:"totalCount"`
}

func (p page) ids() []string {
	ids := []string{}
	for _, result := range p.Results {
		ids = append(ids, result.ID)
	}
	return ids
}

func (p page) rels() string {
	var rels []string
	for _, link := range p.Links {
		rels = append(rels, link.Rel)
	}
	return strings.Join(rels, " ")
}

func (s *site) list(query string) page {
	s.t.Helper()
	got := s.get(listPath + query)
	if got.status != 200 {
		s.t.Fatalf("status %d: %s", got.status, got.body)
	}
	var p page
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		s.t.Fatal(err)
	}
	return p
}

// startGenerated serves n generated checkpoints and nothing else.
func startGenerated(t *testing.T, n int, opts ...atlasmock.Option) (*site, []string) {
	t.Helper()
	s := start(t, append(opts, atlasmock.WithoutFixtures())...)
	ids := []string{}
	for _, checkpoint := range s.PutCheckpoints(project, atlasmock.ShardedCluster, n) {
		ids = append(ids, checkpoint.ID)
	}
	return s, ids
}

func equalIDs(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestList_wholeBody(t *testing.T) {
	s := start(t)
	const next = "https://cloud.mongodb.com" + listPath + "?itemsPerPage=1&pageNum="
	equal(t, "first page", s.get(listPath+"?itemsPerPage=1").body,
		`{"links":[{"href":"`+next+`1","rel":"self"},{"href":"`+next+`2","rel":"next"}],`+
			`"results":[`+fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID)+`],"totalCount":2}`)
	equal(t, "last page", s.get(listPath+"?itemsPerPage=1&pageNum=2").body,
		`{"links":[{"href":"`+next+`2","rel":"self"},{"href":"`+next+`1","rel":"previous"}],`+
			`"results":[`+fixture(t, atlasmock.InProgressCluster, atlasmock.InProgressCheckpointID)+`],"totalCount":2}`)
	equal(t, "Content-Type", s.get(listPath).header.Get("Content-Type"),
		"application/vnd.atlas.2023-01-01+json;charset=utf-8")
}

func TestList_pages(t *testing.T) {
	tests := []struct {
		n          int
		query      string
		begin, end int
		rels       string
	}{
		{0, "", 0, 0, "self"},
		{1, "", 0, 1, "self"},
		{499, "?itemsPerPage=500", 0, 499, "self"},
		{500, "?itemsPerPage=500", 0, 500, "self"},
		{500, "?itemsPerPage=500&pageNum=2", 500, 500, "self previous"},
		{501, "?itemsPerPage=500", 0, 500, "self next"},
		{501, "?itemsPerPage=500&pageNum=2", 500, 501, "self previous"},
		{1200, "?itemsPerPage=500&pageNum=2", 500, 1000, "self next previous"},
		{1200, "?itemsPerPage=500&pageNum=3", 1000, 1200, "self previous"},
		{1200, "", 0, 100, "self next"},
		{1200, "?pageNum=2147483647", 1200, 1200, "self previous"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d%s", test.n, test.query), func(t *testing.T) {
			s, ids := startGenerated(t, test.n)
			got := s.list(test.query)
			equalIDs(t, "ids", got.ids(), ids[test.begin:test.end])
			equal(t, "links", got.rels(), test.rels)
			equal(t, "totalCount", *got.TotalCount, test.n)
		})
	}
}

func TestList_count(t *testing.T) {
	s := start(t)
	if got := s.list("?includeCount=false").TotalCount; got != nil {
		t.Errorf("totalCount is %d although it was not asked for", *got)
	}
	equal(t, "asked for", *s.list("?includeCount=true").TotalCount, 2)
}

func TestList_invalidQuery(t *testing.T) {
	s := start(t)
	for query, field := range map[string]string{
		"pageNum=0":           "pageNum",
		"pageNum=-1":          "pageNum",
		"pageNum=x":           "pageNum",
		"pageNum=":            "pageNum",
		"pageNum=2147483648":  "pageNum",
		"itemsPerPage=0":      "itemsPerPage",
		"itemsPerPage=501":    "itemsPerPage",
		"itemsPerPage=1.5":    "itemsPerPage",
		"includeCount=maybe":  "includeCount",
		"envelope=x":          "envelope",
		"pageNum=0&pretty=no": "pretty",
	} {
		t.Run(query, func(t *testing.T) {
			got := s.get(listPath + "?" + query)
			equal(t, "status", got.status, 400)
			equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), "VALIDATION_ERROR")
			equal(t, "names the field", strings.Contains(got.body, `"field":"`+field+`"`), true)
		})
	}
}

func TestList_notFound(t *testing.T) {
	s := start(t)
	equal(t, "project", s.get(strings.Replace(listPath, project, strings.Repeat("0", 24), 1)).header.Get("X-Error-Code"),
		"GROUP_NOT_FOUND")
	equal(t, "cluster", s.get(strings.Replace(listPath, "Cluster0", "Other", 1)).header.Get("X-Error-Code"),
		"CLUSTER_NOT_FOUND")
}

func TestList_envelope(t *testing.T) {
	const missing = "/api/atlas/v2/groups/" + project + "/clusters/Other/backupCheckpoints"
	const links = `"links":[{"href":"https://cloud.mongodb.com` + listPath + `?envelope=true&pageNum=1","rel":"self"}]`
	s, _ := startGenerated(t, 0)
	equal(t, "status inside the list", s.get(listPath+"?envelope=true").body,
		`{`+links+`,"results":[],"status":200,"totalCount":0}`)
	equal(t, "an error is wrapped", strings.HasPrefix(s.get(missing+"?envelope=true").body, `{"content":{"detail":`), true)

	s, _ = startGenerated(t, 0, atlasmock.WithWrappedLists(), atlasmock.WithEnvelopeKey("envelope"))
	equal(t, "wrapped", s.get(listPath+"?envelope=true").body,
		`{"envelope":{`+links+`,"results":[],"totalCount":0},"status":200}`)
}

func TestList_order(t *testing.T) {
	s, ids := startGenerated(t, 3, atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) }))
	slices.Reverse(ids)
	equalIDs(t, "ids", s.list("").ids(), ids)
}

func TestList_capped(t *testing.T) {
	s, ids := startGenerated(t, 5, atlasmock.WithPageCap(2))
	for i, want := range []struct {
		ids  []string
		rels string
	}{{ids[:2], "self next"}, {ids[2:4], "self next previous"}, {ids[4:], "self previous"}} {
		got := s.list(fmt.Sprintf("?itemsPerPage=500&pageNum=%d", i+1))
		equalIDs(t, "ids", got.ids(), want.ids)
		equal(t, "links", got.rels(), want.rels)
	}
	equal(t, "less than the cap", len(s.list("?itemsPerPage=1").ids()), 1)
}

func TestList_withoutLinks(t *testing.T) {
	s, ids := startGenerated(t, 3, atlasmock.WithoutListLinks())
	got := s.list("?itemsPerPage=2")
	equalIDs(t, "ids", got.ids(), ids[:2])
	equal(t, "links", got.rels(), "")
}

func TestList_endless(t *testing.T) {
	s, ids := startGenerated(t, 3, atlasmock.WithEndlessPages())
	for number, rels := range map[int]string{1: "self next", 2: "self next previous", 900: "self next previous"} {
		got := s.list(fmt.Sprintf("?itemsPerPage=3&pageNum=%d", number))
		equalIDs(t, "ids", got.ids(), ids)
		equal(t, "links", got.rels(), rels)
	}
}

func TestList_changesBetweenPages(t *testing.T) {
	s, ids := startGenerated(t, 4)
	const early = "000000000000000000000001"
	calls := 0
	s.AfterPage(1, func(m *atlasmock.Server) {
		calls++
		m.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, early, []byte(`{"id":"`+early+`"}`))
	})
	s.AfterPage(2, func(m *atlasmock.Server) {
		m.Delete(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, ids[0])
		m.Delete(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, ids[1])
	})
	equalIDs(t, "page 1", s.list("?itemsPerPage=2").ids(), ids[:2])
	equalIDs(t, "page 2, shifted by the insertion", s.list("?itemsPerPage=2&pageNum=2").ids(), ids[1:3])
	equalIDs(t, "page 3, shifted by the deletions", s.list("?itemsPerPage=2&pageNum=3").ids(), []string{})
	equalIDs(t, "page 1 again", s.list("?itemsPerPage=2").ids(), []string{early, ids[2]})
	equal(t, "calls after page 1", calls, 1)
}

func TestCheckpoints(t *testing.T) {
	all := atlasmock.GenerateCheckpoints(project, "Cluster0", 1200)
	equal(t, "count", len(all), 1200)
	for i, checkpoint := range all {
		var body struct {
			ID         string    `json:"id"`
			GroupID    string    `json:"groupId"`
			Timestamp  time.Time `json:"timestamp"`
			Completed  time.Time `json:"completed"`
			Restorable bool      `json:"restorable"`
		}
		if err := json.Unmarshal(checkpoint.Body, &body); err != nil {
			t.Fatalf("checkpoint %d: %v", i, err)
		}
		equal(t, "id", body.ID, checkpoint.ID)
		equal(t, "groupId", body.GroupID, project)
		equal(t, "timestamp", body.Timestamp, checkpoint.Timestamp)
		equal(t, "restorable", body.Restorable, checkpoint.Restorable)
		equal(t, "completed after timestamp", body.Completed.After(body.Timestamp), true)
		if i > 0 {
			equal(t, "distance", checkpoint.Timestamp.Sub(all[i-1].Timestamp), 15*time.Minute)
			equal(t, "ids rise", checkpoint.ID > all[i-1].ID, true)
		}
	}
	again := atlasmock.GenerateCheckpoints(project, "Cluster0", 1200)
	equal(t, "same again", string(again[1199].Body), string(all[1199].Body))
}

// Every collection of the table is served, with the filters that the API documents for it.
func TestCollections(t *testing.T) {
	const id, other = "64ff86e9f3580c7d1b6a2e94", "64ff86e9f3580c7d1b6a2e95"
	s := start(t, atlasmock.WithoutFixtures())
	s.Put(project, "Own", atlasmock.Snapshots, id, []byte(`{"id":"a","complete":true}`))
	s.Put(project, "Own", atlasmock.Snapshots, other, []byte(`{"id":"b","complete":false}`))
	s.Put(project, "Own", atlasmock.RestoreJobs, id, []byte(`{"id":"a","batchId":"`+other+`"}`))
	s.Put(project, "Own", atlasmock.RestoreJobs, other, []byte(`{"id":"b"}`))
	s.Put(project, "Own", atlasmock.Schedule, "", []byte(`{"snapshotIntervalHours":6}`))
	const cluster = "/api/atlas/v2/groups/" + project + "/clusters/Own/"
	for path, want := range map[string]string{
		"snapshots/" + id:                         `{"id":"a","complete":true}`,
		"snapshots/" + "000000000000000000000000": "SNAPSHOT_NOT_FOUND",
		"snapshots":                               `"results":[{"id":"a","complete":true}],"totalCount":1}`,
		"snapshots?completed=true":                `"totalCount":1}`,
		"snapshots?completed=false":               `"results":[{"id":"b","complete":false}],`,
		"snapshots?completed=all":                 `"totalCount":2}`,
		"snapshots?completed=no":                  "must be true, false or all",
		"restoreJobs/" + other:                    `{"id":"b"}`,
		"restoreJobs/000000000000000000000000":    "RESTORE_JOB_NOT_FOUND",
		"restoreJobs":                             `"totalCount":2}`,
		"restoreJobs?batchId=" + other:            `"results":[{"id":"a","batchId":"` + other + `"}]`,
		"restoreJobs?batchId=1":                   "must be 24 hexadecimal digits",
		"snapshotSchedule":                        `{"snapshotIntervalHours":6}`,
		"snapshotSchedule/" + id:                  "RESOURCE_NOT_FOUND",
		"backupCheckpoints/" + id:                 "CHECKPOINT_NOT_FOUND",
		"backupCheckpoints":                       `"totalCount":0}`,
		"serverless":                              "RESOURCE_NOT_FOUND",
	} {
		if got := s.get(cluster + path).body; !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s in it", path, got, want)
		}
	}
	s.Delete(project, "Own", atlasmock.Schedule, "")
	equal(t, "no schedule", s.get(cluster+"snapshotSchedule").header.Get("X-Error-Code"), "RESOURCE_NOT_FOUND")
}
