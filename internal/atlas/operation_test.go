// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// pages serves the pages of a list by number; the last one from then on.
func pages(bodies ...string) *atlastest.Recorder {
	return atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("pageNum"))
		atlastest.Respond(http.StatusOK, bodies[min(n, len(bodies))-1])(w, r)
	})
}

// ofIDs is a page of checkpoints with the given ids, and further fields.
func ofIDs(first, last int, fields string) string {
	var elements []string
	for i := first; i <= last; i++ {
		elements = append(elements, fmt.Sprintf(`{"id":"%d"}`, i))
	}
	return `{"results":[` + strings.Join(elements, ",") + `]` + fields + `}`
}

const nextLink = `,"links":[{"rel":"next"}]`

func TestEach(t *testing.T) {
	for name, test := range map[string]struct {
		pages    []string
		want     int
		requests int
	}{
		"none":                        {[]string{`{"results":[]}`}, 0, 1},
		"one page":                    {[]string{ofIDs(1, 3, "")}, 3, 1},
		"link to the next page":       {[]string{ofIDs(1, 3, nextLink), ofIDs(4, 5, "")}, 5, 2},
		"full page without a link":    {[]string{ofIDs(1, 500, ""), ofIDs(501, 501, "")}, 501, 2},
		"last page full":              {[]string{ofIDs(1, 500, ""), `{"results":[]}`}, 500, 2},
		"capped by a gateway":         {[]string{ofIDs(1, 100, `,"totalCount":300`), ofIDs(101, 200, `,"totalCount":300`), ofIDs(201, 300, `,"totalCount":300`)}, 300, 3},
		"capped, with a last page":    {[]string{ofIDs(1, 100, `,"totalCount":130`), ofIDs(101, 130, `,"totalCount":130`)}, 130, 2},
		"deleted while it is read":    {[]string{ofIDs(1, 100, `,"totalCount":200`), ofIDs(101, 199, `,"totalCount":199`)}, 199, 2},
		"estimate that was too high":  {[]string{ofIDs(1, 3, `,"totalCount":4`), `{"results":[],"totalCount":3}`}, 3, 2},
		"estimate that is too low":    {[]string{ofIDs(1, 3, `,"totalCount":1`)}, 3, 1},
		"links null or without rel":   {[]string{ofIDs(1, 1, `,"links":null`), ofIDs(2, 2, `,"links":[{},{"rel":null}]`)}, 1, 1},
		"total that is no number":     {[]string{ofIDs(1, 3, `,"totalCount":"many"`)}, 3, 1},
		"shifted, before a full page": {[]string{ofIDs(1, 500, ""), ofIDs(500, 999, ""), ofIDs(1000, 1000, "")}, 1000, 3},
		"last page adds nothing":      {[]string{ofIDs(1, 500, `,"totalCount":500`), ofIDs(500, 500, `,"totalCount":500`)}, 500, 2},
		"shifted by an insertion":     {[]string{ofIDs(1, 500, ""), ofIDs(500, 510, "")}, 510, 2},
	} {
		t.Run(name, func(t *testing.T) {
			server := pages(test.pages...)
			visited := map[string]int{}
			total, err := atlastest.Each(t, atlastest.InProcess(server, atlastest.AccessToken), func(c *atlas.Checkpoint) { visited[*c.ID]++ })
			if err != nil {
				t.Fatal(err)
			}
			atlastest.WantCount(t, "checkpoints", total, test.want)
			atlastest.WantCount(t, "ids that were visited", len(visited), test.want)
			for id, n := range visited {
				if n != 1 {
					t.Errorf("%s was visited %d times", id, n)
				}
			}
			atlastest.WantCount(t, "requests", server.Count(""), test.requests)
		})
	}
}

func TestEach_brokenLists(t *testing.T) {
	for name, test := range map[string]struct {
		pages   []string
		page    int
		problem string
	}{
		"capped, and the rest is missing": {
			[]string{ofIDs(1, 100, `,"totalCount":300`), `{"results":[],"totalCount":300}`}, 2, "the list ended after 100 of 300",
		},
		"empty from the first": {[]string{`{"results":[],"totalCount":3}`}, 1, "the list ended after 0 of 3"},
		"empty with a link": {
			[]string{`{"results":[]` + nextLink + `}`}, 1, "the list does not end: this page is empty, but has a link to the next one",
		},
		"same page again": {
			[]string{ofIDs(1, 500, "")}, 2, "the list does not end: this page repeats earlier ones, but is not the last",
		},
		"results null on a later page": {[]string{ofIDs(1, 500, ""), `{"results":null}`}, 2, "not a list: it has no results"},
		"results missing":              {[]string{`{}`}, 1, "not a list: it has no results"},
		"element null":                 {[]string{`{"results":[null]}`}, 1, "results[0]: not a checkpoint: null"},
	} {
		t.Run(name, func(t *testing.T) {
			server := pages(test.pages...)
			_, err := atlastest.Each(t, atlastest.InProcess(server, atlastest.AccessToken), atlastest.Ignore)
			e := atlastest.WantKind(t, err, rest.KindMalformed)
			if e.Problem != test.problem || e.Page != test.page {
				t.Errorf("got page %d, %q", e.Page, e.Problem)
			}
			atlastest.WantCount(t, "requests", server.Count(""), test.page)
		})
	}
}

func TestEach_alwaysAnotherPage(t *testing.T) {
	server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("pageNum"))
		atlastest.Respond(http.StatusOK, ofIDs(n*500, n*500+499, ""))(w, r)
	})
	_, err := atlastest.Each(t, atlastest.InProcess(server, atlastest.AccessToken), atlastest.Ignore)
	e := atlastest.WantKind(t, err, rest.KindMalformed)
	if e.Problem != "the list does not end: 100 pages of up to 500 were read, and this is not the last" || e.Page != 100 {
		t.Errorf("got page %d, %q", e.Page, e.Problem)
	}
	atlastest.WantCount(t, "requests", server.Count(""), 100)
}

// A checkpoint that was completed while the list was read, and moved over the border of a page,
// counts as it is now.
func TestEach_newerVersionCounts(t *testing.T) {
	first := strings.Replace(ofIDs(1, 500, ""), `{"id":"500"}`, `{"id":"500","restorable":false}`, 1)
	second := strings.Replace(ofIDs(500, 501, ""), `{"id":"500"}`, `{"id":"500","restorable":true}`, 1)
	var seen []bool
	_, err := atlastest.Each(t, atlastest.InProcess(pages(first, second), atlastest.AccessToken), func(c *atlas.Checkpoint) {
		if *c.ID == "500" {
			seen = append(seen, *c.Restorable)
		}
	})
	if err != nil || len(seen) != 1 || !seen[0] {
		t.Errorf("visited %v, error %v", seen, err)
	}
}

// What an attempt has read that broke off is not visited twice.
func TestEach_brokenPageIsReadAgain(t *testing.T) {
	whole := ofIDs(1, 500, "")
	server := atlastest.Script(atlastest.Respond(http.StatusOK, whole[:len(whole)/2], "Content-Length: "+strconv.Itoa(len(whole))),
		atlastest.Respond(http.StatusOK, whole), atlastest.Respond(http.StatusOK, ofIDs(501, 501, "")))
	visited := 0
	total, err := atlastest.Each(t, atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithoutWaits), func(*atlas.Checkpoint) { visited++ })
	if err != nil || total != 501 || visited != 501 {
		t.Errorf("%d of %d visited, error %v", visited, total, err)
	}
}
