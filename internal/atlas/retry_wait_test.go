// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestRetry_obeysRetryAfter(t *testing.T) {
	const backoff = 3 * time.Second
	for name, test := range map[string]struct {
		status int
		value  string
		want   time.Duration
	}{
		"429":                   {429, "55", 55 * time.Second},
		"503":                   {503, "7", 7 * time.Second},
		"500":                   {500, "7", 7 * time.Second},
		"above the longest":     {429, "3600", time.Hour},
		"below the shortest":    {429, "1", time.Second},
		"ten years":             {429, "315360000", 10 * 365 * 24 * time.Hour},
		"seconds with a space":  {429, " 9 ", 9 * time.Second},
		"date, one hour off":    {429, "Sun, 01 Mar 2026 12:00:30 GMT", 30 * time.Second},
		"date, one-digit month": {429, "Sun, 1 Mar 2026 12:00:20 GMT", 20 * time.Second},
		"zero":                  {429, "0", backoff},
		"negative":              {429, "-5", backoff},
		"no number":             {429, "soon", backoff},
		"fraction":              {429, "1.5", backoff},
		"empty":                 {429, "", backoff},
		"date in the past":      {429, "Sun, 01 Mar 2020 12:00:00 GMT", backoff},
		"date that is none":     {429, "Sun, 99 Mar 2026 12:00:00 GMT", backoff},
	} {
		t.Run(name, func(t *testing.T) {
			clock := acctest.NewClock()
			server := script(answer(test.status, "", "Retry-After: "+test.value, "Date: Sun, 01 Mar 2026 12:00:00 GMT"), answerDocument)
			mustRead(t, inProcess(server, accessToken, by(clock), delays(backoff, backoff)))
			if got := clock.Waits(); !slices.Equal(got, []time.Duration{test.want}) {
				t.Errorf("waited %s, want %s", got, test.want)
			}
		})
	}
}

func TestRetry_waitThatDoesNotFitTheDeadline(t *testing.T) {
	const slow = `{"detail":"Slow down."}`
	for name, test := range map[string]struct {
		answer    http.HandlerFunc
		low, high time.Duration // of the wait
		attempts  int
	}{
		"Retry-After":             {answer(429, slow, "Retry-After: 60"), time.Minute, time.Minute, 1},
		"Retry-After of 10 years": {answer(429, slow, "Retry-After: 315360000"), 87600 * time.Hour, 87600 * time.Hour, 1},
		"Retry-After exactly":     {answer(429, slow, "Retry-After: 30"), 30 * time.Second, 30 * time.Second, 1},
		"backoff":                 {answer(503, slow), 40 * time.Second, time.Minute, 1},
		"the second Retry-After":  {answer(429, slow, "Retry-After: 20"), 20 * time.Second, 20 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := script(test.answer)
				client := inProcess(server, accessToken, delays(40*time.Second, time.Minute))
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				waited := time.Duration(test.attempts-1) * 20 * time.Second
				var e *rest.Error
				takes(t, waited, func() { e = wantKind(t, read(ctx, client), rest.KindAnswer) })
				if e.Wait < test.low || e.Wait > test.high || !e.Deadline || e.Attempts != test.attempts || e.Waited != waited ||
					e.Earlier || e.Answer.Detail != "Slow down." {
					t.Errorf("got %+v with %+v", e, e.Answer)
				}
				wantCount(t, "requests", server.count(""), test.attempts)
			})
		})
	}
}

// limited answers 429 with Retry-After to the first read of a project.
func limited(seconds string) *counting {
	return count(func() http.HandlerFunc {
		var (
			mu   sync.Mutex
			told bool
		)
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			first := !told && !strings.Contains(r.URL.Path, otherProjectID)
			told = told || first
			mu.Unlock()
			if first {
				answer(429, `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","detail":"Slow down."}`, "Retry-After: "+seconds)(w, r)
				return
			}
			answerDocument(w, r)
		}
	}())
}

func TestRetry_readsOfOneProjectWaitTogether(t *testing.T) {
	for name, test := range map[string]struct {
		server *counting
		want   time.Duration
	}{
		"as Atlas asks":           {limited("40"), 40 * time.Second},
		"429 without Retry-After": {script(answer(429, ""), answerDocument), 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 20
				client := inProcess(test.server, accessToken, delays(5*time.Second, 5*time.Second))
				takes(t, test.want, func() {
					first := start(func() { mustSucceed(t, read(t.Context(), client)) })
					others := start(func() { readTogether(t, n, client) })
					wantCount(t, "requests while waiting", test.server.count(""), 1)
					takes(t, 0, func() { mustSucceed(t, readOf(t.Context(), client, otherProjectID)) })
					first()
					others()
				})
				wantCount(t, "requests", test.server.count(""), 1+1+n+1)
			})
		})
	}
}

// A read that gives up was told to wait all the same.
func TestRetry_readThatGivesUpMakesTheOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := limited("40")
		client := inProcess(server, accessToken, attempts(1))
		_ = wantKind(t, read(t.Context(), client), rest.KindAnswer)
		takes(t, 40*time.Second, func() { readTogether(t, 10, client) })
		wantCount(t, "requests", server.count(""), 1+10)
	})
}

// The backoff of one read is its own: an error that is no limit says nothing
// about the project.
func TestRetry_backoffOfOneReadHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inProcess(script(answer(503, ""), answerDocument), accessToken)
		first := start(func() { mustSucceed(t, read(t.Context(), client)) })
		takes(t, 0, func() { readTogether(t, 10, client) })
		first()
	})
}

// A read that is made to wait by another's answer, and has no time for that,
// says what Atlas answered.
func TestRetry_waitOfAnotherReadThatDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inProcess(limited("40"), accessToken)
		first := start(func() { mustSucceed(t, read(t.Context(), client)) })
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		takes(t, 0, func() {
			e := wantKind(t, read(ctx, client), rest.KindAnswer)
			if e.Wait != 40*time.Second || !e.Deadline || e.Attempts != 0 || e.Answer.Detail != "Slow down." {
				t.Errorf("got %+v", e)
			}
		})
		first()
	})
}

func TestRetry_interrupted(t *testing.T) {
	for name, server := range map[string]*counting{"while waiting": limited("40"), "while asking": count(outlast)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := inProcess(server, accessToken)
				ctx, cancel := context.WithCancel(t.Context())
				var err error
				reading := start(func() { err = read(ctx, client) })
				takes(t, 0, func() {
					cancel()
					reading()
				})
				e := wantKind(t, err, rest.KindCanceled)
				waits := name == "while waiting"
				if e.Problem != "the read was interrupted" || e.Deadline || e.Attempts != 1 || (e.Answer != nil) != waits ||
					waits && e.Answer.Detail != "Slow down." || !waits && !errors.Is(e, context.Canceled) {
					t.Errorf("got %+v", e)
				}
				wantCount(t, "requests", server.count(""), 1)
			})
		})
	}
}
