// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Clock is a clock on which every wait is over at once.
type Clock struct {
	// Slept, if set, is called after each wait with the number of those so far.
	Slept func(waits int)

	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

// NewClock starts a clock at the present time.
func NewClock() *Clock { return &Clock{now: time.Now()} }

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Now is the present time and all that was waited since.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep advances the clock.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	waits := len(c.slept)
	c.mu.Unlock()
	if c.Slept != nil {
		c.Slept(waits)
	}
	return ctx.Err()
}

// Advance lets time pass without a wait.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Waits are all waits so far.
func (c *Clock) Waits() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.slept)
}
