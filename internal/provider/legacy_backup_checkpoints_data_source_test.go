// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const checkpointsAddress = "data.atlas_legacy_backup_checkpoints.test"

// Newest first, ties by id, those without a timestamp last; each filter alone
// and together.
func TestAccLegacyBackupCheckpointsDataSource_selection(t *testing.T) {
	t.Parallel()
	// The ids are in the order in which Atlas lists them.
	documents := []string{
		`{"id":"000000000000000000000000","restorable":true}`,
		`{"id":"000000000000000000000001","restorable":true,"timestamp":"2024-05-01T10:00:00Z"}`,
		`{"id":"000000000000000000000002","restorable":false,"timestamp":"2024-05-01T12:00:00Z"}`,
		`{"id":"000000000000000000000003","restorable":true,"timestamp":"2024-05-01T13:00:00+02:00"}`, // 11:00 UTC
		`{"id":"000000000000000000000004","timestamp":"2024-05-01T11:00:00Z"}`,
		`{"id":"000000000000000000000005"}`,
	}
	for name, tc := range map[string]struct {
		arguments string
		want      []int
	}{
		"all":                        {"", []int{2, 3, 4, 1, 0, 5}},
		"restorable":                 {`restorable = true`, []int{3, 1, 0}},
		"not restorable":             {`restorable = false`, []int{2}},
		"since, inclusive":           {`since = "2024-05-01T11:00:00Z"`, []int{2, 3, 4}},
		"until, inclusive":           {`until = "2024-05-01T11:00:00Z"`, []int{3, 4, 1}},
		"since with an offset":       {`since = "2024-05-01T14:00:00+02:00"`, []int{2}},
		"an instant":                 {`since = "2024-05-01T10:00:00Z"` + "\n" + `until = "2024-05-01T10:00:00Z"`, []int{1}},
		"one":                        {`max_results = 1`, []int{2}},
		"more than there are":        {`max_results = 100`, []int{2, 3, 4, 1, 0, 5}},
		"the latest restorable":      {"restorable = true\nmax_results = 1", []int{3}},
		"all filters":                {"restorable = true\nsince = \"2024-05-01T09:00:00Z\"\nuntil = \"2024-05-01T10:30:00Z\"\nmax_results = 2", []int{1}},
		"none that passes":           {`since = "2025-01-01T00:00:00Z"`, nil},
		"none restorable that early": {"restorable = true\nuntil = \"2024-04-01T00:00:00Z\"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithoutFixtures())
			for i, document := range documents {
				mock.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, numberedID(i), []byte(document))
			}
			var ids []knownvalue.Check
			for _, i := range tc.want {
				ids = append(ids, str(numberedID(i)))
			}
			latest := statecheck.ExpectKnownValue(checkpointsAddress, tfjsonpath.New("latest"), knownvalue.Null())
			if len(ids) > 0 {
				latest = statecheck.ExpectKnownValue(checkpointsAddress, tfjsonpath.New("latest").AtMapKey("id"), ids[0])
			}
			mock.test(t, resource.TestStep{
				Config: mock.providerBlock("") + checkpointsBlock("Cluster0", tc.arguments) + `
					output "ids" { value = [for c in data.atlas_legacy_backup_checkpoints.test.results : c.id] }`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("ids", knownvalue.TupleExact(ids)),
					latest,
					statecheck.ExpectKnownValue(checkpointsAddress, tfjsonpath.New("total_count"), knownvalue.Int64Exact(int64(len(documents)))),
					statecheck.ExpectKnownValue(checkpointsAddress, tfjsonpath.New("id"), str(atlasmock.ProjectID+"/Cluster0")),
				},
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			})
		})
	}
}

// Both data sources say the same of the same checkpoint, attribute by attribute.
func TestAccLegacyBackupCheckpointsDataSource_sameAsSingle(t *testing.T) {
	t.Parallel()
	mock := newMock(t)
	mock.test(t, resource.TestStep{
		Config: mock.providerBlock("") + checkpointBlock(atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID, "") +
			checkpointsBlock(atlasmock.ShardedCluster, "restorable = true") + `
			locals {
				attributes = ["id", "cluster_id", "started", "completed", "timestamp", "restorable", "parts", "links"]
				single     = data.atlas_legacy_backup_checkpoint.test
				latest     = data.atlas_legacy_backup_checkpoints.test.latest
			}
			output "single" { value = jsonencode({ for a in local.attributes : a => local.single[a] }) }
			output "listed" { value = jsonencode({ for a in local.attributes : a => local.latest[a] }) }
			output "same"   { value = alltrue([for a in local.attributes : jsonencode(local.single[a]) == jsonencode(local.latest[a])]) }
			output "keys"   { value = join(" ", keys(local.latest)) }`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
			statecheck.ExpectKnownOutputValue("keys", str("cluster_id completed id links parts restorable started timestamp")),
		},
	})
}

