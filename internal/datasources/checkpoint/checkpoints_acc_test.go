// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// The filters and the order are proven by TestSelection; this is that the arguments
// reach them, and the results the state.
func TestAccLegacyBackupCheckpointsDataSource_selection(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments string
		want      []int
	}{
		"all":                  {"", []int{2, 3, 1, 0}},
		"restorable":           {`restorable = true`, []int{3, 1}},
		"since with an offset": {`since = "2024-05-01T13:00:00+02:00"`, []int{2, 3}},
		"all filters":          {"restorable = true\nsince = \"2024-05-01T09:00:00Z\"\nuntil = \"2024-05-01T11:30:00Z\"\nmax_results = 1", []int{3}},
		"none that passes":     {`since = "2025-01-01T00:00:00Z"`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithoutFixtures()))
			for i, fields := range []string{
				``,
				`,"restorable":true,"timestamp":"2024-05-01T10:00:00Z"`,
				`,"restorable":false,"timestamp":"2024-05-01T12:00:00Z"`,
				`,"restorable":true,"timestamp":"2024-05-01T13:00:00+02:00"`, // 11:00 UTC
			} {
				s.Atlas.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, numberedID(i), fmt.Appendf(nil, `{"id":%q%s}`, numberedID(i), fields))
			}
			ids, latest := []any{}, any("none")
			for _, i := range tc.want {
				ids = append(ids, numberedID(i))
				latest = ids[0]
			}
			const test = "data." + list + ".test"
			s.Test(resource.TestStep{
				Config: s.HCL("", acctest.Data(list, tc.arguments),
					`output "ids" { value = tolist(`+test+`.results[*].id) }`,
					`output "latest" { value = try(`+test+`.latest.id, "none") }`),
				ConfigStateChecks: append(
					acctest.State(test, map[string]any{"total_count": 4, "id": atlasmock.ProjectID + "/" + sharded}),
					statecheck.ExpectKnownOutputValue("ids", acctest.Known(ids)),
					statecheck.ExpectKnownOutputValue("latest", acctest.Known(latest)),
				),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			})
		})
	}
}

// An error quotes the line of the argument that it is about.
func TestAccLegacyBackupCheckpointsDataSource_errors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cluster, arguments string
		summary, at        string
	}{
		"no such cluster":   {cluster: "Cluster9", summary: "Atlas cluster not found", at: "cluster_name"},
		"since after until": {arguments: "since = \"2024-05-02T00:00:00Z\"\nuntil = \"2024-05-01T00:00:00Z\"", summary: "No checkpoint can match", at: "since"},
		"invalid time":      {arguments: `since = "yesterday"`, summary: "Invalid time", at: "since"},
		"no results wanted": {arguments: `max_results = 0`, summary: "Invalid number", at: "max_results"},
		"half a result":     {arguments: `max_results = 1.5`, summary: "Invalid number", at: "max_results"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.APIKey)
			config := acctest.Data(list, tc.arguments)
			if tc.cluster != "" {
				config = strings.Replace(config, sharded, tc.cluster, 1)
			}
			s.Test(resource.TestStep{Config: s.HCL("", config), ExpectError: acctest.ErrorAt(tc.summary, tc.at)})
			if n := s.Atlas.Count("", ""); (n == 0) != (tc.arguments != "") {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// readAll reads the checkpoints of the sharded cluster through the protocol.
func readAll(t *testing.T, s *acctest.Scene) (attributes map[string]any, ids []string) {
	t.Helper()
	attributes, got := s.Read(list, acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": sharded})
	got.None(t)
	results, _ := attributes["results"].([]any)
	for _, result := range results {
		ids = append(ids, fmt.Sprint(result.(map[string]any)["id"]))
	}
	return attributes, ids
}

// Around the size of a page no checkpoint is lost and no page is read for nothing.
func TestCheckpoints_pages(t *testing.T) {
	t.Parallel()
	descending := atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) })
	for name, tc := range map[string]struct {
		checkpoints, pages int
		options            []atlasmock.Option
		envelope           bool
	}{
		"none":                    {checkpoints: 0, pages: 1},
		"1":                       {checkpoints: 1, pages: 1},
		"499":                     {checkpoints: 499, pages: 1},
		"500":                     {checkpoints: 500, pages: 2},
		"501":                     {checkpoints: 501, pages: 2},
		"1000":                    {checkpoints: 1000, pages: 3},
		"1200":                    {checkpoints: 1200, pages: 3},
		"no links":                {checkpoints: 501, pages: 2, options: []atlasmock.Option{atlasmock.WithoutListLinks()}},
		"pages capped at 200":     {checkpoints: 501, pages: 3, options: []atlasmock.Option{atlasmock.WithPageCap(200)}},
		"newest first":            {checkpoints: 501, pages: 2, options: []atlasmock.Option{descending}},
		"envelope":                {checkpoints: 501, pages: 2, envelope: true},
		"envelope, content":       {checkpoints: 501, pages: 2, envelope: true, options: []atlasmock.Option{atlasmock.WithWrappedLists()}},
		"envelope, other key":     {checkpoints: 501, pages: 2, envelope: true, options: []atlasmock.Option{atlasmock.WithWrappedLists(), atlasmock.WithEnvelopeKey("envelope")}},
		"envelope, status inside": {checkpoints: 501, pages: 2, envelope: true, options: []atlasmock.Option{atlasmock.WithHiddenStatus()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken, acctest.WithMock(append(tc.options, atlasmock.WithoutFixtures())...))
			s.MustConfigure(acctest.Config{"envelope": tc.envelope})
			var want []string
			for _, c := range slices.Backward(s.Atlas.PutCheckpoints(atlasmock.ProjectID, sharded, tc.checkpoints)) {
				want = append(want, c.ID)
			}
			if _, got := readAll(t, s); !slices.Equal(got, want) {
				t.Errorf("%d ids, want %d, newest first", len(got), len(want))
			}
			requests := s.Atlas.Requests()
			if len(requests) != tc.pages {
				t.Errorf("%d pages, want %d", len(requests), tc.pages)
			}
			for i, r := range requests {
				query, err := url.ParseQuery(r.RawQuery)
				if err != nil || query.Get("itemsPerPage") != "500" || query.Get("includeCount") != "false" || query.Get("pageNum") != strconv.Itoa(i+1) {
					t.Errorf("request %d is for %s", i+1, r.RawQuery)
				}
			}
		})
	}
}

