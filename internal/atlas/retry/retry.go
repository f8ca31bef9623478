// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package retry runs the attempts of a request until one succeeds, fails for good, or the time is
// up, and queues the requests that share a rate limit.
package retry

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Policy says how often and how patiently a failed request is tried again.
type Policy struct {
	// MaxAttempts counts the first attempt too: 1 means no retries.
	MaxAttempts int
	// MinDelay and MaxDelay bound the wait between two attempts. They don't bound a wait that Atlas
	// asks for with Retry-After.
	MinDelay, MaxDelay time.Duration
}

// DefaultPolicy is used for what a Policy leaves out.
var DefaultPolicy = Policy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: time.Minute}

func (p Policy) withDefaults() Policy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = DefaultPolicy.MaxAttempts
	}
	if p.MinDelay == 0 {
		p.MinDelay = DefaultPolicy.MinDelay
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = DefaultPolicy.MaxDelay
	}
	return p
}

// delay is the wait after the given attempt: random between MinDelay and a bound that doubles with
// each attempt up to MaxDelay, so that parallel reads which failed together do not come back
// together.
func (p Policy) delay(attempt int) time.Duration {
	bound := p.MinDelay
	for range attempt {
		bound += min(bound, p.MaxDelay-bound)
	}
	return p.MinDelay + rand.N(max(bound-p.MinDelay, 0)+1) //nolint:gosec // jitter needs no secrecy
}

// A Retrier runs attempts.
//
// It is a loop of our own, not go-retryablehttp: an attempt here ends only when its body is
// decoded, an envelope's inner status decides, a wait must be shared between reads and fit the
// deadline, and the last response must survive. Each of these is a hook to bend there and a line
// here.
type Retrier struct {
	policy Policy
	clock  rest.Clock
	log    rest.LogFunc
	login  rest.Login
	limits rateLimits
}

// New returns a Retrier. Zero fields of the policy mean those of DefaultPolicy; errors name the
// login.
func New(policy Policy, clock rest.Clock, log rest.LogFunc, login rest.Login) *Retrier {
	return &Retrier{policy: policy.withDefaults(), clock: clock, log: log, login: login}
}

// Job is a request to make attempts at.
type Job struct {
	// Limit names the rate limit that the request shares with others.
	Limit  string
	Method string
	URL    *url.URL
	// Token is true for the request for a token.
	Token bool
}

// Do calls attempt until it succeeds. Jobs with the same Limit share a rate limit. An error is a
// complete *rest.Error, unless attempt returned another.
//
// A refusal by the rate limit counts as one of the policy's attempts only if no request passed
// since this job's last refusal: among many parallel reads it is no failure to be refused. The
// deadline bounds such attempts, and a MaxAttempts of 1 still means one.
func (r *Retrier) Do(ctx context.Context, job Job, attempt func(context.Context) error) error {
	err := r.do(ctx, r.limits.of(job.Limit), attempt)
	e, ok := errors.AsType[*rest.Error](err)
	if !ok {
		return err
	}
	return r.complete(job, e)
}

// Interrupted is the error of a job whose context ended before it was begun.
func (r *Retrier) Interrupted(ctx context.Context, job Job) *rest.Error {
	return r.complete(job, (&history{}).interrupted(ctx, &rest.Error{}))
}

// complete adds what is the same for all errors of a job. One that is complete is about a request
// that this one depends on.
func (r *Retrier) complete(job Job, e *rest.Error) *rest.Error {
	done := *e
	done.Login, done.Final = r.login, true
	if done.Method == "" {
		done.Method, done.Host, done.Path, done.Token = job.Method, job.URL.Host, job.URL.EscapedPath(), job.Token
	}
	return &done
}

