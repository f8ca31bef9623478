// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Operation is a collection of documents of a cluster, and the words for them.
type Operation struct {
	// Noun and Nouns are what one document and several are called: "checkpoint".
	Noun, Nouns string
	// Collection is the collection's segment of the path.
	Collection string
	// Argument is the data source's argument for the id of one document.
	Argument string
	// NotFound are the error codes that say that there is no such document.
	NotFound []string
	// Expires is true if Atlas deletes the documents when their retention ends.
	Expires bool
	// Single is true if a cluster has one document, without an id.
	Single bool
	// Confidential is true if a document holds a secret. Then no error quotes from it.
	Confidential bool
	// Successor is the official provider's data source for one document, on clusters with Cloud
	// Backups. That for all of them has the same name with an "s".
	Successor string
}

// Target says which documents are read: all of a cluster, or the one with the ID.
type Target struct{ ProjectID, ClusterName, ID string }

func (op Operation) path(of Target) []string {
	return []string{"api", "atlas", "v2", "groups", of.ProjectID, "clusters", of.ClusterName, op.Collection}
}

// document is the path of one document.
func (op Operation) document(of Target) []string {
	if op.Single {
		return op.path(of)
	}
	return append(op.path(of), of.ID)
}

// Identity is what every document says of itself.
type Identity struct {
	ID        *string `json:"id"`
	GroupID   *string `json:"groupId"`
	ClusterID *string `json:"clusterId"`
}

func (i *Identity) identity() *Identity { return i }

// Document is a pointer to a document of type T, which embeds Identity.
type Document[T any] interface {
	*T
	identity() *Identity
}