// What happens between two pages costs at most what has moved.
func TestCheckpoints_changes(t *testing.T) {
	t.Parallel()
	unavailable := atlasmock.FaultStatus(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE", "")
	for name, tc := range map[string]struct {
		change func(*atlasmock.Server, []atlasmock.Generated)
		fault  atlasmock.Fault
		want   int
	}{
		"an insertion in front repeats one": {
			change: func(s *atlasmock.Server, _ []atlasmock.Generated) {
				s.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, numberedID(1), []byte(`{}`))
			}, want: 600,
		},
		"a deletion in front hides one": {
			change: func(s *atlasmock.Server, all []atlasmock.Generated) {
				s.Delete(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, all[0].ID)
			}, want: 599,
		},
		"a page that breaks off is read again": {fault: atlasmock.FaultCutBody(40_000).On(atlasmock.MatchPage(2)), want: 600},
		"a page that fails is read again":      {fault: unavailable.On(atlasmock.MatchPage(2)), want: 600},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken, acctest.WithMock(atlasmock.WithoutFixtures())).MustConfigure(nil)
			all := s.Atlas.PutCheckpoints(atlasmock.ProjectID, sharded, 600)
			if tc.change != nil {
				s.Atlas.AfterPage(1, func(server *atlasmock.Server) { tc.change(server, all) })
			} else {
				s.Atlas.Fail(tc.fault)
			}
			attributes, ids := readAll(t, s)
			slices.Sort(ids)
			if n := len(slices.Compact(ids)); n != tc.want || attributes["total_count"] != strconv.Itoa(tc.want) {
				t.Errorf("%d ids, total_count %v, want %d", n, attributes["total_count"], tc.want)
			}
		})
	}
}

// One schema and one mapping: the same document gives the same attributes, read
// alone, as an element of the list, and as its latest.
func TestCheckpoints_sameAttributes(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string]string{
		"nothing": ``,
		"everything": `,"groupId":"` + atlasmock.ProjectID + `","clusterId":"5e43c6004b8d1e7f2a9c0b34",
			"started":"2023-09-12T08:00:08.5+02:00","completed":"2023-09-12T06:00:25Z","timestamp":"2023-09-12T06:00:21Z","restorable":false,
			"parts":[{"replicaSetName":"a","shardName":null,"typeName":"NEW","tokenDiscovered":true,
				"tokenTimestamp":{"date":"2023-09-12T06:00:21Z","increment":4294967295}},{}],
			"links":[{"href":"x","rel":"self"},{}],"new":1`,
		"nulls": `,"started":null,"parts":null,"links":null,"restorable":null`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken, acctest.WithMock(atlasmock.WithoutFixtures())).MustConfigure(nil)
			s.Atlas.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, checkpointID, []byte(`{"id":"`+checkpointID+`"`+fields+`}`))
			all, _ := readAll(t, s)
			alone, got := s.Read(single, acctest.Config{
				"project_id": atlasmock.ProjectID, "cluster_name": sharded, "checkpoint_id": checkpointID,
			})
			got.None(t)
			for _, argument := range []string{"project_id", "cluster_name", "checkpoint_id", "timeouts"} {
				delete(alone, argument)
			}
			if len(alone) != 8 {
				t.Errorf("%d attributes, want 8", len(alone))
			}
			if diff := cmp.Diff([]any{alone}, all["results"]); diff != "" {
				t.Errorf("results (-alone +listed):\n%s", diff)
			}
			if diff := cmp.Diff(any(alone), all["latest"]); diff != "" {
				t.Errorf("latest (-alone +latest):\n%s", diff)
			}
		})
	}
}
