// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// TestRetryAfter has the other values.
func TestRetry_obeysRetryAfter(t *testing.T) {
	const backoff = 3 * time.Second
	for name, test := range map[string]struct {
		status int
		value  string
		want   time.Duration
	}{
		"429":                   {429, "55", 55 * time.Second},
		"503":                   {503, "7", 7 * time.Second},
		"above the longest":     {429, "3600", time.Hour},
		"below the shortest":    {429, "1", time.Second},
		"date, by the server's": {429, "Sun, 01 Mar 2026 12:00:30 GMT", 30 * time.Second},
		"zero":                  {429, "0", backoff},
		"no number":             {503, "soon", backoff},
	} {
		t.Run(name, func(t *testing.T) {
			clock := atlastest.NewClock()
			server := atlastest.Script(atlastest.Respond(test.status, "", "Retry-After: "+test.value, "Date: Sun, 01 Mar 2026 12:00:00 GMT"), atlastest.RespondWithDocument)
			atlastest.MustRead(t, atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithClock(clock), atlastest.WithDelays(backoff, backoff)))
			if got := clock.Waits(); !slices.Equal(got, []time.Duration{test.want}) {
				t.Errorf("waited %s, want %s", got, test.want)
			}
		})
	}
}

func TestRetry_waitThatDoesNotFitTheDeadline(t *testing.T) {
	const slow = `{"detail":"Slow down."}`
	for name, test := range map[string]struct {
		respond  http.HandlerFunc
		wait     time.Duration
		attempts int
	}{
		"Retry-After":             {atlastest.Respond(429, slow, "Retry-After: 60"), time.Minute, 1},
		"Retry-After of 10 years": {atlastest.Respond(429, slow, "Retry-After: 315360000"), 87600 * time.Hour, 1},
		"Retry-After exactly":     {atlastest.Respond(429, slow, "Retry-After: 30"), 30 * time.Second, 1},
		"backoff":                 {atlastest.Respond(503, slow), 30 * time.Second, 1},
		"the second Retry-After":  {atlastest.Respond(429, slow, "Retry-After: 20"), 20 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := atlastest.Script(test.respond)
				client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithDelays(30*time.Second, 30*time.Second))
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				waited := time.Duration(test.attempts-1) * 20 * time.Second
				var e *rest.Error
				atlastest.WantDuration(t, waited, func() { e = atlastest.WantKind(t, atlastest.Read(ctx, client), rest.KindStatus) })
				if e.Wait != test.wait || !e.Deadline || e.Attempts != test.attempts || e.Waited != waited ||
					e.Earlier || e.Response.Detail != "Slow down." {
					t.Errorf("got %+v with %+v", e, e.Response)
				}
				atlastest.WantCount(t, "requests", server.Count(""), test.attempts)
			})
		})
	}
}

// limited responds with 429 and Retry-After to the first read of a project.
func limited(seconds string) *atlastest.Recorder {
	var before atomic.Bool
	return atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, atlastest.OtherProjectID) || before.Swap(true) {
			atlastest.RespondWithDocument(w, r)
			return
		}
		atlastest.Respond(429, `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","detail":"Slow down."}`, "Retry-After: "+seconds)(w, r)
	})
}

func TestRetry_readsOfOneProjectWaitTogether(t *testing.T) {
	for name, test := range map[string]struct {
		server *atlastest.Recorder
		want   time.Duration
	}{
		"429 with Retry-After":    {limited("40"), 40 * time.Second},
		"429 without Retry-After": {atlastest.Script(atlastest.Respond(429, ""), atlastest.RespondWithDocument), 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 20
				client := atlastest.InProcess(test.server, atlastest.AccessToken, atlastest.WithDelays(5*time.Second, 5*time.Second))
				atlastest.WantDuration(t, test.want, func() {
					first := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
					others := atlastest.Start(func() { atlastest.ReadParallel(t, n, client) })
					atlastest.WantCount(t, "requests while waiting", test.server.Count(""), 1)
					atlastest.WantDuration(t, 0, func() { atlastest.WantNoError(t, atlastest.ReadOf(t.Context(), client, atlastest.OtherProjectID)) })
					first()
					others()
				})
				atlastest.WantCount(t, "requests", test.server.Count(""), 1+1+n+1)
			})
		})
	}
}

// The wait that a read has no attempt for is that of the other reads all the same.
func TestRetry_readThatGivesUpMakesTheOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := limited("40")
		client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(1))
		_ = atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindStatus)
		atlastest.WantDuration(t, 40*time.Second, func() { atlastest.ReadParallel(t, 10, client) })
		atlastest.WantCount(t, "requests", server.Count(""), 1+10)
	})
}

// The backoff of one read is its own: an error that is no limit says nothing about the project.
func TestRetry_backoffOfOneReadHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := atlastest.InProcess(atlastest.Script(atlastest.Respond(503, ""), atlastest.RespondWithDocument), atlastest.AccessToken)
		first := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
		atlastest.WantDuration(t, 0, func() { atlastest.ReadParallel(t, 10, client) })
		first()
	})
}

// A read that waits because of another's response, and has no time for that, ends with that
// response.
func TestRetry_waitOfAnotherReadThatDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := atlastest.InProcess(limited("40"), atlastest.AccessToken)
		first := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		atlastest.WantDuration(t, 0, func() {
			e := atlastest.WantKind(t, atlastest.Read(ctx, client), rest.KindStatus)
			if e.Wait != 40*time.Second || !e.Deadline || e.Attempts != 0 || e.Response.Detail != "Slow down." {
				t.Errorf("got %+v", e)
			}
		})
		first()
	})
}

func TestRetry_canceled(t *testing.T) {
	for name, server := range map[string]*atlastest.Recorder{"during a wait": limited("40"), "during a request": atlastest.Record(outlast)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := atlastest.InProcess(server, atlastest.AccessToken)
				ctx, cancel := context.WithCancel(t.Context())
				var err error
				reading := atlastest.Start(func() { err = atlastest.Read(ctx, client) })
				atlastest.WantDuration(t, 0, func() {
					cancel()
					reading()
				})
				e := atlastest.WantKind(t, err, rest.KindCanceled)
				waits := name == "during a wait"
				if e.Problem != "the read was interrupted" || e.Deadline || e.Attempts != 1 || (e.Response != nil) != waits ||
					waits && e.Response.Detail != "Slow down." || !waits && !errors.Is(e, context.Canceled) {
					t.Errorf("got %+v", e)
				}
				atlastest.WantCount(t, "requests", server.Count(""), 1)
			})
		})
	}
}
