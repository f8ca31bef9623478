// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Forever keeps a fault in force until [Server.ClearFaults].
const Forever = -1

// Fault is something that goes wrong with a response. Its zero value changes nothing, once. The
// Fault functions make the usual kinds, whose fields can be set afterwards; [Fault.On],
// [Fault.Repeat] and [Fault.Early] do so in passing.
type Fault struct {
	// Match chooses the requests; nil means reads of the API, single and lists. It must not call
	// the server.
	Match func(*http.Request) bool

	// BeforeAuth makes the fault strike requests whether or not their credentials are good, and
	// before they are looked at. Otherwise it strikes in place of what comes after authentication.
	BeforeAuth bool

	// Times is how many matching requests it strikes: 0 means one, Forever all.
	Times int

	// Delay and Hold come first: the response waits that long, and until the channel is closed.
	Delay time.Duration
	Hold  <-chan struct{}

	// Status and Body replace the true response, unless Status is zero. Header is added to either.
	Status int
	Header http.Header
	Body   string

	err  *apiError
	send writer
}

// On returns the fault for the requests that match chooses.
func (f Fault) On(match func(*http.Request) bool) Fault {
	f.Match = match
	return f
}

// Repeat returns the fault for that many requests.
func (f Fault) Repeat(times int) Fault {
	f.Times = times
	return f
}

// Early returns the fault for the time before authentication.
func (f Fault) Early() Fault {
	f.BeforeAuth = true
	return f
}

// With returns the fault with one more header field on its responses.
func (f Fault) With(name, value string) Fault {
	header := f.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Add(name, value)
	f.Header = header
	return f
}

// stage is when a fault may strike.
type stage bool

const (
	beforeAuth stage = true
	afterAuth  stage = false
)

// faults is a queue: of those that match, the one that waits longest strikes.
type faults struct {
	mu     sync.Mutex
	queued []*Fault
}

func (q *faults) take(r *http.Request, at stage) *Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, fault := range q.queued {
		match := fault.Match
		if match == nil {
			match = MatchAPI
		}
		if stage(fault.BeforeAuth) != at || !match(r) {
			continue
		}
		switch {
		case fault.Times == Forever:
		case fault.Times > 1:
			fault.Times--
		default:
			q.queued = slices.Delete(q.queued, i, i+1)
		}
		return fault
	}
	return nil
}

// Fail queues faults.
func (s *Server) Fail(faults ...Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for _, fault := range faults {
		s.faults.queued = append(s.faults.queued, &fault)
	}
}

// ClearFaults ends every fault that has not struck yet.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.queued = nil
}

// underFault responds with next, unless a fault for this stage has it otherwise.
func (s *Server) underFault(r *http.Request, at stage, v view, next func() response) response {
	fault := s.faults.take(r, at)
	if fault == nil {
		return next()
	}
	s.pause(r.Context(), fault.Delay)
	if fault.Hold != nil {
		select {
		case <-fault.Hold:
		case <-r.Context().Done():
		case <-s.closed:
		}
	}

	var ans response
	switch {
	case fault.err != nil:
		ans = s.present(v, fault.err.document())
	case fault.Status != 0:
		ans = response{status: fault.Status, header: http.Header{}, body: []byte(fault.Body)}
	default:
		ans = next()
	}
	header := maps.Clone(ans.header)
	maps.Copy(header, fault.Header)
	ans.header = header
	if fault.send != nil {
		ans.send = fault.send
	}
	return ans
}
