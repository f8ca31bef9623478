// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoints

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

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
		document("two", new(2), new(true)),
		document("none-a", nil, nil),
	}
	at := func(hour int) *time.Time { return new(noon.Add(time.Duration(hour) * time.Hour)) }
	for name, tc := range map[string]struct {
		selection selection
		want      []string
	}{
		"everything, ordered":      {selection{}, []string{"two", "one-a", "one-b", "noon", "none-a", "none-b"}},
		"restorable":               {selection{restorable: new(true)}, []string{"two", "noon", "none-b"}},
		"not restorable":           {selection{restorable: new(false)}, []string{"one-b"}},
		"since is inclusive":       {selection{since: at(1)}, []string{"two", "one-a", "one-b"}},
		"until is inclusive":       {selection{until: at(1)}, []string{"one-a", "one-b", "noon"}},
		"between":                  {selection{since: at(1), until: at(1)}, []string{"one-a", "one-b"}},
		"limited after sorting":    {selection{limit: 2}, []string{"two", "one-a"}},
		"limit of more than all":   {selection{limit: 7}, []string{"two", "one-a", "one-b", "noon", "none-a", "none-b"}},
		"limited after filtering":  {selection{restorable: new(true), until: at(1), limit: 1}, []string{"noon"}},
		"nothing that old":         {selection{until: at(-1)}, nil},
		"a contradiction is empty": {selection{since: at(2), until: at(1)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shuffled := slices.Clone(documents)
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			s := tc.selection
			for _, c := range shuffled {
				s.offer(c)
			}
			var got []string
			for _, c := range s.checkpoints {
				got = append(got, *c.ID)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
