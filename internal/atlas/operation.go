// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"strconv"
	"unicode/utf8"

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
	// Successor is the official provider's data source for clusters with Cloud
	// Backups.
	Successor string
}

// Target says which documents are read: all of a cluster, or the one with the ID.
type Target struct{ ProjectID, ClusterName, ID string }

func (op Operation) path(of Target) []string {
	return []string{"api", "atlas", "v2", "groups", of.ProjectID, "clusters", of.ClusterName, op.Collection}
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
	// check says what is wrong with a field.
	check() error
}

// Get reads one document. It fails with a *rest.Error, also when Atlas answers
// with another document or project than the one asked for.
func Get[T any, D Document[T]](ctx context.Context, c *Client, op Operation, of Target) (*T, error) {
	var doc *T
	err := c.get(ctx, read{
		projectID: of.ProjectID, path: append(op.path(of), of.ID), limit: maxDocument,
		decode: func(body io.Reader) error {
			data, err := io.ReadAll(body)
			if err != nil {
				return err
			}
			doc, err = decode[T, D](c, op, of, data)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// decode decodes a JSON object and checks that it is the document asked for.
// encoding/json would take null for an object, replace what is not UTF-8, and
// settle by itself what a duplicate field means: what users get must be what
// Atlas sent.
func decode[T any, D Document[T]](c *Client, op Operation, of Target, data []byte) (*T, error) {
	doc := new(T)
	if string(bytes.TrimSpace(data)) == "null" {
		return nil, errors.New("not a JSON object: null")
	}
	if err := json.Unmarshal(data, doc); err != nil {
		return nil, rest.JSONProblem(err)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("not a JSON object: not valid UTF-8")
	}
	if field := rest.Repeated(data, rest.FieldsOf(reflect.TypeFor[T]())); field != "" {
		return nil, fmt.Errorf("duplicate field %s", field)
	}
	if c.http.Redactor.Contains(string(data)) {
		// Used, it would end up in the state.
		return nil, errors.New("it contains the credentials that it was requested with")
	}
	is := D(doc).identity()
	if of.ID != "" && is.ID != nil && *is.ID != "" {
		if err := same(op.Noun, of.ID, is.ID); err != nil {
			return nil, err
		}
	}
	if err := same("project", of.ProjectID, is.GroupID); err != nil {
		return nil, err
	}
	if err := D(doc).check(); err != nil {
		return nil, err
	}
	if is.ID == nil || *is.ID == "" {
		// It is something else, such as a gateway's message.
		return nil, fmt.Errorf("not a %s: it has no id", op.Noun)
	}
	return doc, nil
}

func same(noun, asked string, got *string) error {
	if got != nil && *got != asked {
		return &rest.MismatchError{Noun: noun, Asked: asked, Got: *got}
	}
	return nil
}

// Each reads all documents of a cluster, page by page, and calls visit with each
// of them once, in the order in which Atlas lists them. It returns how many there
// were, and fails with a *rest.Error; then some may have been visited already.
// The query is sent with each page.
//
// The list is not a consistent snapshot. A document that is made between two
// pages repeats the last one of a page on the next: then the newer version
// counts. One that is deleted moves those behind it forward, and one of them may
// be missed.
func Each[T any, D Document[T]](ctx context.Context, c *Client, op Operation, of Target, query url.Values, visit func(*T)) (total int, err error) {
	w := walk[T, D]{client: c, op: op, of: of, visit: visit, seen: map[string]struct{}{}}
	for more := true; more; {
		w.number++
		paged := url.Values{
			"pageNum":      {strconv.Itoa(w.number)},
			"itemsPerPage": {strconv.Itoa(itemsPerPage)},
			"includeCount": {"false"},
		}
		maps.Copy(paged, query)
		err := c.get(ctx, read{projectID: of.ProjectID, path: op.path(of), query: paged, limit: maxPage, decode: w.decode})
		if err != nil {
			if e, ok := errors.AsType[*rest.Error](err); ok {
				e.Page = w.number
			}
			return 0, err
		}
		more = w.turn()
	}
	return len(w.seen), nil
}

// maxPages bounds a list that does not end. A cluster makes a checkpoint every
// 15 minutes at most: 50,000 of them are 520 days' worth.
const maxPages = 100

// walk is the way through the pages of one list.
type walk[T any, D Document[T]] struct {
	client *Client
	op     Operation
	of     Target
	visit  func(*T)
	// number is that of the current page, from 1, and current what it holds.
	number  int
	current page
	items   []*T
	// last is what the page before had to add. It is visited once the current
	// page is known, which may hold newer versions.
	last []*T
	seen map[string]struct{}
}

// decode reads the current page, from the beginning in each attempt.
func (w *walk[T, D]) decode(body io.Reader) (err error) {
	w.items = nil
	if w.current, err = decodePage(body, w.element); err != nil {
		return err
	}
	known := 0
	for _, c := range w.items {
		if _, ok := w.seen[id[T, D](c)]; ok {
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
func (w *walk[T, D]) more(seen int) bool {
	return w.current.next || len(w.items) >= itemsPerPage || len(w.items) > 0 && w.current.total > seen
}

func (w *walk[T, D]) element(index int, dec *json.Decoder) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return fmt.Errorf("results[%d]: %w", index, rest.JSONProblem(err))
	}
	doc, err := decode[T, D](w.client, w.op, w.of, raw)
	if err != nil {
		return fmt.Errorf("results[%d]: %w", index, err)
	}
	w.items = append(w.items, doc)
	return nil
}

func id[T any, D Document[T]](doc *T) string { return *D(doc).identity().ID }

// turn visits the page before the current one, and reports whether there is
// another one. After the last page nothing is left to visit.
func (w *walk[T, D]) turn() (more bool) {
	newer := make(map[string]*T, len(w.items))
	var added []*T
	for _, c := range w.items {
		if _, ok := w.seen[id[T, D](c)]; ok {
			newer[id[T, D](c)] = c
			continue
		}
		w.seen[id[T, D](c)] = struct{}{}
		added = append(added, c)
	}
	for _, c := range w.last {
		if n, ok := newer[id[T, D](c)]; ok {
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
