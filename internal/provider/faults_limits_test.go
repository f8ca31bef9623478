// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	limitBearer = "Sesame.open-the/limit+0123456789="
	limitUsedUp = "Atlas rate limit exceeded"
)

// limitScene is a provider in front of a mock without a network, so that its
// time can be that of testing/synctest.
func limitScene(t *testing.T, block config, clock Option, opts ...atlasmock.Option) authScene {
	t.Helper()

	mock := newAuthMock(t, append(opts, atlasmock.WithAccessToken(limitBearer), atlasmock.WithAPIKey(authPublic, authPrivate))...)
	with := authWith{map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": limitBearer}, "", limitBearer}
	options := []Option{WithTransport(served{mock})}
	if clock != nil {
		options = append(options, clock)
	}
	return newAuthSceneAt(t, with, "https://atlas.test", mock, block, options...)
}

// limitMoments are the refusals of each moment: in a synctest bubble, time goes
// on only when every read waits.
type limitMoments struct {
	mu      sync.Mutex
	refused map[time.Time][]string
}

func (m *limitMoments) note(r atlasmock.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Status == http.StatusTooManyRequests {
		m.refused[time.Now()] = append(m.refused[time.Now()], r.Path)
	}
}

// Whoever is told to wait tells the others, and they wait together.
func TestFaults_limits_tokenBucket(t *testing.T) {
	t.Parallel()

	const reads, parallelism = 300, 10
	synctest.Test(t, func(t *testing.T) {
		moments := &limitMoments{refused: map[time.Time][]string{}}
		scene := limitScene(t, nil, nil, atlasmock.WithRateLimit(50, 25), atlasmock.WithObserver(moments.note))
		checkpoints := scene.atlas.PutCheckpoints(atlasmock.ProjectID, "Fleet", reads)

		queue := make(chan atlasmock.Generated)
		var workers sync.WaitGroup
		for range parallelism {
			workers.Go(func() {
				for want := range queue {
					values, diagnostics := scene.read(config{"cluster_name": "Fleet", "checkpoint_id": want.ID})
					assertDiagnostics(t, diagnostics)
					scene.watch.assertHidden(t, diagnostics)
					got := []any{values["id"], values["timestamp"], values["restorable"]}
					healthy := []any{want.ID, want.Timestamp.UTC().Format(time.RFC3339), want.Restorable}
					if diff := cmp.Diff(healthy, got); diff != "" {
						t.Errorf("checkpoint %s (-want +got):\n%s", want.ID, diff)
					}
				}
			})
		}
		for _, checkpoint := range checkpoints {
			queue <- checkpoint
		}
		close(queue)
		workers.Wait()

		if len(moments.refused) == 0 {
			t.Error("nothing was refused")
		}
		for _, paths := range moments.refused {
			slices.Sort(paths)
			if len(paths) > parallelism || len(slices.Compact(slices.Clone(paths))) != len(paths) {
				t.Errorf("between two waits were refused:\n%s", paths)
			}
		}
	})
}

// Somebody else uses all that Atlas allows, and goes on.
func TestFaults_limits_usedUpForGood(t *testing.T) {
	t.Parallel()

	for name, tc := range map[string]struct {
		block, read config
		facts       []string
	}{
		"out of attempts": {facts: []string{"Stopped after 5 attempts and 12s of waiting (retry.max_attempts)."}},
		"out of time": {
			read: config{"timeouts": map[string]any{"read": "7s"}},
			facts: []string{
				"Stopped after 3 attempts and 6s of waiting.", "The next attempt would have had to wait 3s, longer than the time left",
			},
		},
		"no time at all": {
			read: config{"timeouts": map[string]any{"read": "2s"}},
			facts: []string{
				"Stopped after 1 attempt, without waiting.", "The next attempt would have had to wait 3s, longer than the time left",
			},
		},
		"no retries": {
			block: config{"retry": map[string]any{"max_attempts": 1}}, facts: []string{"Stopped after 1 attempt, without waiting (retry.max_attempts)."},
		},
		"patient": {
			block: config{"retry": map[string]any{"max_attempts": 100}}, read: config{"timeouts": map[string]any{"read": "1h"}},
			facts: []string{"Stopped after 100 attempts and 4m57s of waiting (retry.max_attempts)."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				scene := limitScene(t, tc.block, nil, atlasmock.WithRateLimit(50, 25))
				ctx, cancel := context.WithCancel(t.Context())
				var somebody sync.WaitGroup
				somebody.Go(func() { scene.useUp(ctx, 25) })
				synctest.Wait()

				facts := append([]string{"HTTP 429", "RATE_LIMITED_TOKEN_BUCKET", "-parallelism", "timeouts.read"}, tc.facts...)
				scene.endsOnce(tc.read, &diagnostic{summary: limitUsedUp, detail: facts})
				cancel()
				somebody.Wait()
			})
		})
	}
	t.Run("for parallel reads", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			scene := limitScene(t, nil, nil, atlasmock.WithRateLimit(50, 25))
			ctx, cancel := context.WithCancel(t.Context())
			var somebody sync.WaitGroup
			somebody.Go(func() { scene.useUp(ctx, 25) })
			synctest.Wait()

			scene.together(nil, &diagnostic{summary: limitUsedUp, detail: []string{"HTTP 429", "wait"}})
			scene.costs("requests", len(scene.atlas.Requests()), 5*parallelReads)
			cancel()
			somebody.Wait()
		})
	})
}

