// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// readIDs reads a page whose results are objects with an id.
func readIDs(body string) (ids []string, p page, err error) {
	p, err = decodePage(strings.NewReader(body), func(_ int, dec *json.Decoder) error {
		var item struct{ ID string }
		err := dec.Decode(&item)
		ids = append(ids, item.ID)
		return err
	})
	return ids, p, err
}

func TestDecodePage(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000)
	for name, tc := range map[string]struct {
		body string
		ids  []string
		next bool
	}{
		"as documented": {
			`{"links":[{"rel":"self","href":"x"},{"rel":"next","href":"y"}],"results":[{"id":"a"},{"id":"b"}],"totalCount":9}`,
			[]string{"a", "b"}, true,
		},
		"last page":                  {`{"results":[{"id":"a"}],"links":[{"rel":"previous"}]}`, []string{"a"}, false},
		"empty":                      {`{"results":[]}`, nil, false},
		"null links":                 {`{"results":[],"links":null}`, nil, false},
		"links without a rel":        {`{"links":[{},{"rel":null}],"results":[]}`, nil, false},
		"unknown fields of any kind": {`{"a":{"b":[1,{"c":null}]},"d":"e","results":[{"id":"a"}],"f":` + deep + `}`, []string{"a"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ids, p, err := readIDs(tc.body)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(ids, tc.ids) || p.next != tc.next {
				t.Errorf("got %v of a page %+v, want %v and next %t", ids, p, tc.ids, tc.next)
			}
		})
	}
}

func TestDecodePage_refuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, want string }{
		"nothing":            {``, "not a JSON object: EOF"},
		"null":               {`null`, "not a JSON object"},
		"an array":           {`[]`, "not a JSON object"},
		"no results":         {`{"message":"welcome"}`, "not a list: it has no results"},
		"results null":       {`{"results":null}`, "not a list: results is null"},
		"results of a kind":  {`{"results":{}}`, "not a list: { where an array should be"},
		"results as a text":  {`{"results":"none"}`, "not a list: none where an array should be"},
		"results twice":      {`{"results":[],"results":[{"id":"a"}]}`, "duplicate field results"},
		"cut short":          {`{"results":[{"id":"a"},`, "EOF"},
		"cut after results":  {`{"results":[]`, "not a JSON object: EOF"},
		"two documents":      {`{"results":[]}{}`, "not a JSON object: something follows it"},
		"a page of the web":  {`<html>`, "not a JSON object: invalid character '<' looking for beginning of value"},
		"no value of a name": {`{"results"}`, "not a JSON object: invalid character '}' after object key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := readIDs(tc.body); err == nil || err.Error() != tc.want {
				t.Errorf("got error %v, want %q", err, tc.want)
			}
		})
	}
}

// Whatever a server sends, the walk ends, visits no id twice, and finds what
// encoding/json finds.
func FuzzCheckpointPage(f *testing.F) {
	f.Add([]byte(`{"links":[{"rel":"next"}],"results":[{"id":"a","groupId":"p","timestamp":"2024-01-01T00:00:00Z"},{"id":"a"},{}]}`))
	f.Add([]byte(`{"results":[null]}`))
	f.Add([]byte(`{"results":[{"started":"x"}],"results":[]}`))
	f.Add([]byte(`{"x":[[[]]],"results":[{"id":"a"},{"id":"b"}],"totalCount":3} `))
	f.Fuzz(func(t *testing.T, body []byte) {
		visited := map[string]int{}
		walk := walk[Checkpoint, *Checkpoint]{client: &Client{http: &rest.Client{Redactor: &rest.Redactor{}}}, of: Target{ProjectID: "p"}, seen: map[string]struct{}{}, visit: func(c *Checkpoint) {
			visited[*c.ID]++
		}}
		for range 3 {
			walk.number++
			if err := walk.decode(bytes.NewReader(body)); err != nil {
				break
			}
			if !json.Valid(body) {
				t.Error("what is no JSON was taken for a page")
			}
			if !walk.turn() {
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
