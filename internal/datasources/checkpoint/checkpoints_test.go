// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
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
	at := func(hour int) types.String {
		return types.StringValue(noon.Add(time.Duration(hour) * time.Hour).Format(time.RFC3339))
	}
	for name, tc := range map[string]struct {
		arguments listModel
		want      []string
	}{
		"everything, ordered":      {listModel{}, []string{"two", "one-a", "one-b", "noon", "none-a", "none-b"}},
		"restorable":               {listModel{Restorable: types.BoolPointerValue(new(true))}, []string{"two", "noon", "none-b"}},
		"not restorable":           {listModel{Restorable: types.BoolPointerValue(new(false))}, []string{"one-b"}},
		"since is inclusive":       {listModel{Filters: cluster.Filters{Since: at(1)}}, []string{"two", "one-a", "one-b"}},
		"until is inclusive":       {listModel{Filters: cluster.Filters{Until: at(1)}}, []string{"one-a", "one-b", "noon"}},
		"between":                  {listModel{Filters: cluster.Filters{Since: at(1), Until: at(1)}}, []string{"one-a", "one-b"}},
		"limited after sorting":    {listModel{Filters: cluster.Filters{MaxResults: types.NumberValue(big.NewFloat(2))}}, []string{"two", "one-a"}},
		"limit of more than all":   {listModel{Filters: cluster.Filters{MaxResults: types.NumberValue(big.NewFloat(7))}}, []string{"two", "one-a", "one-b", "noon", "none-a", "none-b"}},
		"limited after filtering":  {listModel{Restorable: types.BoolPointerValue(new(true)), Filters: cluster.Filters{Until: at(1), MaxResults: types.NumberValue(big.NewFloat(1))}}, []string{"noon"}},
		"nothing that old":         {listModel{Filters: cluster.Filters{Until: at(-1)}}, nil},
		"a contradiction is empty": {listModel{Filters: cluster.Filters{Since: at(2), Until: at(1)}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shuffled := slices.Clone(documents)
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			s := tc.arguments.selection()
			for _, c := range shuffled {
				s.Offer(c)
			}
			var got []string
			for _, c := range s.Documents {
				got = append(got, *c.ID)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
