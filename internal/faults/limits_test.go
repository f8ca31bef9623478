// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// limitedScene shares 50 requests at once and 25 a second. Its time is that of
// testing/synctest.
func limitedScene(t *testing.T, observe func(atlasmock.Request)) *acctest.Scene {
	t.Helper()
	return acctest.New(t, acctest.AccessToken, acctest.WithoutNetwork(), acctest.WithSystemClock(),
		acctest.WithMock(atlasmock.WithRateLimit(50, 25), atlasmock.WithObserver(observe))).MustConfigure(nil)
}

// Whoever is told to wait tells the others, and they wait together.
func TestLimits_tokenBucket(t *testing.T) {
	t.Parallel()
	const reads, parallelism = 300, 10
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		refused := map[time.Time][]string{} // by moment: time goes on only when every read waits
		s := limitedScene(t, func(r atlasmock.Request) {
			mu.Lock()
			defer mu.Unlock()
			if r.Status == http.StatusTooManyRequests {
				refused[time.Now()] = append(refused[time.Now()], r.Path)
			}
		})
		queue := make(chan atlasmock.Generated)
		var workers sync.WaitGroup
		for range parallelism {
			workers.Go(func() {
				for want := range queue {
					got, diagnostics := readOrders(s, acctest.Config{"cluster_name": "Fleet", "checkpoint_id": want.ID})
					diagnostics.None(t)
					if got["id"] != want.ID || got["timestamp"] != want.Timestamp.UTC().Format(time.RFC3339) || got["restorable"] != want.Restorable {
						t.Errorf("got %v of checkpoint %v", got, want)
					}
				}
			})
		}
		for _, checkpoint := range s.Atlas.PutCheckpoints(atlasmock.ProjectID, "Fleet", reads) {
			queue <- checkpoint
		}
		close(queue)
		workers.Wait()

		if len(refused) == 0 {
			t.Error("nothing was refused")
		}
		for _, paths := range refused {
			slices.Sort(paths)
			if len(paths) > parallelism || len(slices.Compact(slices.Clone(paths))) != len(paths) {
				t.Errorf("between two waits were refused:\n%s", paths)
			}
		}
	})
}

// Somebody else uses all that Atlas allows, and goes on.
func TestLimits_exceededForGood(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for name, read := range map[string]acctest.Config{
		"until the attempts end": nil,
		"until the read ends":    {"timeouts": map[string]any{"read": "7s"}},
		"for parallel reads":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := limitedScene(t, func(atlasmock.Request) {})
				ctx, cancel := context.WithCancel(t.Context())
				var somebody sync.WaitGroup
				somebody.Go(func() { useUp(ctx, s.Atlas) })
				synctest.Wait()

				if name == "for parallel reads" {
					together(func() {
						_, got := readOrders(s, nil)
						got.One(t, "Error: Atlas rate limit exceeded", "HTTP 429", "of waiting")
					})
					if n := s.Atlas.Count("", ""); n > 5*parallelReads {
						t.Errorf("%d requests", n)
					}
				} else {
					_, got := readOrders(s, read)
					golden.Is(t, name, got.String())
				}
				cancel()
				somebody.Wait()
			})
		})
	}
}

// useUp takes all requests that the project has, as many again of debt, and each
// second what comes after.
func useUp(ctx context.Context, atlas *atlasmock.Server) {
	atlas.TakeBudget(atlasmock.ProjectID, 100)
	for next := time.NewTimer(500 * time.Millisecond); ; { // never at the moment of a read
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		atlas.TakeBudget(atlasmock.ProjectID, 25)
		next.Reset(time.Second)
	}
}