func (r *Retrier) do(ctx context.Context, limit *rateLimit, attempt func(context.Context) error) error {
	h := history{}
	turn := limit.join(r.clock.Now())
	defer func() { limit.leave(turn) }()
	for {
		if e := r.awaitTurn(ctx, limit, turn, &h); e != nil {
			return e
		}
		h.attempts++
		err := r.inTurn(limit, turn, func() error { return attempt(rest.WithAttempt(ctx, h.attempts)) })
		if err == nil {
			limit.pass(turn)
			return nil
		}
		var e *rest.Error
		if !errors.As(err, &e) {
			return err
		}
		if ctx.Err() != nil && e.Response == nil {
			return h.interrupted(ctx, e)
		}
		h.note(e)
		if e.Final || !e.Temporary() {
			if e.Response != nil && !e.Final { // a final one is about a request that this one depends on
				limit.pass(turn)
			}
			return h.finish(e)
		}
		wait, limited := r.wait(e, h.attempts)
		if limited {
			// Also after the last attempt: it concerns the other reads.
			turn = limit.refuse(turn, r.clock.Now().Add(wait), e)
			h.refused(limit.count())
		} else {
			limit.leave(turn)
			h.counted++
		}
		if h.counted >= r.policy.MaxAttempts {
			return h.outOfAttempts(e)
		}
		if limited {
			continue
		}
		if e := r.sleep(ctx, wait, &h, e); e != nil {
			return e
		}
		turn = limit.join(r.clock.Now())
	}
}

// wait returns how long to wait before the next attempt, and whether that is a rate limit, which
// concerns every read of the project.
func (r *Retrier) wait(e *rest.Error, attempt int) (wait time.Duration, limited bool) {
	if e.Response != nil && e.Response.RetryAfter > 0 {
		return e.Response.RetryAfter, true
	}
	return r.policy.delay(attempt), e.Status() == http.StatusTooManyRequests
}

// awaitTurn waits until it is this read's turn and the wait that Atlas asked for is over. It fails
// as soon as that wait does not fit the deadline.
func (r *Retrier) awaitTurn(ctx context.Context, limit *rateLimit, turn *turn, h *history) *rest.Error {
	if turn == nil {
		return nil
	}
	for logged := false; ; {
		until, refusal, changed := limit.state()
		now := r.clock.Now()
		wait := until.Sub(now)
		if deadline, ok := ctx.Deadline(); ok && until.After(now) && !until.Before(deadline) {
			return h.outOfTime(refusal, wait)
		}
		select {
		case <-turn.begun:
			if wait <= 0 {
				return nil
			}
			if e := r.sleep(ctx, wait, h, refusal); e != nil {
				return e
			}
			continue
		default:
		}
		if !logged {
			r.log(ctx, "Waiting before the next Atlas request", map[string]any{"attempt": h.attempts, "queued": true})
			logged = true
		}
		select {
		case <-turn.begun:
		case <-changed:
		case <-ctx.Done():
		}
		h.waited += r.clock.Now().Sub(now)
		if ctx.Err() != nil {
			return h.interrupted(ctx, refusal)
		}
	}
}

// inTurn runs an attempt. If it takes longer than refillInterval, the next read gets its turn
// meanwhile.
func (r *Retrier) inTurn(limit *rateLimit, turn *turn, attempt func() error) error {
	if turn != nil {
		passOn := time.AfterFunc(refillInterval, func() { limit.leave(turn) })
		defer passOn.Stop()
	}
	return attempt()
}

// sleep waits because of a failure, unless the deadline leaves no room for it: then sleeping would
// only delay the same error.
func (r *Retrier) sleep(ctx context.Context, wait time.Duration, h *history, because *rest.Error) *rest.Error {
	if deadline, ok := ctx.Deadline(); ok && wait >= deadline.Sub(r.clock.Now()) {
		return h.outOfTime(because, wait)
	}
	r.log(ctx, "Waiting before the next Atlas request", map[string]any{
		"attempt": h.attempts, "wait": wait.String(),
	})
	start := r.clock.Now()
	err := r.clock.Sleep(ctx, wait)
	h.waited += r.clock.Now().Sub(start)
	if err != nil {
		return h.interrupted(ctx, because)
	}
	return nil
}
