// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Request is what arrived at the server, and the status that it was responded with.
type Request struct {
	Method     string
	Host       string
	Proto      string
	Path       string // escaped, as it was sent
	RawQuery   string
	Header     http.Header
	Body       string
	RemoteAddr string
	Status     int // zero while the response is held back, and when it never came
}

// requestLog keeps the requests in order of arrival.
type requestLog struct {
	observe func(Request)

	mu      sync.Mutex
	entries []*Request
}

func (l *requestLog) begin(r *http.Request, body string) *Request {
	entry := &Request{
		Method:     r.Method,
		Host:       r.Host,
		Proto:      r.Proto,
		Path:       r.URL.EscapedPath(),
		RawQuery:   r.URL.RawQuery,
		Header:     r.Header.Clone(),
		Body:       body,
		RemoteAddr: r.RemoteAddr,
	}
	if path, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasPrefix(path, "/") {
		entry.Path = path
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, entry)
	return entry
}

func (l *requestLog) end(entry *Request) {
	if l.observe == nil {
		return
	}
	l.mu.Lock()
	ended := *entry
	l.mu.Unlock()
	l.observe(ended)
}

// statusWriter notes the status before it leaves, so that whoever has read a response finds it in
// the log.
type statusWriter struct {
	http.ResponseWriter

	log   *requestLog
	entry *Request
}

func (w *statusWriter) WriteHeader(status int) {
	w.log.mu.Lock()
	w.entry.Status = status
	w.log.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}

// Requests returns the log, in order of arrival.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	requests := make([]Request, 0, len(s.log.entries))
	for _, entry := range s.log.entries {
		request := *entry
		request.Header = entry.Header.Clone()
		requests = append(requests, request)
	}
	return requests
}

// Count counts the logged requests with this method and a path that begins so. An empty method is
// any.
func (s *Server) Count(method, pathPrefix string) int {
	count := 0
	for _, request := range s.Requests() {
		if (method == "" || request.Method == method) && strings.HasPrefix(request.Path, pathPrefix) {
			count++
		}
	}
	return count
}

// Connections counts the connections that the logged requests came over.
func (s *Server) Connections() int {
	var remotes []string
	for _, request := range s.Requests() {
		remotes = append(remotes, request.RemoteAddr)
	}
	slices.Sort(remotes)
	return len(slices.Compact(remotes))
}

// ResetLog forgets the logged requests.
func (s *Server) ResetLog() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.entries = nil
}
