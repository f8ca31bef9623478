// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// EachLegacyBackupCheckpoint reads all checkpoints of a cluster, page by page,
// and calls visit with each of them once, in the order in which Atlas lists
// them. It returns how many there were, and fails with an *rest.Error; then some may
// have been visited already.
//
// The list is not a consistent snapshot. A checkpoint that is made between two
// pages repeats the last one of a page on the next: then the newer version
// counts. One that is deleted moves those behind it forward, and one of them may
// be missed.
func (c *Client) EachLegacyBackupCheckpoint(ctx context.Context, projectID, clusterName string,
	visit func(*LegacyBackupCheckpoint),
) (total int, err error) {
	walk := checkpointWalk{client: c, projectID: projectID, visit: visit, seen: map[string]struct{}{}}
	segments := checkpointPath(projectID, clusterName)
	for more := true; more; {
		walk.number++
		query := url.Values{
			"pageNum":      {strconv.Itoa(walk.number)},
			"itemsPerPage": {strconv.Itoa(itemsPerPage)},
			"includeCount": {"false"},
		}
		err := c.get(ctx, read{projectID: projectID, path: segments, query: query, limit: maxPage, decode: walk.decode})
		if err != nil {
			if e, ok := errors.AsType[*rest.Error](err); ok {
				e.Page = walk.number
			}
			return 0, err
		}
		more = walk.turn()
	}
	return len(walk.seen), nil
}

// maxPages bounds a list that does not end. A cluster makes a checkpoint every
// 15 minutes at most: 50,000 of them are 520 days' worth.
const maxPages = 100

// checkpointWalk is the way through the pages of one list.
type checkpointWalk struct {
	client    *Client
	projectID string
	visit     func(*LegacyBackupCheckpoint)
	// number is that of the current page, from 1, and current what it holds.
	number  int
	current page
	items   []*LegacyBackupCheckpoint
	// last is what the page before had to add. It is visited once the current
	// page is known, which may hold newer versions.
	last []*LegacyBackupCheckpoint
	seen map[string]struct{}
}

// decode reads the current page, from the beginning in each attempt.
func (w *checkpointWalk) decode(body io.Reader) (err error) {
	w.items = nil
	if w.current, err = decodePage(body, w.element); err != nil {
		return err
	}
	known := 0
	for _, c := range w.items {
		if _, ok := w.seen[*c.ID]; ok {
			known++
		}
	}
	seen := len(w.seen) + len(w.items) - known
	switch {
	case len(w.items) == 0 && w.current.total > seen:
		return fmt.Errorf("the list ended after %d of %d", seen, w.current.total)
	case len(w.items) == 0 && w.current.next:
		return errors.New("the list does not end: this page is empty, but has a link to the next one")
	case len(w.items) > 0 && known == len(w.items) && w.more(seen):
		return errors.New("the list does not end: this page repeats earlier ones, but is not the last")
	case w.number >= maxPages && w.more(seen):
		return fmt.Errorf("the list does not end: %d pages of up to %d were read, and this is not the last", maxPages, itemsPerPage)
	}
	return nil
}

// more reports whether there is another page: a full one may have a successor,
// and a server that caps the pages still counts what it has.
func (w *checkpointWalk) more(seen int) bool {
	return w.current.next || len(w.items) >= itemsPerPage || len(w.items) > 0 && w.current.total > seen
}

func (w *checkpointWalk) element(index int, dec *json.Decoder) error {
	c := &LegacyBackupCheckpoint{}
	if err := w.decodeElement(dec, c); err != nil {
		return fmt.Errorf("results[%d]: %w", index, err)
	}
	if err := c.check(w.projectID); err != nil {
		return fmt.Errorf("results[%d]: %w", index, err)
	}
	w.items = append(w.items, c)
	return nil
}

// turn visits the page before the current one, and reports whether there is
// another one. After the last page nothing is left to visit.
func (w *checkpointWalk) turn() (more bool) {
	newer := make(map[string]*LegacyBackupCheckpoint, len(w.items))
	var added []*LegacyBackupCheckpoint
	for _, c := range w.items {
		if _, ok := w.seen[*c.ID]; ok {
			newer[*c.ID] = c
			continue
		}
		w.seen[*c.ID] = struct{}{}
		added = append(added, c)
	}
	for _, c := range w.last {
		if n, ok := newer[*c.ID]; ok {
			c = n
		}
		w.visit(c)
	}
	w.last = added
	if w.more(len(w.seen)) {
		return true
	}
	for _, c := range w.last {
		w.visit(c)
	}
	return false
}

// decodeElement decodes an object; encoding/json would take null for one.
func (w *checkpointWalk) decodeElement(dec *json.Decoder, c *LegacyBackupCheckpoint) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return rest.JSONProblem(err)
	}
	return w.client.unmarshalCheckpoint(raw, c)
}
