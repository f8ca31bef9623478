// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

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
				s := acctest.New(t, acctest.AccessToken, acctest.WithoutNetwork(), acctest.WithSystemClock(),
					acctest.WithMock(atlasmock.WithRateLimit(50, 25))).MustConfigure(nil)
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
