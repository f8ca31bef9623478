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

// list reads a page: the ids of its results, the relations of its links, and the number of all.
func (s *site) list(query string) (ids []string, rels string, totalCount int) {
	s.t.Helper()
	var body struct {
		Links      []struct{ Rel string }
		Results    []struct{ ID string }
		TotalCount int
	}
	if err := json.Unmarshal([]byte(s.get(listPath+query).body), &body); err != nil {
		s.t.Fatal(err)
	}
	for _, result := range body.Results {
		ids = append(ids, result.ID)
	}
	for _, link := range body.Links {
		rels += " " + link.Rel
	}
	return ids, strings.TrimSpace(rels), body.TotalCount
}

func (s *site) ids(query string) []string {
	s.t.Helper()
	ids, _, _ := s.list(query)
	return ids
}

// startGenerated serves n generated checkpoints and nothing else.
func startGenerated(t *testing.T, n int, opts ...atlasmock.Option) (*site, []string) {
	t.Helper()
	s := start(t, append(options{atlasmock.WithoutFixtures()}, opts...)...)
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

func TestList_body(t *testing.T) {
	s := start(t)
	const next = "https://cloud.mongodb.com" + listPath + "?itemsPerPage=1&pageNum="
	equal(t, "first page", s.get(listPath+"?itemsPerPage=1").body,
		`{"links":[{"href":"`+next+`1","rel":"self"},{"href":"`+next+`2","rel":"next"}],`+
			`"results":[`+fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID)+`],"totalCount":2}`)
	equal(t, "last page", s.get(listPath+"?itemsPerPage=1&pageNum=2").body,
		`{"links":[{"href":"`+next+`2","rel":"self"},{"href":"`+next+`1","rel":"previous"}],`+
			`"results":[`+fixture(t, atlasmock.InProgressCluster, atlasmock.InProgressCheckpointID)+`],"totalCount":2}`)
}

func TestList_pages(t *testing.T) {
	capped, noLinks, endless := atlasmock.WithPageCap(2), atlasmock.WithoutListLinks(), atlasmock.WithEndlessPages()
	for _, test := range []struct {
		options    options
		n          int
		query      string
		begin, end int
		rels       string
	}{
		{nil, 0, "", 0, 0, "self"},
		{nil, 1, "", 0, 1, "self"},
		{nil, 499, "?itemsPerPage=500", 0, 499, "self"},
		{nil, 500, "?itemsPerPage=500", 0, 500, "self"},
		{nil, 500, "?itemsPerPage=500&pageNum=2", 500, 500, "self previous"},
		{nil, 501, "?itemsPerPage=500", 0, 500, "self next"},
		{nil, 501, "?itemsPerPage=500&pageNum=2", 500, 501, "self previous"},
		{nil, 1200, "?itemsPerPage=500&pageNum=2", 500, 1000, "self next previous"},
		{nil, 1200, "?itemsPerPage=500&pageNum=3", 1000, 1200, "self previous"},
		{nil, 1200, "", 0, 100, "self next"},
		{nil, 1200, "?pageNum=2147483647", 1200, 1200, "self previous"},

		{options{capped}, 5, "?itemsPerPage=500&pageNum=1", 0, 2, "self next"},
		{options{capped}, 5, "?itemsPerPage=500&pageNum=2", 2, 4, "self next previous"},
		{options{capped}, 5, "?itemsPerPage=500&pageNum=3", 4, 5, "self previous"},
		{options{capped}, 5, "?itemsPerPage=1", 0, 1, "self next"},
		{options{noLinks}, 3, "?itemsPerPage=2", 0, 2, ""},
		{options{endless}, 3, "?itemsPerPage=3&pageNum=1", 0, 3, "self next"},
		{options{endless}, 3, "?itemsPerPage=3&pageNum=2", 0, 3, "self next previous"},
		{options{endless}, 3, "?itemsPerPage=3&pageNum=900", 0, 3, "self next previous"},
	} {
		s, ids := startGenerated(t, test.n, test.options...)
		got, rels, totalCount := s.list(test.query)
		name := fmt.Sprintf("%d%s", test.n, test.query)
		equalIDs(t, name, got, ids[test.begin:test.end])
		equal(t, name, rels, test.rels)
		equal(t, name, totalCount, test.n)
	}
}

func TestQuery_invalid(t *testing.T) {
	const number, items, boolean = "must be a number from 1 to 2147483647", "must be a number from 1 to 500", "must be true or false"
	s := start(t)
	for target, test := range map[string]struct{ field, description string }{
		listPath + "?pageNum=0":           {"pageNum", number},
		listPath + "?pageNum=-1":          {"pageNum", number},
		listPath + "?pageNum=x":           {"pageNum", number},
		listPath + "?pageNum=":            {"pageNum", number},
		listPath + "?pageNum=2147483648":  {"pageNum", number},
		listPath + "?itemsPerPage=0":      {"itemsPerPage", items},
		listPath + "?itemsPerPage=501":    {"itemsPerPage", items},
		listPath + "?itemsPerPage=1.5":    {"itemsPerPage", items},
		listPath + "?includeCount=maybe":  {"includeCount", boolean},
		listPath + "?envelope=x":          {"envelope", boolean},
		listPath + "?pageNum=0&pretty=no": {"pretty", boolean},
		checkpointPath + "?envelope=1":    {"envelope", boolean},
		checkpointPath + "?pretty=yes":    {"pretty", boolean},
	} {
		got := s.get(target)
		equal(t, target, got.outcome(), "400 VALIDATION_ERROR")
		equal(t, target, got.body,
			fmt.Sprintf(`{"badRequestDetail":{"fields":[{"description":%q,"field":%q}]},`, test.description, test.field)+
				errorBody(400, "VALIDATION_ERROR", "The query parameter "+test.field+" is invalid.", `"`+test.field+`"`)[1:])
	}
}

