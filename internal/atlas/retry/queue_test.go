// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// With Atlas' documented limit no read fails, however many share it, and few requests are in vain.
func TestRetry_sharedRateLimit(t *testing.T) {
	const reads = 2400
	for name, test := range map[string]struct {
		parallelism, taken int
		latency            time.Duration
	}{
		"10 readers":                      {10, 0, 100 * time.Millisecond},
		"200 readers at once":             {200, 0, 0},
		"10 readers, emptied by another":  {10, 1200, 0},
		"200 readers, emptied by another": {200, 1200, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := atlastest.NewMock(t, atlasmock.WithRateLimit(1200, 500.0/60))
				mock.TakeBudget(atlastest.ProjectID, test.taken)
				var requests atomic.Int64
				server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					requests.Add(1)
					time.Sleep(test.latency) //nolint:forbidigo // in a bubble
					mock.ServeHTTP(w, r)
				})
				readMany(t, atlastest.InProcess(server, atlastest.AccessToken), test.parallelism, reads)
				atlastest.WantAtMost(t, "requests", int(requests.Load()), reads*115/100)
			})
		})
	}
}

// Reads of few attempts share a small limit.
func TestRetry_smallRateLimit(t *testing.T) {
	for name, test := range map[string]struct {
		capacity           int
		refill             float64
		parallelism, reads int
	}{
		"3 at once, and one in two seconds": {3, 0.5, 8, 80},
		"50 at once, and 25 a second":       {50, 25, 10, 300},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				refused := map[time.Time]int{} // by moment: time goes on only when every read waits
				mock := atlastest.NewMock(t, atlasmock.WithRateLimit(test.capacity, test.refill), atlasmock.WithObserver(func(r atlasmock.Request) {
					mu.Lock()
					defer mu.Unlock()
					if r.Status == http.StatusTooManyRequests {
						refused[time.Now()]++
					}
				}))
				readMany(t, atlastest.InProcess(mock, atlastest.AccessToken), test.parallelism, test.reads)
				if len(refused) == 0 {
					t.Error("nothing was refused")
				}
				for _, n := range refused {
					atlastest.WantAtMost(t, "refusals between two waits", n, test.parallelism)
				}
			})
		})
	}
}

// readMany makes many reads, of which so many run at the same time, each with five minutes of time.
// All must succeed.
func readMany(t *testing.T, client *atlas.Client, parallelism, reads int) {
	t.Helper()
	var next, failed atomic.Int64
	atlastest.Parallel(parallelism, func(int) error {
		for next.Add(1) <= int64(reads) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			if err := atlastest.Read(ctx, client); err != nil && failed.Add(1) == 1 {
				t.Errorf("the first failure: %v", err)
			}
			cancel()
		}
		return nil
	})
	atlastest.WantCount(t, "failed reads", int(failed.Load()), 0)
}

// A refusal costs an attempt only if no other read has got through in between.
func TestRetry_refusalsThatCost(t *testing.T) {
	for status, body := range map[int]string{200: atlastest.Document(atlastest.ProjectID), 404: `{"errorCode":"GROUP_NOT_FOUND"}`} {
		synctest.Test(t, func(t *testing.T) {
			// Of each three requests two are refused.
			var requests atomic.Int64
			server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := requests.Add(1)
				time.Sleep(time.Millisecond) //nolint:forbidigo // in a bubble; all reads begin before the first refusal
				if n%3 == 0 {
					atlastest.Respond(status, body)(w, r)
					return
				}
				atlastest.Respond(429, "", "Retry-After: 1")(w, r)
			})
			for attempts := 1; attempts <= 2; attempts++ {
				requests.Store(0)
				client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(attempts))
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindStatus)
				if e.Status() != 429 || e.Attempts != attempts || !e.OutOfAttempts || e.Deadline {
					t.Errorf("alone: got %+v", e)
				}
			}
			requests.Store(0)
			client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(3))
			for _, err := range atlastest.Parallel(20, func(int) error { return atlastest.Read(t.Context(), client) }) {
				if status == 200 {
					atlastest.WantNoError(t, err)
				} else {
					atlastest.WantCount(t, "as status", atlastest.WantError(t, err).Status(), status)
				}
			}
			atlastest.WantCount(t, "requests", int(requests.Load()), 60)
		})
	}
}

// A response that takes long holds up the next request for 120 ms only.
func TestRetry_slowResponseInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) == 1 {
				atlastest.Respond(429, "", "Retry-After: 1")(w, r)
				return
			}
			time.Sleep(10 * time.Second) //nolint:forbidigo // in a bubble
			atlastest.RespondWithDocument(w, r)
		})
		client := atlastest.InProcess(server, atlastest.AccessToken)
		atlastest.WantDuration(t, time.Second+4*120*time.Millisecond+10*time.Second, func() {
			first := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
			atlastest.ReadParallel(t, 4, client)
			first()
		})
	})
}

// A read whose turn in the queue never came ends with the response that it waited for.
func TestRetry_deadlineInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := atlastest.Script(atlastest.Respond(429, `{"detail":"Slow down."}`, "Retry-After: 2"))
		client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(100))
		other, cancel := context.WithCancel(t.Context())
		first := atlastest.Start(func() { atlastest.WantKindAsync(t, atlastest.Read(other, client), rest.KindCanceled) })
		ctx, cancelSecond := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancelSecond()
		e := atlastest.WantKind(t, atlastest.Read(ctx, client), rest.KindStatus)
		if e.Attempts != 0 || !e.Deadline || e.Waited < 8*time.Second || e.Response.Detail != "Slow down." {
			t.Errorf("got %+v", e)
		}
		cancel()
		first()
	})
}
