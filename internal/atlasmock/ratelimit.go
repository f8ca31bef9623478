// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// rateLimit describes a token bucket; its zero value means that there is none.
type rateLimit struct {
	capacity int
	refill   float64 // each second
}

// budget holds one bucket for each project.
type budget struct {
	limit rateLimit

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	filled time.Time
}

func newBudget(limit rateLimit) *budget {
	return &budget{limit: limit, buckets: map[string]*bucket{}}
}

// spend takes one request from the project's bucket. It returns the header fields that every
// response then carries, and the refusal if the bucket is empty.
func (b *budget) spend(project string, now time.Time) (http.Header, *apiError) {
	if b.limit.capacity == 0 || project == "" {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket := b.refilled(project, now)
	allowed := bucket.tokens >= 1
	if allowed {
		bucket.tokens--
	}

	header := http.Header{}
	header.Set("RateLimit-Limit", strconv.Itoa(b.limit.capacity))
	header.Set("RateLimit-Remaining", strconv.Itoa(max(0, int(bucket.tokens))))
	if allowed {
		return header, nil
	}
	return header, b.refusal(bucket)
}

func (b *budget) refusal(bucket *bucket) *apiError {
	const (
		path   = "api/atlas/v2/groups"
		period = 60
	)
	wait := max(1, int(math.Ceil((1-bucket.tokens)/b.limit.refill)))
	refill := int(math.Round(b.limit.refill * period))
	e := newAPIError(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
		fmt.Sprintf("Resource %s allows %d requests at once and %d more every %d seconds. Retry after %d seconds.",
			path, b.limit.capacity, refill, period, wait),
		path, wait, b.limit.capacity, refill, period)
	e.header.Set("Retry-After", strconv.Itoa(wait))
	return e
}

// take spends requests as another client of the project would; the bucket may go into debt.
func (b *budget) take(project string, requests int, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refilled(project, now).tokens -= float64(requests)
}

func (b *budget) refilled(project string, now time.Time) *bucket {
	full := float64(b.limit.capacity)
	known, ok := b.buckets[project]
	if !ok {
		known = &bucket{tokens: full, filled: now}
		b.buckets[project] = known
	}
	known.tokens = min(full, known.tokens+now.Sub(known.filled).Seconds()*b.limit.refill)
	known.filled = now
	return known
}

// TakeBudget spends requests from a project's rate limit, as another client of the project would.
// More than the bucket holds leaves it in debt.
func (s *Server) TakeBudget(projectID string, requests int) {
	s.budget.take(projectID, requests, s.config.now())
}
