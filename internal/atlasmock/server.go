// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package atlasmock imitates the part of the MongoDB Atlas Administration API that reads legacy
// backups: authentication, rate limits, error bodies and headers included. It is written from the
// API's documents alone and shares no code with the provider, so that a mistake in one is not
// repeated in the other.
package atlasmock

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	grantPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
	apiPath    = "/api/atlas/v2/"

	maxFormBytes = 64 << 10
)

// Server is the imitated API. It is safe for concurrent use; make one with [New].
type Server struct {
	config config

	store  *store
	nonces *nonces
	tokens *tokens
	budget *budget
	faults *faults
	hooks  *pageHooks
	log    *requestLog

	closed    chan struct{}
	closeOnce sync.Once
}

var _ http.Handler = (*Server)(nil)

// New makes a server with the embedded fixtures and without any credential: it refuses every read
// until an option names one that it accepts. All faulty options are reported at once.
func New(opts ...Option) (*Server, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	store := newStore()
	if cfg.fixtures != nil {
		if err := store.load(cfg.fixtures); err != nil {
			return nil, err
		}
	}
	if cfg.freshness != nil {
		store.shiftTimes(cfg.now().Add(-*cfg.freshness))
	}
	return &Server{
		config: cfg,
		store:  store,
		nonces: newNonces(cfg.digest),
		tokens: newTokens(cfg.accessTokens, cfg.tokenLifetime),
		budget: newBudget(cfg.rateLimit),
		faults: &faults{},
		hooks:  &pageHooks{},
		log:    &requestLog{observe: cfg.observer},
		closed: make(chan struct{}),
	}, nil
}

// Close ends every response that a fault or the latency holds back. The server goes on afterwards,
// without waiting.
func (s *Server) Close() {
	s.closeOnce.Do(func() { close(s.closed) })
}

// ServeHTTP responds to one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Reading the body here lets the fault kinds notice a client that goes away: net/http watches
	// the connection only once the request has been read.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFormBytes))
	entry := s.log.begin(r, string(body))
	defer s.log.end(entry)
	w = &statusWriter{ResponseWriter: w, log: s.log, entry: entry}
	if err != nil {
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}

	s.pause(r.Context(), s.config.latency)
	ans := s.underFault(r, beforeAuth, view{}, func() response { return s.respond(r, string(body)) })
	ans.write(s, w, r)
}

// respond makes the true response. Everything under the API's path is authenticated before the path
// is checked: who may not read learns nothing about what exists.
func (s *Server) respond(r *http.Request, body string) response {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), s.config.pathPrefix)
	switch {
	case !ok:
		return pageNotFound()
	case path == grantPath:
		return s.oauth(r, body, s.issueToken)
	case path == revokePath:
		return s.oauth(r, body, s.revokeToken)
	case strings.HasPrefix(path, apiPath):
		if ok, stale := s.authenticate(r); !ok {
			return s.unauthorized(stale)
		}
		return s.application(r, path)
	default:
		return pageNotFound()
	}
}

// pause waits for d, or until the client has gone away or the server is closed.
func (s *Server) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.closed:
	}
}