// Around the size of a page no checkpoint is lost and no page is read for nothing.
func TestAccLegacyBackupCheckpointsDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		checkpoints, pages int
		options            []atlasmock.Option
		block              string
	}{
		"0":                       {0, 1, nil, ""},
		"1":                       {1, 1, nil, ""},
		"499":                     {499, 1, nil, ""},
		"500":                     {500, 2, nil, ""},
		"501":                     {501, 2, nil, ""},
		"1000":                    {1000, 3, nil, ""},
		"1200":                    {1200, 3, nil, ""},
		"no links":                {501, 2, []atlasmock.Option{atlasmock.WithoutListLinks()}, ""},
		"pages capped at 200":     {501, 3, []atlasmock.Option{atlasmock.WithPageCap(200)}, ""},
		"newest first":            {501, 2, []atlasmock.Option{atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) })}, ""},
		"envelope":                {501, 2, nil, "envelope = true"},
		"envelope, content":       {501, 2, []atlasmock.Option{atlasmock.WithWrappedLists()}, "envelope = true"},
		"envelope, other key":     {501, 2, []atlasmock.Option{atlasmock.WithWrappedLists(), atlasmock.WithEnvelopeKey("envelope")}, "envelope = true"},
		"envelope, status inside": {501, 2, []atlasmock.Option{atlasmock.WithHiddenStatus()}, "envelope = true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, append(tc.options, atlasmock.WithoutFixtures())...)
			all := mock.PutCheckpoints(atlasmock.ProjectID, "Cluster0", tc.checkpoints)
			// The output holds every id in order, without making a state of thousands of attributes.
			var want []string
			for _, c := range slices.Backward(all) {
				want = append(want, c.ID)
			}
			cli := newCLI(t, mock.providerBlock(tc.block)+checkpointsBlock("Cluster0", "")+`
				output "ids" { value = join(" ", data.atlas_legacy_backup_checkpoints.test.results[*].id) }`, mock.env)
			cli.run("apply", "-auto-approve")
			cli.output.Reset()
			cli.run("output", "-raw", "ids")
			if got := cli.output.String(); got != strings.Join(want, " ") {
				t.Errorf("got %d ids, want %d, newest first", len(strings.Fields(got)), len(want))
			}
			var pages []string
			for _, r := range mock.reads() {
				query, err := url.ParseQuery(r.RawQuery)
				if err != nil || query.Get("itemsPerPage") != "500" || query.Get("includeCount") != "false" {
					t.Errorf("asked for %s", r.RawQuery)
				}
				pages = append(pages, query.Get("pageNum"))
			}
			if want := numbers(tc.pages); !slices.Equal(pages, want) {
				t.Errorf("read pages %v, want %v", pages, want)
			}
		})
	}
}

// What happens between two pages costs at most what has moved.
func TestAccLegacyBackupCheckpointsDataSource_changes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*atlasmock.Server, []atlasmock.Generated)
		fault  atlasmock.Fault
		want   int64
	}{
		"an insertion in front repeats one": {
			func(s *atlasmock.Server, _ []atlasmock.Generated) {
				s.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, numberedID(1), []byte(`{}`))
			}, atlasmock.FaultDelay(0), 600,
		},
		"a deletion in front hides one": {
			func(s *atlasmock.Server, all []atlasmock.Generated) {
				s.Delete(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, all[0].ID)
			}, atlasmock.FaultDelay(0), 599,
		},
		"a page that breaks off is read again": {
			func(*atlasmock.Server, []atlasmock.Generated) {},
			atlasmock.FaultCutBody(40_000).On(atlasmock.MatchPage(2)), 600,
		},
		"a page that fails is read again": {
			func(*atlasmock.Server, []atlasmock.Generated) {},
			atlasmock.FaultStatus(503, "SERVICE_UNAVAILABLE", "").On(atlasmock.MatchPage(2)), 600,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithoutFixtures())
			all := mock.PutCheckpoints(atlasmock.ProjectID, "Cluster0", 600)
			mock.AfterPage(1, func(s *atlasmock.Server) { tc.change(s, all) })
			mock.Fail(tc.fault)
			// One read only: a second one would see the list after the change.
			cli := newCLI(t, mock.providerBlock("")+checkpointsBlock("Cluster0", "")+`
				output "total" { value = data.atlas_legacy_backup_checkpoints.test.total_count }
				output "distinct" { value = length(distinct(data.atlas_legacy_backup_checkpoints.test.results[*].id)) }`, mock.env)
			cli.run("apply", "-auto-approve")
			for _, want := range []string{fmt.Sprintf("total = %d\n", tc.want), fmt.Sprintf("distinct = %d\n", tc.want)} {
				if !strings.Contains(cli.output.String(), want) {
					t.Errorf("the output lacks %q: %s", want, cli.output.String())
				}
			}
		})
	}
}

