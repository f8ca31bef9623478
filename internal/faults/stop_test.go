// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"cmp"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// The requests of an interrupted read that had a token, which is given back.
const tokenGivenBack = "POST token, GET checkpoint, POST revoke"

// arrived lists the requests that arrived. Equal ones in a row count as one.
func arrived(s *acctest.Scene) string {
	var all []string
	for _, r := range s.Atlas.Requests() {
		name := path.Base(r.Path)
		if strings.HasPrefix(r.Path, "/api/atlas/") {
			name = "checkpoint"
		}
		all = append(all, r.Method+" "+name)
	}
	return strings.Join(slices.Compact(all), ", ")
}

// Terraform stops the provider while reads are at some stage, and ends it: the reads end, the token
// is given back, and no goroutine and no connection is left. The test is not parallel to others,
// whose goroutines it would see.
func TestStop(t *testing.T) {
	requests := func(n int) func(*acctest.Scene) bool {
		return func(s *acctest.Scene) bool { return s.Atlas.Count("", "") >= n }
	}
	logged := func(n int, pattern string) func(*acctest.Scene) bool {
		line := regexp.MustCompile(pattern)
		return func(s *acctest.Scene) bool { return len(line.FindAllString(s.Logs(), -1)) >= n }
	}
	received := func(method string) func(*acctest.Scene) bool {
		return logged(1, `"Sent Atlas request".*"method":"`+method+`".*"status":200`)
	}
	waiting := func(reads int) func(*acctest.Scene) bool {
		return logged(reads, `"Waiting before the next Atlas request"`)
	}
	failed := atlasmock.FaultStatus(503, "", "")
	limited := atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3600")
	for name, tc := range map[string]struct {
		login   acctest.Login
		fault   atlasmock.Fault
		reads   int // 1 if left out
		reached func(*acctest.Scene) bool
		want    string
	}{
		"digest handshake": {
			login: acctest.APIKey, fault: atlasmock.FaultHang().Early(), reached: requests(1), want: "GET checkpoint",
		},
		"headers, API key": {
			login: acctest.APIKey, fault: atlasmock.FaultHang(), reached: requests(2), want: "GET checkpoint",
		},
		"token request": {
			login: acctest.ServiceAccount, fault: atlasmock.FaultHang().On(atlasmock.MatchToken).Early(),
			reached: requests(1), want: "POST token",
		},
		"body of the token": {
			login: acctest.ServiceAccount, fault: atlasmock.FaultHangAfter(20).On(atlasmock.MatchToken),
			reached: received("POST"), want: "POST token",
		},
		"waiting to request a token again": {
			login: acctest.ServiceAccount, fault: failed.On(atlasmock.MatchToken).Early(), reached: waiting(1), want: "POST token",
		},
		"body": {
			login: acctest.ServiceAccount, fault: atlasmock.FaultHangAfter(20), reached: received("GET"), want: tokenGivenBack,
		},
		"waiting between attempts": {login: acctest.ServiceAccount, fault: failed, reached: waiting(1), want: tokenGivenBack},
		"Retry-After":              {login: acctest.ServiceAccount, fault: limited, reached: waiting(1), want: tokenGivenBack},
		"Retry-After of ten reads": {
			login: acctest.ServiceAccount, fault: limited, reads: 10, reached: waiting(10), want: tokenGivenBack,
		},
		"headers of 50 reads, access token": {
			login: acctest.AccessToken, fault: atlasmock.FaultHang(), reads: 50, reached: requests(50), want: "GET checkpoint",
		},
		"headers of 50 reads, service account": {
			login: acctest.ServiceAccount, fault: atlasmock.FaultHang(), reads: 50, reached: requests(51), want: tokenGivenBack,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := acctest.New(t, tc.login, acctest.WithSystemClock())
			s.Atlas.Fail(tc.fault.Repeat(atlasmock.Forever))
			before := goleak.IgnoreCurrent()
			s.MustConfigure(acctest.Config{
				"request_timeout": "3h", "retry": map[string]any{"min_delay": "1h", "max_delay": "1h"},
			})
			var reading sync.WaitGroup
			for range cmp.Or(tc.reads, 1) {
				reading.Go(func() {
					_, got := readOrders(s, acctest.Config{"timeouts": map[string]any{"read": "3h"}})
					got.One(t, "Error: The read was interrupted")
				})
			}
			for !tc.reached(s) {
				runtime.Gosched()
			}

			s.Stop()
			reading.Wait()
			s.Provider.Close()

			if got := arrived(s); got != tc.want {
				t.Errorf("Atlas got %s, want %s", got, tc.want)
			}
			if n := s.Atlas.LiveTokens(); n != 0 && tc.want == tokenGivenBack {
				t.Errorf("%d tokens are still live", n)
			}
			if err := goleak.Find(before); err != nil {
				t.Error(err)
			}
		})
	}
}
