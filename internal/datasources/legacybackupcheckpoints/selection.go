// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoints

import (
	"cmp"
	"slices"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
)

// selection keeps the checkpoints that pass the filters, newest first, and of
// those no more than asked for.
type selection struct {
	restorable   *bool
	since, until *time.Time
	limit        int // 0 means no limit
	checkpoints  []*atlas.Checkpoint
}

// offer is called with each checkpoint of the cluster.
func (s *selection) offer(c *atlas.Checkpoint) {
	if !s.passes(c) {
		return
	}
	at, _ := slices.BinarySearchFunc(s.checkpoints, c, newestFirst)
	if s.limit > 0 && at >= s.limit {
		return
	}
	s.checkpoints = slices.Insert(s.checkpoints, at, c)
	if s.limit > 0 && len(s.checkpoints) > s.limit {
		s.checkpoints = slices.Delete(s.checkpoints, s.limit, len(s.checkpoints))
	}
}

func (s *selection) passes(c *atlas.Checkpoint) bool {
	if s.restorable != nil && (c.Restorable == nil || *c.Restorable != *s.restorable) {
		return false
	}
	if c.Timestamp == nil {
		return s.since == nil && s.until == nil
	}
	return (s.since == nil || !c.Timestamp.Before(*s.since)) && (s.until == nil || !c.Timestamp.After(*s.until))
}

// newestFirst orders by timestamp, ties by id, and those without a timestamp last.
func newestFirst(a, b *atlas.Checkpoint) int {
	switch {
	case a.Timestamp != nil && b.Timestamp != nil:
		return cmp.Or(b.Timestamp.Compare(a.Timestamp.Time), compareIDs(a.ID, b.ID))
	case a.Timestamp != nil:
		return -1
	case b.Timestamp != nil:
		return 1
	default:
		return compareIDs(a.ID, b.ID)
	}
}

// compareIDs puts a missing id behind the others.
func compareIDs(a, b *string) int {
	switch {
	case a != nil && b != nil:
		return cmp.Compare(*a, *b)
	case a != nil:
		return -1
	case b != nil:
		return 1
	default:
		return 0
	}
}
