// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
)

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// document is a checkpoint at some hours after noon; without a timestamp if hour is nil.
func document(id string, hour *int, restorable *bool) *atlas.Checkpoint {
	c := &atlas.Checkpoint{Identity: atlas.Identity{ID: &id}, Restorable: restorable}
	if hour != nil {
		c.Timestamp = &atlas.Time{Time: noon.Add(time.Duration(*hour) * time.Hour)}
	}
	return c
}

func TestSelection(t *testing.T) {
	t.Parallel()
	documents := []*atlas.Checkpoint{
		document("none-b", nil, new(true)),
		document("noon", new(0), new(true)),
		document("one-b", new(1), new(false)),
		document("one-a", new(1), nil),
		document("two", new(2), new(false)),
		document("none-a", nil, nil),
	}
	at := func(hour int) types.String {
		return types.StringValue(noon.Add(time.Duration(hour) * time.Hour).Format(time.RFC3339))
	}
	most := func(n int64) types.Number { return types.NumberValue(big.NewFloat(float64(n))) }
	restorable := func(c *atlas.Checkpoint) bool { return Matches(new(true), c.Restorable) }
	all := []string{"two", "one-a", "one-b", "noon", "none-a", "none-b"}
	for name, tc := range map[string]struct {
		filters        Filters
		passes, latest func(*atlas.Checkpoint) bool
		want           []string
		// newest is the latest one, if it is not the first.
		newest string
	}{
		"everything, ordered":      {want: all},
		"another filter":           {passes: restorable, want: []string{"noon", "none-b"}},
		"since is inclusive":       {filters: Filters{Since: at(1)}, want: []string{"two", "one-a", "one-b"}},
		"until is inclusive":       {filters: Filters{Until: at(1)}, want: []string{"one-a", "one-b", "noon"}},
		"between":                  {filters: Filters{Since: at(1), Until: at(1)}, want: []string{"one-a", "one-b"}},
		"limited after sorting":    {filters: Filters{MaxResults: most(2)}, want: []string{"two", "one-a"}},
		"limit of all":             {filters: Filters{MaxResults: most(6)}, want: all},
		"limit of more than all":   {filters: Filters{MaxResults: most(7)}, want: all},
		"limited after filtering":  {filters: Filters{Until: at(1), MaxResults: most(1)}, passes: restorable, want: []string{"noon"}},
		"nothing that old":         {filters: Filters{Until: at(-1)}},
		"a contradiction is empty": {filters: Filters{Since: at(2), Until: at(1)}},
		"latest beyond the limit":  {filters: Filters{MaxResults: most(1)}, latest: restorable, want: []string{"two"}, newest: "noon"},
		"no latest one":            {latest: func(*atlas.Checkpoint) bool { return false }, want: all, newest: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shuffled := slices.Clone(documents)
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			s := NewSelection(tc.filters, Rules[atlas.Checkpoint]{
				Time:   func(c *atlas.Checkpoint) *atlas.Time { return c.Timestamp },
				ID:     func(c *atlas.Checkpoint) *string { return c.ID },
				Passes: tc.passes, Latest: tc.latest,
			})
			for _, c := range shuffled {
				s.Offer(c)
			}
			id := func(c *atlas.Checkpoint) string { return *c.ID }
			l := newList(Arguments{ProjectID: types.StringValue("p"), ClusterName: types.StringValue("c")}, 6, s, id)
			if !slices.Equal(l.Results, tc.want) || l.Results == nil {
				t.Errorf("got %v, want %v", l.Results, tc.want)
			}
			newest := tc.newest
			if newest == "" {
				newest = append(tc.want, "none")[0]
			}
			if got := l.Latest; got == nil && newest != "none" || got != nil && *got != newest {
				t.Errorf("latest is not %s", newest)
			}
			if l.ID.ValueString() != "p/c" || l.TotalCount.ValueInt64() != 6 {
				t.Errorf("id %s, total_count %s", l.ID, l.TotalCount)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		filter, value *bool
		want          bool
	}{
		{nil, nil, true}, {nil, new(false), true}, {new(true), new(true), true}, {new(false), new(false), true},
		{new(true), new(false), false}, {new(true), nil, false}, {new(false), nil, false},
	} {
		if got := Matches(tc.filter, tc.value); got != tc.want {
			t.Errorf("%v, %v: %t", tc.filter, tc.value, got)
		}
	}
}

func TestWarnOfSkew(t *testing.T) {
	t.Parallel()
	for off, want := range map[time.Duration]bool{
		0: false, 5 * time.Minute: false, -5 * time.Minute: false, 5*time.Minute + time.Second: true, -5*time.Minute - time.Second: true,
	} {
		if got := warnOfSkew(atlas.Skew{Local: noon.Add(off), Atlas: noon}); (len(got) == 1) != want {
			t.Errorf("%s: %v", off, got)
		}
	}
	if got := warnOfSkew(atlas.Skew{}); got != nil {
		t.Errorf("nothing known: %v", got)
	}
}

func TestFilters_check(t *testing.T) {
	t.Parallel()
	early, late := types.StringValue("2024-05-01T12:00:00Z"), types.StringValue("2024-05-01T14:00:01+02:00")
	for _, tc := range []struct {
		since, until types.String
		want         bool
	}{
		{early, late, false}, {early, early, false}, {late, types.StringNull(), false}, {types.StringNull(), early, false},
		{late, types.StringUnknown(), false}, {late, early, true},
	} {
		diags := Filters{Since: tc.since, Until: tc.until}.Check("checkpoint")
		if diags.HasError() != tc.want || tc.want && diags[0].Summary() != "No checkpoint can match" {
			t.Errorf("since %s, until %s: %v", tc.since, tc.until, diags)
		}
	}
}