func TestList_order(t *testing.T) {
	s, ids := startGenerated(t, 3, atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) }))
	slices.Reverse(ids)
	equalIDs(t, "ids", s.ids(""), ids)
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
	equalIDs(t, "page 1", s.ids("?itemsPerPage=2"), ids[:2])
	equalIDs(t, "page 2, shifted by the insertion", s.ids("?itemsPerPage=2&pageNum=2"), ids[1:3])
	equalIDs(t, "page 3, shifted by the deletions", s.ids("?itemsPerPage=2&pageNum=3"), nil)
	equalIDs(t, "page 1 again", s.ids("?itemsPerPage=2"), []string{early, ids[2]})
	equal(t, "calls after page 1", calls, 1)
}

func TestGenerateCheckpoints(t *testing.T) {
	all, again := atlasmock.GenerateCheckpoints(project, "Cluster0", 20), atlasmock.GenerateCheckpoints(project, "Cluster0", 20)
	equal(t, "count", len(all), 20)
	for i, checkpoint := range all {
		body := decode(t, string(checkpoint.Body))
		equal(t, "id", body.ID, checkpoint.ID)
		equal(t, "groupId", body.GroupID, project)
		equal(t, "timestamp", body.Timestamp, checkpoint.Timestamp)
		equal(t, "timestamp after started", body.Timestamp.After(body.Started), true)
		equal(t, "restorable, as every tenth is not", checkpoint.Restorable, i != 9 && i != 19)
		equal(t, "restorable", body.Restorable, checkpoint.Restorable)
		equal(t, "completed after timestamp", body.Completed.After(body.Timestamp), true)
		equal(t, "increment", body.Parts[0].TokenTimestamp.Increment, i%4+1)
		equal(t, "same again", string(again[i].Body), string(checkpoint.Body))
		if i > 0 {
			equal(t, "distance", checkpoint.Timestamp.Sub(all[i-1].Timestamp), 15*time.Minute)
			equal(t, "ids rise", checkpoint.ID > all[i-1].ID, true)
		}
	}
}

// Every collection of the table is served, with the filters that the API documents for it.
func TestCollections(t *testing.T) {
	const id, other = "64ff86e9f3580c7d1b6a2e94", "64ff86e9f3580c7d1b6a2e95"
	s := start(t, atlasmock.WithoutFixtures())
	equal(t, "at first", s.get(clustersPath+"Own/snapshots").outcome(), "404 GROUP_NOT_FOUND")
	s.PutCluster(project, "Other")
	equal(t, "another cluster", s.get(clustersPath+"Own/snapshots").outcome(), "404 CLUSTER_NOT_FOUND")
	s.Put(project, "Own", atlasmock.Snapshots, id, []byte(`{"id":"a","complete":true}`))
	s.Put(project, "Own", atlasmock.Snapshots, other, []byte(`{"id":"b","complete":false}`))
	s.Put(project, "Own", atlasmock.RestoreJobs, id, []byte(`{"id":"a","batchId":"`+other+`"}`))
	s.Put(project, "Own", atlasmock.RestoreJobs, other, []byte(`{"id":"b"}`))
	s.Put(project, "Own", atlasmock.Schedule, "", []byte(`{"snapshotIntervalHours":6}`))
	for path, want := range map[string]string{
		"snapshots/" + id:              `{"id":"a","complete":true}`,
		"snapshots/" + unknownID:       "SNAPSHOT_NOT_FOUND",
		"snapshots":                    `"results":[{"id":"a","complete":true}],"totalCount":1}`,
		"snapshots?completed=true":     `"totalCount":1}`,
		"snapshots?completed=false":    `"results":[{"id":"b","complete":false}],`,
		"snapshots?completed=all":      `"totalCount":2}`,
		"snapshots?completed=no":       "must be true, false or all",
		"restoreJobs/" + other:         `{"id":"b"}`,
		"restoreJobs/" + unknownID:     "RESTORE_JOB_NOT_FOUND",
		"restoreJobs":                  `"totalCount":2}`,
		"restoreJobs?batchId=" + other: `"results":[{"id":"a","batchId":"` + other + `"}]`,
		"restoreJobs?batchId=1":        "must be 24 hexadecimal digits",
		"snapshotSchedule":             `{"snapshotIntervalHours":6}`,
		"snapshotSchedule/" + id:       "RESOURCE_NOT_FOUND",
		"backupCheckpoints/" + id:      "CHECKPOINT_NOT_FOUND",
		"backupCheckpoints":            `"totalCount":0}`,
		"serverless":                   "RESOURCE_NOT_FOUND",
	} {
		if got := s.get(clustersPath + "Own/" + path).body; !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s in it", path, got, want)
		}
	}
	s.Delete(project, "Own", atlasmock.Schedule, "")
	s.Delete("unknown", "unknown", "unknown", "unknown")
	equal(t, "no schedule", s.get(clustersPath+"Own/snapshotSchedule").outcome(), "404 RESOURCE_NOT_FOUND")
}
