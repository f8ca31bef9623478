// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"time"
)

// tally is what one read has been through, for the error that may end it.
type tally struct {
	attempts int
	// counted are those that count towards RetryPolicy.MaxAttempts.
	counted int
	// passed is how many requests of the project had passed at the last refusal,
	// if there was one.
	passed *int
	waited time.Duration
	last   *Error
	answer *Answer
}

func (t *tally) note(e *Error) {
	t.last = e
	if e.Answer != nil {
		t.answer = e.Answer
	}
}

// refused counts an attempt that the rate limit refused, unless other requests
// passed since the last time.
func (t *tally) refused(passed int) {
	if t.passed == nil || *t.passed == passed {
		t.counted++
	}
	t.passed = &passed
}

// outOfAttempts is the error of a read whose policy allows no further attempt.
func (t *tally) outOfAttempts(because *Error) *Error {
	e := t.finish(because)
	e.OutOfAttempts = true
	return e
}

// finish completes the error of the last attempt.
func (t *tally) finish(e *Error) *Error {
	done := *e
	done.Attempts = max(done.Attempts, t.attempts)
	done.Waited += t.waited
	if done.Answer == nil && t.answer != nil {
		done.Answer, done.Earlier = t.answer, true
	}
	return &done
}

// outOfTime is the error of a read whose next wait does not fit its deadline.
func (t *tally) outOfTime(because *Error, wait time.Duration) *Error {
	e := t.finish(because)
	e.Wait, e.Deadline, e.settled = wait, true, true
	return e
}

// interrupted is the error of a read that was stopped by its deadline or by the
// caller, after or during the failure e. An earlier failure says more than the
// end of the time does.
func (t *tally) interrupted(ctx context.Context, e *Error) *Error {
	byDeadline := errors.Is(ctx.Err(), context.DeadlineExceeded)
	if byDeadline && t.last != nil {
		e = t.last
	}
	done := t.finish(e)
	done.Deadline, done.settled = byDeadline, true
	if !byDeadline {
		done.Kind, done.Problem = KindCanceled, "the read was interrupted"
	} else if done.Kind == 0 {
		done.Kind, done.Problem = KindTimeout, "the time for this read ran out"
	}
	return done
}
