// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// RetryPolicy says how often and how patiently a failed request is tried again.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt too: 1 means no retries.
	MaxAttempts int
	// MinDelay and MaxDelay bound the wait between two attempts. They don't
	// bound a wait that Atlas asks for with Retry-After.
	MinDelay, MaxDelay time.Duration
}

// DefaultRetryPolicy is used for what a Config leaves out.
var DefaultRetryPolicy = RetryPolicy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: time.Minute}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = DefaultRetryPolicy.MaxAttempts
	}
	if p.MinDelay == 0 {
		p.MinDelay = DefaultRetryPolicy.MinDelay
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = DefaultRetryPolicy.MaxDelay
	}
	return p
}

// delay is the wait after the given attempt: random between MinDelay and a
// bound that doubles with each attempt up to MaxDelay, so that parallel reads
// which failed together do not come back together.
func (p RetryPolicy) delay(attempt int) time.Duration {
	bound := p.MinDelay
	for range attempt {
		if bound > p.MaxDelay/2 {
			bound = p.MaxDelay
			break
		}
		bound *= 2
	}
	if bound <= p.MinDelay {
		return p.MinDelay
	}
	return p.MinDelay + rand.N(bound-p.MinDelay+1) //nolint:gosec // jitter needs no secrecy
}

// retryable reports whether the same request may succeed a moment later. It
// judges the failure alone; attempts and deadline are the retrier's concern.
func retryable(e *Error) bool {
	if e.settled {
		return false
	}
	switch e.Kind {
	case KindAnswer:
		switch e.Status() {
		case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
			http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	case KindTimeout, KindStaleNonce:
		return true
	case KindNetwork:
		return !lasting(e.cause)
	default:
		return false
	}
}

// A retrier runs attempts until one succeeds, fails for good, or the caller's
// time is up.
//
// It is a loop of our own, not go-retryablehttp: an attempt here ends only when
// its body is decoded, an envelope's inner status decides, a wait must be
// shared between reads and fit the deadline, and the last answer must survive.
// Each of these is a hook to bend there and a line here.
type retrier struct {
	policy RetryPolicy
	clock  Clock
	pauses *pauses
	log    logFunc
}

// do calls attempt until it succeeds. Calls with the same gate share the waits
// that Atlas asks for.
func (r *retrier) do(ctx context.Context, gate string, attempt func(context.Context) error) error {
	t := tally{}
	for {
		if e := r.awaitPause(ctx, gate, &t); e != nil {
			return e
		}
		t.attempts++
		err := attempt(withAttempt(ctx, t.attempts))
		if err == nil {
			return nil
		}
		var e *Error
		if !errors.As(err, &e) {
			return err
		}
		if ctx.Err() != nil && e.Answer == nil {
			return t.interrupted(ctx, e)
		}
		t.note(e)
		if !retryable(e) {
			return t.finish(e)
		}
		wait, told := r.wait(e, t.attempts)
		if told {
			// Also after the last attempt: the other reads have some left.
			r.pauses.extend(gate, pause{until: r.clock.Now().Add(wait), asked: e})
		}
		if t.attempts >= r.policy.MaxAttempts {
			return t.finish(e)
		}
		if told {
			continue
		}
		if e := r.sleep(ctx, wait, &t, e); e != nil {
			return e
		}
	}
}

// wait returns how long to wait before the next attempt, and whether it was
// Atlas that asked for it: then it concerns every read of the project.
func (r *retrier) wait(e *Error, attempt int) (wait time.Duration, told bool) {
	if e.Answer != nil && e.Answer.RetryAfter > 0 {
		return e.Answer.RetryAfter, true
	}
	return r.policy.delay(attempt), e.Status() == http.StatusTooManyRequests
}

// awaitPause waits until nobody at this gate has been told to wait any longer.
func (r *retrier) awaitPause(ctx context.Context, gate string, t *tally) *Error {
	for {
		p := r.pauses.at(gate)
		wait := p.until.Sub(r.clock.Now())
		if wait <= 0 {
			return nil
		}
		if e := r.sleep(ctx, wait, t, p.asked); e != nil {
			return e
		}
	}
}

// sleep waits because of a failure, unless the deadline leaves no room for it:
// then sleeping would only delay the same error.
func (r *retrier) sleep(ctx context.Context, wait time.Duration, t *tally, because *Error) *Error {
	if deadline, ok := ctx.Deadline(); ok && wait >= deadline.Sub(r.clock.Now()) {
		return t.outOfTime(because, wait)
	}
	r.log(ctx, "Waiting before the next Atlas request", map[string]any{
		"attempt": t.attempts, "wait": wait.String(),
	})
	start := r.clock.Now()
	err := r.clock.Sleep(ctx, wait)
	t.waited += r.clock.Now().Sub(start)
	if err != nil {
		return t.interrupted(ctx, because)
	}
	return nil
}
