// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Closed, the provider leaves no goroutine and no connection behind: not after
// its reads, and not when Terraform stopped it in the middle of them. The test is
// not parallel to others, whose goroutines it would see.
func TestStop_leavesNothingBehind(t *testing.T) {
	for _, name := range []string{"bearer read", "signed read", "token request"} {
		for _, stopped := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/stopped=%t", name, stopped), func(t *testing.T) {
				s := acctest.New(t, requests[name].login)
				before := goleak.IgnoreCurrent()
				s.MustConfigure(nil)
				recovers(t, s, nil) // now they share a nonce, or a token

				read := func() { recovers(t, s, nil) }
				if stopped {
					var asking sync.WaitGroup
					asking.Add(parallelReads)
					s.Atlas.Fail(atlasmock.FaultHang().Repeat(atlasmock.Forever).On(func(r *http.Request) bool {
						read := atlasmock.MatchAPI(r)
						if read {
							asking.Done()
						}
						return read
					}))
					go func() {
						asking.Wait()
						s.Stop()
					}()
					read = func() {
						_, got := readOrders(s, nil)
						got.One(t, "Error: The read was interrupted")
					}
				}
				together(read)
				s.Provider.Close()

				if err := goleak.Find(before); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
