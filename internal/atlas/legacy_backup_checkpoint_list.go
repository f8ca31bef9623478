// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// EachLegacyBackupCheckpoint reads all checkpoints of a cluster, page by page,
// and calls visit with each of them once, in the order in which Atlas lists
// them. It returns how many there were, and fails with an *Error; then some may
// have been visited already.
//
// A list is no snapshot: a checkpoint that is deleted between two pages moves
// those behind it forward, and one of them may be missed.
func (c *Client) EachLegacyBackupCheckpoint(ctx context.Context, projectID, clusterName string,
	visit func(*LegacyBackupCheckpoint),
) (total int, err error) {
	walk := checkpointWalk{client: c, projectID: projectID, visit: visit, seen: map[string]struct{}{}}
	segments := checkpointPath(projectID, clusterName)
	for walk.more = true; walk.more; {
		walk.begin()
		query := url.Values{
			"pageNum":      {strconv.Itoa(walk.page)},
			"itemsPerPage": {strconv.Itoa(itemsPerPage)},
			"includeCount": {"false"},
		}
		err := c.get(ctx, read{projectID: projectID, path: segments, query: query, limit: maxPage, decode: walk.decode})
		if err != nil {
			return 0, err
		}
	}
	return len(walk.seen), nil
}

// checkpointWalk is the way through the pages of one list.
type checkpointWalk struct {
	client    *Client
	projectID string
	visit     func(*LegacyBackupCheckpoint)
	// seen holds the ids: an insertion between two pages repeats the last of the one on the next.
	seen map[string]struct{}
	page int
	// fresh counts what this page had to add, over all attempts to read it: an
	// attempt that breaks off has visited a part already.
	fresh int
	more  bool
}

func (w *checkpointWalk) begin() { w.page, w.fresh = w.page+1, 0 }

// decode reads the current page and decides whether there is another.
func (w *checkpointWalk) decode(body io.Reader) error {
	p, err := decodePage(body, w.element)
	if err != nil {
		return err
	}
	w.more = p.next || p.items >= itemsPerPage
	if w.more && w.fresh == 0 {
		return fmt.Errorf("the list does not end: page %d repeats what came before and promises more", w.page)
	}
	return nil
}

func (w *checkpointWalk) element(index int, dec *json.Decoder) error {
	var c LegacyBackupCheckpoint
	if err := w.decodeElement(dec, &c); err != nil {
		return fmt.Errorf("results[%d]: %w", index, err)
	}
	if err := c.check(w.projectID); err != nil {
		return fmt.Errorf("results[%d]: %w", index, err)
	}
	key := fmt.Sprintf("page %d, %d", w.page, index) // for one that Atlas gives no id
	if c.ID != nil {
		key = *c.ID
	}
	if _, double := w.seen[key]; !double {
		w.seen[key] = struct{}{}
		w.fresh++
		w.visit(&c)
	}
	return nil
}

// decodeElement decodes an object; encoding/json would take null for one.
func (w *checkpointWalk) decodeElement(dec *json.Decoder, c *LegacyBackupCheckpoint) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return jsonProblem(err)
	}
	return w.client.unmarshalCheckpoint(raw, c)
}
