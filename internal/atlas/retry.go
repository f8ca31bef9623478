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

// retryable reports whether an attempt should be followed by another one.
func retryable(e *Error) bool { return !e.settled && e.Temporary() }

// Temporary reports whether the same request may succeed a moment later. It is
// about the failure alone: the attempts or the time may be over.
func (e *Error) Temporary() bool {
	switch e.Kind {
	case KindAnswer:
		return temporaryStatus(e.Status())
	case KindTimeout, KindStaleNonce:
		return true
	case KindNetwork:
		return !lasting(e.cause)
	default:
		return false
	}
}

// temporaryStatus reports the statuses that pass: those of a rate limit and of a
// timeout, and a server's errors, which include those that only CDNs and load
// balancers have (520 to 530, 598).
func temporaryStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusVariantAlsoNegotiates,
		http.StatusLoopDetected, http.StatusNotExtended, http.StatusNetworkAuthenticationRequired:
		return false // these say that the request itself, or the way it takes, will never do
	}
	return status >= 500 && status <= 599
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
	limits *rateLimits
	log    logFunc
}

// do calls attempt until it succeeds. Calls with the same key share a rate limit.
//
// A refusal by the rate limit counts as one of the policy's attempts only if no
// request passed since this call's last refusal: among many parallel reads it
// is no failure to be refused. The deadline bounds such attempts, and a
// MaxAttempts of 1 still means one.
func (r *retrier) do(ctx context.Context, key string, attempt func(context.Context) error) error {
	limit := r.limits.of(key)
	t := tally{}
	turn := limit.join(r.clock.Now())
	defer func() { limit.leave(turn) }()
	for {
		if e := r.awaitTurn(ctx, limit, turn, &t); e != nil {
			return e
		}
		t.attempts++
		err := r.inTurn(limit, turn, func() error { return attempt(withAttempt(ctx, t.attempts)) })
		if err == nil {
			limit.pass(turn)
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
			if e.Answer != nil {
				limit.pass(turn)
			}
			return t.finish(e)
		}
		wait, limited := r.wait(e, t.attempts)
		if limited {
			// Also after the last attempt: it concerns the other reads.
			turn = limit.refuse(turn, r.clock.Now().Add(wait), e)
			t.refused(limit.count())
		} else {
			limit.leave(turn)
			t.counted++
		}
		if t.counted >= r.policy.MaxAttempts {
			return t.outOfAttempts(e)
		}
		if limited {
			continue
		}
		if e := r.sleep(ctx, wait, &t, e); e != nil {
			return e
		}
		turn = limit.join(r.clock.Now())
	}
}

// wait returns how long to wait before the next attempt, and whether that is a
// rate limit, which concerns every read of the project.
func (r *retrier) wait(e *Error, attempt int) (wait time.Duration, limited bool) {
	if e.Answer != nil && e.Answer.RetryAfter > 0 {
		return e.Answer.RetryAfter, true
	}
	return r.policy.delay(attempt), e.Status() == http.StatusTooManyRequests
}

// awaitTurn waits until it is this read's turn and the wait that Atlas asked
// for is over. It fails as soon as that wait does not fit the deadline.
func (r *retrier) awaitTurn(ctx context.Context, limit *rateLimit, turn *turn, t *tally) *Error {
	if turn == nil {
		return nil
	}
	for logged := false; ; {
		until, refusal, changed := limit.state()
		now := r.clock.Now()
		wait := until.Sub(now)
		if deadline, ok := ctx.Deadline(); ok && wait > 0 && wait >= deadline.Sub(now) {
			return t.outOfTime(refusal, wait)
		}
		select {
		case <-turn.begun:
			if wait <= 0 {
				return nil
			}
			if e := r.sleep(ctx, wait, t, refusal); e != nil {
				return e
			}
			continue
		default:
		}
		if !logged {
			r.log(ctx, "Waiting before the next Atlas request", map[string]any{"attempt": t.attempts, "queued": true})
			logged = true
		}
		select {
		case <-turn.begun:
		case <-changed:
		case <-ctx.Done():
		}
		t.waited += r.clock.Now().Sub(now)
		if ctx.Err() != nil {
			return t.interrupted(ctx, refusal)
		}
	}
}

// inTurn runs an attempt. If it takes longer than refillInterval, the next read
// gets its turn meanwhile.
func (r *retrier) inTurn(limit *rateLimit, turn *turn, attempt func() error) error {
	if turn != nil {
		passOn := time.AfterFunc(refillInterval, func() { limit.leave(turn) })
		defer passOn.Stop()
	}
	return attempt()
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
