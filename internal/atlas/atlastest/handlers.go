// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

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

// Transport carries requests to a handler without a network, so that a test's time can be that of
// testing/synctest. A response arrives once the handler returns.
type Transport struct{ Handler http.Handler }

var errAborted = errors.New("connection aborted")

// RoundTrip implements http.RoundTripper.
func (w Transport) RoundTrip(req *http.Request) (*http.Response, error) {
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
		w.Handler.ServeHTTP(answer, arrived)
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

// A Recorder keeps the requests that arrive at a handler.
type Recorder struct {
	Handler http.Handler
	mu      sync.Mutex
	seen    []*http.Request
}

// ServeHTTP implements http.Handler.
func (c *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.mu.Lock()
	c.seen = append(c.seen, r)
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
}

// Requests are the requests so far.
func (c *Recorder) Requests() []*http.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*http.Request{}, c.seen...)
}

// Count is the number of requests to a path, or of all if it is empty.
func (c *Recorder) Count(path string) int {
	n := 0
	for _, r := range c.Requests() {
		if path == "" || r.URL.Path == path {
			n++
		}
	}
	return n
}

// Record keeps the requests that arrive at a handler function.
func Record(handler http.HandlerFunc) *Recorder { return &Recorder{Handler: handler} }

// Document is a checkpoint with only its ids.
func Document(project string) string {
	return fmt.Sprintf(`{"id":%q,"groupId":%q}`, CheckpointID, project)
}

// RespondWithDocument responds with the requested checkpoint.
func RespondWithDocument(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == TokenPath {
		_, _ = io.WriteString(w, `{"access_token":"fetched","expires_in":3600,"token_type":"Bearer"}`)
		return
	}
	project := ProjectID
	if strings.Contains(r.URL.Path, OtherProjectID) {
		project = OtherProjectID
	}
	_, _ = io.WriteString(w, Document(project))
}

// Script responds to each request with the next handler, and with the last one from then on.
func Script(handlers ...http.HandlerFunc) *Recorder {
	var (
		mu   sync.Mutex
		next int
	)
	return Record(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(next, len(handlers)-1)]
		next++
		mu.Unlock()
		h(w, r)
	})
}

// Respond responds with a status, header fields ("Name: value") and a body.
func Respond(status int, body string, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, field := range fields {
			name, value, _ := strings.Cut(field, ": ")
			w.Header().Add(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
