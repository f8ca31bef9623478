// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry

import (
	"context"
	"errors"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// history is what one read has been through, for the error that may end it.
type history struct {
	attempts int
	// counted are those that count towards Policy.MaxAttempts.
	counted int
	// passed is how many requests of the project had passed at the last refusal, if there was one.
	passed   *int
	waited   time.Duration
	last     *rest.Error
	response *rest.Response
}

func (h *history) note(e *rest.Error) {
	h.last = e
	if e.Response != nil {
		h.response = e.Response
	}
}

// refused counts an attempt that the rate limit refused, unless other requests passed since the
// last time.
func (h *history) refused(passed int) {
	if h.passed == nil || *h.passed >= passed {
		h.counted++
	}
	h.passed = &passed
}

// outOfAttempts is the error of a read whose policy allows no further attempt.
func (h *history) outOfAttempts(because *rest.Error) *rest.Error {
	e := h.finish(because)
	e.OutOfAttempts = true
	return e
}

// finish completes the error of the last attempt.
func (h *history) finish(e *rest.Error) *rest.Error {
	done := *e
	done.Attempts = max(done.Attempts, h.attempts)
	done.Waited += h.waited
	if done.Response == nil && h.response != nil {
		done.Response, done.Earlier = h.response, true
	}
	return &done
}

// outOfTime is the error of a read whose next wait does not fit its deadline.
func (h *history) outOfTime(because *rest.Error, wait time.Duration) *rest.Error {
	e := h.finish(because)
	e.Wait, e.Deadline, e.Final = wait, true, true
	return e
}

// interrupted is the error of a read that was stopped by its deadline or by the caller, after or
// during the failure e. An earlier failure says more than the end of the time does.
func (h *history) interrupted(ctx context.Context, e *rest.Error) *rest.Error {
	byDeadline := errors.Is(ctx.Err(), context.DeadlineExceeded)
	if byDeadline && h.last != nil {
		e = h.last
	}
	done := h.finish(e)
	done.Deadline, done.Final = byDeadline, true
	if !byDeadline {
		done.Kind, done.Problem = rest.KindCanceled, "the read was interrupted"
	} else if done.Kind == 0 {
		done.Kind, done.Problem = rest.KindTimeout, "the time for this read ran out"
	}
	return done
}
