// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing/iotest"
)

// wire carries requests to a handler without a network, so that a test's time
// can be that of testing/synctest. An answer arrives once the handler returns.
type wire struct{ handler http.Handler }

var errAborted = errors.New("connection aborted")

func (w wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	arrived := req.Clone(req.Context())
	arrived.RequestURI, arrived.Host, arrived.RemoteAddr = req.URL.RequestURI(), req.URL.Host, "192.0.2.1:1"
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	answer, served := httptest.NewRecorder(), make(chan bool, 1)
	go func() {
		defer func() { served <- recover() == nil }()
		w.handler.ServeHTTP(answer, arrived)
	}()
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case whole := <-served:
		if !whole {
			return nil, errAborted
		}
	}
	resp := answer.Result()
	resp.Request = req
	if missing := resp.ContentLength - int64(answer.Body.Len()); missing > 0 {
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, iotest.ErrReader(io.ErrUnexpectedEOF)))
	}
	return resp, nil
}

// counting notes what arrives at a handler.
type counting struct {
	handler http.Handler
	mu      sync.Mutex
	seen    []*http.Request
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.mu.Lock()
	c.seen = append(c.seen, r)
	c.mu.Unlock()
	c.handler.ServeHTTP(w, r)
}

func (c *counting) requests() []*http.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*http.Request{}, c.seen...)
}

// count is the number of requests to a path, or of all if it is empty.
func (c *counting) count(path string) int {
	n := 0
	for _, r := range c.requests() {
		if path == "" || r.URL.Path == path {
			n++
		}
	}
	return n
}

// count notes what arrives at a handler function.
func count(handler http.HandlerFunc) *counting { return &counting{handler: handler} }

// document is a checkpoint with only its ids.
func document(project string) string {
	return fmt.Sprintf(`{"id":%q,"groupId":%q}`, checkpointID, project)
}

// answerDocument answers with the checkpoint that was asked for.
func answerDocument(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == tokenPath {
		_, _ = io.WriteString(w, `{"access_token":"fetched","expires_in":3600,"token_type":"Bearer"}`)
		return
	}
	project := projectID
	if strings.Contains(r.URL.Path, otherProjectID) {
		project = otherProjectID
	}
	_, _ = io.WriteString(w, document(project))
}

// script answers each request with the next handler, and with the last one
// from then on.
func script(handlers ...http.HandlerFunc) *counting {
	var (
		mu   sync.Mutex
		next int
	)
	return count(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(next, len(handlers)-1)]
		next++
		mu.Unlock()
		h(w, r)
	})
}

// answer answers with a status, header fields ("Name: value") and a body.
func answer(status int, body string, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, field := range fields {
			name, value, _ := strings.Cut(field, ": ")
			w.Header().Add(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
