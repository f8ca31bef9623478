// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestPolicyDelay(t *testing.T) {
	const s = time.Second
	for name, test := range map[string]struct {
		policy    Policy
		attempt   int
		low, high time.Duration
	}{
		"after the first":        {Policy{MinDelay: s, MaxDelay: 60 * s}, 1, s, 2 * s},
		"after the second":       {Policy{MinDelay: s, MaxDelay: 60 * s}, 2, s, 4 * s},
		"after the fourth":       {Policy{MinDelay: s, MaxDelay: 60 * s}, 4, s, 16 * s},
		"at the cap":             {Policy{MinDelay: s, MaxDelay: 60 * s}, 6, s, 60 * s},
		"long past the cap":      {Policy{MinDelay: s, MaxDelay: 60 * s}, 1000, s, 60 * s},
		"longest durations":      {Policy{MinDelay: 1, MaxDelay: 1<<63 - 1}, 1000, 1, 1<<63 - 1},
		"both the same":          {Policy{MinDelay: s, MaxDelay: s}, 3, s, s},
		"minimum near the cap":   {Policy{MinDelay: 40 * s, MaxDelay: 60 * s}, 1, 40 * s, 60 * s},
		"minimum above the cap":  {Policy{MinDelay: 90 * s, MaxDelay: 60 * s}, 2, 90 * s, 90 * s},
		"shortest durations":     {Policy{MinDelay: 1, MaxDelay: 1}, 1, 1, 1},
		"one nanosecond between": {Policy{MinDelay: 1, MaxDelay: 2}, 5, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			for range 1000 {
				if got := test.policy.delay(test.attempt); got < test.low || got > test.high {
					t.Fatalf("got %s, want %s to %s", got, test.low, test.high)
				}
			}
		})
	}
}

func TestPolicyDelay_spreads(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[DefaultPolicy.delay(3)] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 delays took %d values: parallel reads would come back together", len(seen))
	}
}

func TestPolicyWithDefaults(t *testing.T) {
	want := Policy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: time.Minute}
	if got := (Policy{}).withDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	own := Policy{MaxAttempts: 1, MinDelay: 2, MaxDelay: 3}
	if got := own.withDefaults(); got != own {
		t.Errorf("got %+v, want %+v", got, own)
	}
}

func TestRetrier_passesOnOtherErrors(t *testing.T) {
	bug := errors.New("request can't be built")
	r := New(DefaultPolicy, rest.SystemClock{}, nil, rest.Login{})
	calls := 0
	err := r.Do(t.Context(), Job{Method: http.MethodGet, URL: &url.URL{}}, func(context.Context) error { calls++; return bug })
	if !errors.Is(err, bug) || calls != 1 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}