// useUp takes all requests that the project has, as many again of debt, and
// each second what comes after.
func (s authScene) useUp(ctx context.Context, eachSecond int) {
	s.atlas.TakeBudget(atlasmock.ProjectID, 100)
	half := time.NewTimer(500 * time.Millisecond) // never at the moment of a read
	select {
	case <-half.C:
	case <-ctx.Done():
		return
	}
	for ticker := time.NewTicker(time.Second); ; {
		s.atlas.TakeBudget(atlasmock.ProjectID, eachSecond)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			ticker.Stop()
			return
		}
	}
}

// limitClock notes the waits, which are over at once.
type limitClock struct {
	authClock
	waits []time.Duration
}

func (c *limitClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.waits = append(c.waits, d)
	c.mu.Unlock()
	return c.authClock.Sleep(ctx, d)
}

// A Retry-After is obeyed if it makes sense, and if the read has the time.
func TestFaults_limits_retryAfter(t *testing.T) {
	t.Parallel()

	const date = "Mon, 01 Jan 2024 00:00:00 GMT"
	for name, tc := range map[string]struct {
		value string
		waits time.Duration // 0 for the provider's own
		never string        // is what is said of a wait for which there is no time
	}{
		"seconds":             {value: "55", waits: 55 * time.Second},
		"one second":          {value: "1", waits: time.Second},
		"white space":         {value: " 3 ", waits: 3 * time.Second},
		"date":                {value: "Mon, 01 Jan 2024 00:00:30 GMT", waits: 30 * time.Second},
		"date as Atlas' own":  {value: "Mon, 1 Jan 2024 00:00:30 GMT", waits: 30 * time.Second},
		"date in the past":    {value: "Fri, 01 Jan 1999 00:00:30 GMT"},
		"this very moment":    {value: date},
		"zero":                {value: "0"},
		"negative":            {value: "-5"},
		"fraction":            {value: "1.5"},
		"exponent":            {value: "1e3"},
		"text":                {value: "soon"},
		"empty":               {value: ""},
		"RFC 3339":            {value: "2024-01-01T00:00:30Z"},
		"ten years":           {value: "315360000", never: "87600h0m0s"},
		"a date in ten years": {value: "Mon, 01 Jan 2034 00:00:00 GMT", never: "h0m0s"},
		"year 9999":           {value: "Fri, 31 Dec 9999 23:59:59 GMT", never: "876000h0m0s"},
		"above all numbers":   {value: "99999999999999999999999999", never: "876000h0m0s"},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(fmt.Sprintf("%d %s", status, name), func(t *testing.T) {
				t.Parallel()

				clock := &limitClock{authClock: authClock{now: time.Now()}}
				scene := limitScene(t, nil, WithClock(clock))
				scene.atlas.Fail(atlasmock.FaultStatus(status, "", "Later.").With("Retry-After", tc.value).With("Date", date))
				if tc.never != "" {
					summary := limitUsedUp
					if status == http.StatusServiceUnavailable {
						summary = "Atlas failed to answer"
					}
					scene.endsOnce(nil, &diagnostic{summary: summary, detail: []string{
						"Retry-After: ", "would have had to wait", tc.never, "longer than the time left for this read",
					}})
					if len(clock.waits) > 0 {
						t.Errorf("waited %v", clock.waits)
					}
					return
				}
				scene.endsOnce(nil, nil)
				switch {
				case len(clock.waits) != 1:
					t.Errorf("waited %v", clock.waits)
				case tc.waits != 0 && clock.waits[0] != tc.waits:
					t.Errorf("waited %s, want %s", clock.waits[0], tc.waits)
				case tc.waits == 0 && (clock.waits[0] < time.Millisecond || clock.waits[0] > 2*time.Millisecond):
					t.Errorf("waited %s, want min_delay to max_delay", clock.waits[0])
				}
			})
		}
	}
}

// A 429 may echo what it limits.
func TestFaults_limits_secrets(t *testing.T) {
	t.Parallel()

	for _, form := range newWatch("", limitBearer).secrets {
		scene := limitScene(t, nil, WithClock(&authClock{now: time.Now()}))
		scene.atlas.Fail(atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED", "Bearer "+form+" is limited.", form).
			With("Retry-After", form).With("X-Error-Code", form).Repeat(atlasmock.Forever))
		scene.endsOnce(nil, &diagnostic{summary: limitUsedUp, detail: []string{"5 attempts", "(redacted) is limited", "Parameters: (redacted)"}})
	}
}
