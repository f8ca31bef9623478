// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// readAll reads the checkpoints of the sharded cluster through the protocol.
func readAll(t *testing.T, s *acctest.Scene, arguments acctest.Config) (attributes map[string]any, ids []string) {
	t.Helper()
	all := acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": sharded}
	maps.Copy(all, arguments)
	attributes, got := s.Read(list, all)
	got.None(t)
	results, _ := attributes["results"].([]any)
	for _, result := range results {
		ids = append(ids, fmt.Sprint(result.(map[string]any)["id"]))
	}
	return attributes, ids
}

// selection is what the tests of the filters select from: checkpoints without a timestamp and of
// 10, 12 and 11 o'clock, of which the first and the last are restorable.
var selection = []string{
	``,
	`,"restorable":true,"timestamp":"2024-05-01T10:00:00Z"`,
	`,"restorable":false,"timestamp":"2024-05-01T12:00:00Z"`,
	`,"restorable":true,"timestamp":"2024-05-01T13:00:00+02:00"`, // 11:00 UTC
}

func putSelection(t *testing.T, login acctest.Login) *acctest.Scene {
	t.Helper()
	s := acctest.New(t, login, acctest.WithMock(atlasmock.WithoutFixtures()))
	for i, fields := range selection {
		s.Atlas.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, numberedID(i), fmt.Appendf(nil, `{"id":%q%s}`, numberedID(i), fields))
	}
	return s
}

// The arguments reach the filters, which package cluster proves.
func TestCheckpoints_filters(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments acctest.Config
		want      []int
	}{
		"all":                  {nil, []int{2, 3, 1, 0}},
		"restorable":           {acctest.Config{"restorable": true}, []int{3, 1}},
		"not restorable":       {acctest.Config{"restorable": false}, []int{2}},
		"since with an offset": {acctest.Config{"since": "2024-05-01T13:00:00+02:00"}, []int{2, 3}},
		"all filters": {
			acctest.Config{"restorable": true, "since": "2024-05-01T09:00:00Z", "until": "2024-05-01T11:30:00Z", "max_results": 1}, []int{3},
		},
		"none that passes": {acctest.Config{"since": "2025-01-01T00:00:00Z"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, i := range tc.want {
				want = append(want, numberedID(i))
			}
			attributes, got := readAll(t, putSelection(t, acctest.AccessToken).MustConfigure(nil), tc.arguments)
			if !slices.Equal(got, want) || attributes["total_count"] != "4" {
				t.Errorf("got %v of %v, want %v of 4", got, attributes["total_count"], want)
			}
			latest, _ := attributes["latest"].(map[string]any)
			if len(want) == 0 && latest != nil || len(want) > 0 && latest["id"] != want[0] {
				t.Errorf("latest is %v", latest)
			}
		})
	}
}

func TestCheckpoints_invalidArguments(t *testing.T) {
	t.Parallel()
	for summary, arguments := range map[string]acctest.Config{
		"No checkpoint can match (since)": {"since": "2024-05-02T00:00:00Z", "until": "2024-05-01T00:00:00Z"},
		"Invalid time (since)":            {"since": "yesterday"},
		"Invalid time (until)":            {"until": "yesterday"},
		"Invalid number (max_results)":    {"max_results": 0},
	} {
		arguments["project_id"], arguments["cluster_name"] = atlasmock.ProjectID, sharded
		_, got := acctest.New(t, acctest.AccessToken).MustConfigure(nil).Read(list, arguments)
		got.One(t, "Error: "+summary)
	}
}

// The state has the results, and expressions work on them.
func TestAccLegacyBackupCheckpointsDataSource(t *testing.T) {
	t.Parallel()
	s := putSelection(t, acctest.APIKey)
	const test = "data." + list + ".test"
	s.Test(resource.TestStep{
		Config: s.HCL("", acctest.Data(list, "restorable = true"),
			`output "ids" { value = `+test+`.results[*].id }`, `output "latest" { value = `+test+`.latest.timestamp }`),
		ConfigStateChecks: append(
			acctest.State(test, map[string]any{"total_count": 4, "id": atlasmock.ProjectID + "/" + sharded}),
			statecheck.ExpectKnownOutputValue("ids", acctest.Known([]any{numberedID(3), numberedID(1)})),
			statecheck.ExpectKnownOutputValue("latest", acctest.Known("2024-05-01T11:00:00Z")),
		),
	})
}

// Whatever shape the pages have, no checkpoint is lost and no page is read for nothing.
func TestCheckpoints_pages(t *testing.T) {
	t.Parallel()
	descending := atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) })
	for name, tc := range map[string]struct {
		checkpoints, pages int
		options            []atlasmock.Option
		envelope           bool
	}{
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
			all := s.Atlas.PutCheckpoints(atlasmock.ProjectID, sharded, tc.checkpoints)
			attributes, got := readAll(t, s, acctest.Config{"max_results": 2})
			if want := []string{all[len(all)-1].ID, all[len(all)-2].ID}; !slices.Equal(got, want) || attributes["total_count"] != strconv.Itoa(tc.checkpoints) {
				t.Errorf("%v of %v, want %v", got, attributes["total_count"], want)
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
			// TestEach proves that the count is that of the ids that were visited.
			if attributes, _ := readAll(t, s, acctest.Config{"max_results": 1}); attributes["total_count"] != strconv.Itoa(tc.want) {
				t.Errorf("total_count %v, want %d", attributes["total_count"], tc.want)
			}
		})
	}
}