func TestAccLegacyBackupCheckpointsDataSource_errors(t *testing.T) {
	t.Parallel()
	page := func(results string) atlasmock.Fault {
		return atlasmock.FaultBody(200, "application/json", `{"links":[],"results":`+results+`}`).Repeat(atlasmock.Forever)
	}
	for name, tc := range map[string]struct {
		options            []atlasmock.Option
		fault              atlasmock.Fault
		cluster, arguments string
		summary, at        string
		facts              []string
	}{
		"cluster not found": {
			cluster: "Cluster9", summary: "Atlas cluster not found", at: "cluster_name",
			facts: []string{`the checkpoints of cluster "Cluster9"`, "No cluster named Cluster9 exists"},
		},
		"project not found": {
			fault:   atlasmock.FaultStatus(404, "GROUP_NOT_FOUND", "No group with ID x exists.", "x").Repeat(atlasmock.Forever),
			summary: "Atlas project not found", at: "project_id", facts: []string{"No group with ID x exists"},
		},
		"Cloud Backups": {
			fault:   atlasmock.FaultStatus(400, "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP", "Checkpoints do not exist for Cloud Backups.").Repeat(atlasmock.Forever),
			summary: "The cluster uses Cloud Backups", at: "cluster_name", facts: []string{"mongodbatlas_cloud_backup_snapshot"},
		},
		"endless pages": {
			options: []atlasmock.Option{atlasmock.WithEndlessPages()},
			summary: "Unexpected response from Atlas", facts: []string{"the list does not end", "page 2"},
		},
		"another project": {
			fault:   page(`[{"id":"000000000000000000000001","groupId":"ffffffffffffffffffffffff"}]`),
			summary: "The response does not match the request", facts: []string{"ffffffffffffffffffffffff"},
		},
		"no time": {
			fault:   page(`[{"id":"a"},{"completed":"soon"}]`),
			summary: "Unexpected response from Atlas", facts: []string{"field results[1].completed", "soon"},
		},
		"a wrong type": {
			fault:   page(`[{"restorable":1}]`),
			summary: "Unexpected response from Atlas", facts: []string{"field results[0].restorable"},
		},
		"no results": {
			fault:   atlasmock.FaultBody(200, "application/json", `{"message":"welcome"}`).Repeat(atlasmock.Forever),
			summary: "Unexpected response from Atlas", facts: []string{"no results"},
		},
		"null in place of a checkpoint": {
			fault:   page(`[null]`),
			summary: "Unexpected response from Atlas", facts: []string{"results[0]"},
		},
		"since after until": {
			arguments: `since = "2024-05-02T00:00:00Z"` + "\n" + `until = "2024-05-01T00:00:00Z"`,
			summary:   "No checkpoint can match", at: "since", facts: []string{"2024-05-02T00:00:00Z", "2024-05-01T00:00:00Z"},
		},
		"since is no time": {
			arguments: `since = "yesterday"`,
			summary:   "Invalid time", at: "since", facts: []string{`"yesterday"`, "RFC 3339"},
		},
		"no results wanted": {
			arguments: `max_results = 0`,
			summary:   "Invalid number", at: "max_results", facts: []string{"at least 1"},
		},
		"half a result wanted": {
			arguments: `max_results = 1.5`,
			summary:   "Invalid number", at: "max_results", facts: []string{"max_results is 1.5", "a whole number of at least 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, tc.options...)
			mock.PutCheckpoints(atlasmock.ProjectID, "Generated", 600)
			mock.Fail(tc.fault)
			cluster := tc.cluster
			if cluster == "" {
				cluster = "Generated"
			}
			mock.fails(mock.providerBlock("")+checkpointsBlock(cluster, tc.arguments), tc.summary, tc.at, tc.facts...)
			if n := len(mock.Requests()); (n == 0) != (tc.arguments != "") {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

func checkpointsBlock(cluster, arguments string) string {
	return fmt.Sprintf(`
data "atlas_legacy_backup_checkpoints" "test" {
  project_id   = %q
  cluster_name = %q
  %s
}
`, atlasmock.ProjectID, cluster, arguments)
}

func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i+1))
	}
	return all
}
