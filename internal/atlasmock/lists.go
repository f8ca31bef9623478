// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
)

// listing is how lists differ from what Atlas does.
type listing struct {
	compare  func(a, b string) int
	pageCap  int
	noLinks  bool
	endless  bool
	envelope bool
}

// WithListOrder orders the documents of a list by their ids (default: ascending).
func WithListOrder(compare func(a, b string) int) Option {
	return func(c *config) error {
		if compare == nil {
			return errors.New("list order: nil")
		}
		c.listing.compare = compare
		return nil
	}
}

// WithPageCap makes pages no larger than this, whatever was requested, as a gateway may.
func WithPageCap(items int) Option {
	return func(c *config) error {
		if items < 1 {
			return fmt.Errorf("page cap: %d is not above zero", items)
		}
		c.listing.pageCap = items
		return nil
	}
}

// WithoutListLinks leaves the links of a list empty: only a page that is not full shows the end.
func WithoutListLinks() Option {
	return func(c *config) error {
		c.listing.noLinks = true
		return nil
	}
}

// WithEndlessPages responds to every page with the first one and the promise of more.
func WithEndlessPages() Option {
	return func(c *config) error {
		c.listing.endless = true
		return nil
	}
}

// WithWrappedLists makes envelope=true wrap a list like a document. By default the list's own
// object takes the status in.
func WithWrappedLists() Option {
	return func(c *config) error {
		c.listing.envelope = true
		return nil
	}
}

// pageQuery is which page of a list is requested.
type pageQuery struct {
	number, items int
	count         bool
}

func parsePageQuery(query url.Values) (pageQuery, *apiError) {
	var (
		q    pageQuery
		errs [3]*apiError
	)
	q.number, errs[0] = parseInt(query, "pageNum", 1, 1, math.MaxInt32)
	q.items, errs[1] = parseInt(query, "itemsPerPage", 100, 1, 500)
	q.count, errs[2] = parseBool(query, "includeCount", true)
	for _, err := range errs {
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

// page makes one page of a list.
func (s *Server) page(r *http.Request, t target, v view) (document, *apiError) {
	q, apiErr := parsePageQuery(r.URL.Query())
	if apiErr != nil {
		return document{}, apiErr
	}
	rules := s.config.listing
	all, apiErr := s.store.all(t, rules.compare)
	if apiErr != nil {
		return document{}, apiErr
	}
	if keeps := operations[t.collection].keeps; keeps != nil {
		kept, apiErr := keeps(r.URL.Query())
		if apiErr != nil {
			return document{}, apiErr
		}
		if kept != nil {
			all = slices.DeleteFunc(all, func(body []byte) bool { return !kept(body) })
		}
	}

	size, number := q.items, q.number
	if rules.pageCap > 0 {
		size = min(size, rules.pageCap)
	}
	if rules.endless {
		number = 1
	}
	begin := min((number-1)*size, len(all))
	end := min(begin+size, len(all))

	var out bytes.Buffer
	out.WriteString(`{"links":`)
	if rules.noLinks {
		out.WriteString("[]")
	} else {
		out.Write(marshal(pageLinks(r, t, q.number, rules.endless || end < len(all))))
	}
	out.WriteString(`,"results":[`)
	out.Write(bytes.Join(all[begin:end], []byte(",")))
	out.WriteByte(']')
	enveloped := v.envelope && !rules.envelope
	if enveloped {
		out.WriteString(`,"status":200`)
	}
	if q.count {
		out.WriteString(`,"totalCount":` + strconv.Itoa(len(all)))
	}
	out.WriteByte('}')

	// Before the page leaves: its reader may ask for the next one at once.
	s.hooks.run(s, q.number)
	return document{body: out.Bytes(), enveloped: enveloped}, nil
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// pageLinks name Atlas' own host, whatever host was asked: whoever follows them leaves the mock.
func pageLinks(r *http.Request, t target, number int, more bool) []link {
	to := func(number int, rel string) link {
		query := r.URL.Query()
		query.Set("pageNum", strconv.Itoa(number))
		return link{Href: "https://cloud.mongodb.com" + t.path + "?" + query.Encode(), Rel: rel}
	}
	links := []link{to(number, "self")}
	if more {
		links = append(links, to(number+1, "next"))
	}
	if number > 1 {
		links = append(links, to(number-1, "previous"))
	}
	return links
}

// pageHooks are what a test wants to happen between two pages.
type pageHooks struct {
	mu      sync.Mutex
	waiting map[int][]func(*Server)
}

func (h *pageHooks) run(s *Server, number int) {
	h.mu.Lock()
	due := h.waiting[number]
	delete(h.waiting, number)
	h.mu.Unlock()
	for _, f := range due {
		f(s)
	}
}

// AfterPage has f called once, when page n of any list has been made and before it is sent, so that
// f can change what the next page shows.
func (s *Server) AfterPage(n int, f func(*Server)) {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	if s.hooks.waiting == nil {
		s.hooks.waiting = map[int][]func(*Server){}
	}
	s.hooks.waiting[n] = append(s.hooks.waiting[n], f)
}