// Get reads one document. It fails with a *rest.Error, also when Atlas responds with another
// document or project than the requested one.
func Get[T any, D Document[T]](ctx context.Context, c *Client, op Operation, of Target) (*T, error) {
	var doc *T
	err := c.get(ctx, read{
		projectID: of.ProjectID, path: op.document(of), limit: maxDocument, confidential: op.Confidential,
		decode: func(data []byte) (err error) {
			if doc, err = rest.Decode[T](data); err != nil {
				return err
			}
			return op.check(of, D(doc).identity())
		},
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// check makes sure that a document is the requested one.
func (op Operation) check(of Target, is *Identity) error {
	if of.ID != "" && is.ID != nil && *is.ID != "" {
		if err := match(op.Noun, of.ID, is.ID); err != nil {
			return err
		}
	}
	if err := match("project", of.ProjectID, is.GroupID); err != nil {
		return err
	}
	// Without the field that Atlas always sends it is something else, such as a gateway's message.
	always, name := is.ID, "id"
	if op.Single {
		always, name = is.GroupID, "groupId"
	}
	if always == nil || *always == "" {
		return fmt.Errorf("not a %s: it has no %s", op.Noun, name)
	}
	return nil
}

func match(noun, asked string, got *string) error {
	if got != nil && *got != asked {
		return &rest.MismatchError{Noun: noun, Requested: asked, Got: *got}
	}
	return nil
}

// Each reads all documents of a cluster, page by page, and calls visit with each of them once, in
// the order in which Atlas lists them. It returns how many there were, and fails with a
// *rest.Error; then some may have been visited already. The query is sent with each page.
//
// The list is not a consistent snapshot. A document that is made between two pages repeats the last
// one of a page on the next: then the newer version counts. One that is deleted moves those behind
// it forward, and one of them may be missed.
func Each[T any, D Document[T]](ctx context.Context, c *Client, op Operation, of Target, query url.Values, visit func(*T)) (total int, err error) {
	p := pager[T, D]{op: op, of: of, visit: visit, seen: map[string]struct{}{}}
	for more := true; more; {
		p.number++
		paged := url.Values{
			"pageNum":      {strconv.Itoa(p.number)},
			"itemsPerPage": {strconv.Itoa(itemsPerPage)},
			"includeCount": {"false"},
		}
		maps.Copy(paged, query)
		err := c.get(ctx, read{
			projectID: of.ProjectID, path: op.path(of), query: paged, limit: maxPage, confidential: op.Confidential, decode: p.decode,
		})
		if err != nil {
			if e, ok := errors.AsType[*rest.Error](err); ok {
				e.Page = p.number
			}
			return 0, err
		}
		more = p.advance()
	}
	return len(p.seen), nil
}

const (
	// itemsPerPage is the most that Atlas puts on one page.
	itemsPerPage = 500
	// maxPage bounds one page of a list, and maxDocument a document.
	maxPage     = 32 << 20
	maxDocument = 8 << 20
)

// page is one page of a list. It is held as a whole, 0.5 MB of checkpoints, so that a page that
// breaks off leaves nothing behind.
type page[T any] struct {
	Results    []*T           `json:"results"`
	Links      []Link         `json:"links"`
	TotalCount jsontext.Value `json:"totalCount"`
}

// next reports a link to a next page.
func (p *page[T]) next() bool {
	return slices.ContainsFunc(p.Links, func(l Link) bool { return l.Rel != nil && *l.Rel == "next" })
}

// total is the totalCount. It is an estimate: what is no number says nothing.
func (p *page[T]) total() int {
	total, _ := strconv.Atoi(string(p.TotalCount))
	return total
}

// maxPages bounds a list that does not end. A cluster makes a checkpoint every 15 minutes at most:
// 50,000 of them are 520 days' worth.
const maxPages = 100

// pager goes through the pages of one list.
type pager[T any, D Document[T]] struct {
	op    Operation
	of    Target
	visit func(*T)
	// number is that of the current page, from 1.
	number  int
	current *page[T]
	// last is what the page before had to add. It is visited once the current page is known, which
	// may hold newer versions.
	last []*T
	seen map[string]struct{}
}

// decode reads the current page.
func (p *pager[T, D]) decode(data []byte) (err error) {
	if p.current, err = rest.Decode[page[T]](data); err != nil {
		return err
	}
	results := p.current.Results
	if results == nil {
		return errors.New("not a list: it has no results")
	}
	known := 0
	for i, doc := range results {
		if err := p.check(doc); err != nil {
			return fmt.Errorf("results[%d]: %w", i, err)
		}
		if _, ok := p.seen[id[T, D](doc)]; ok {
			known++
		}
	}
	seen := len(p.seen) + len(results) - known
	switch {
	case len(results) == 0 && p.current.total() > seen:
		return fmt.Errorf("the list ended after %d of %d", seen, p.current.total())
	case len(results) == 0 && p.current.next():
		return errors.New("the list does not end: this page is empty, but has a link to the next one")
	case known == len(results) && p.more(seen):
		return errors.New("the list does not end: this page repeats earlier ones, but is not the last")
	case p.number >= maxPages && p.more(seen):
		return fmt.Errorf("the list does not end: %d pages of up to %d were read, and this is not the last", maxPages, itemsPerPage)
	}
	return nil
}

func (p *pager[T, D]) check(doc *T) error {
	if doc == nil {
		return fmt.Errorf("not a %s: null", p.op.Noun)
	}
	return p.op.check(p.of, D(doc).identity())
}

// more reports whether there is another page: a full one may have a successor, and a server that
// caps the pages still counts what it has.
func (p *pager[T, D]) more(seen int) bool {
	return p.current.next() || len(p.current.Results) >= itemsPerPage || p.current.total() > seen
}

func id[T any, D Document[T]](doc *T) string { return *D(doc).identity().ID }

// advance visits the page before the current one, and reports whether there is another one. After
// the last page nothing is left to visit.
func (p *pager[T, D]) advance() (more bool) {
	newer := make(map[string]*T, len(p.current.Results))
	var added []*T
	for _, c := range p.current.Results {
		if _, ok := p.seen[id[T, D](c)]; ok {
			newer[id[T, D](c)] = c
			continue
		}
		p.seen[id[T, D](c)] = struct{}{}
		added = append(added, c)
	}
	for _, c := range p.last {
		if n, ok := newer[id[T, D](c)]; ok {
			c = n
		}
		p.visit(c)
	}
	p.last = added
	if p.more(len(p.seen)) {
		return true
	}
	for _, c := range p.last {
		p.visit(c)
	}
	return false
}
