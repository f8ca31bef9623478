// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package faults_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// patientRead is a read that nothing of the provider's own ends.
func patientRead(s *acctest.Scene, retry, checkpointID string, more ...string) string {
	return s.HCL(fmt.Sprintf("request_timeout = \"3h\"\n  retry = { %s }", retry), acctest.Data(checkpoint,
		fmt.Sprintf("checkpoint_id = %s\n  timeouts = { read = \"3h\" }\n%s", checkpointID, strings.Join(more, "\n"))))
}

// announced closes the channel when the fault strikes.
func announced(fault atlasmock.Fault) (atlasmock.Fault, <-chan struct{}) {
	strikes, matches := make(chan struct{}), fault.Match
	if matches == nil {
		matches = atlasmock.MatchAPI
	}
	once := sync.OnceFunc(func() { close(strikes) })
	return fault.On(func(r *http.Request) bool {
		if !matches(r) {
			return false
		}
		once()
		return true
	}), strikes
}

func assertArrived(t *testing.T, s *acctest.Scene, want ...string) {
	t.Helper()
	var got []string
	for _, r := range s.Atlas.Requests() {
		name := r.Path[strings.LastIndex(r.Path, "/")+1:]
		got = append(got, r.Method+" "+strings.ReplaceAll(name, atlasmock.ShardedCheckpointID, "checkpoint"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("Atlas got %v, want %v", got, want)
	}
}

// The first Ctrl-C ends a read wherever it is, and what it had fetched is given back.
func TestAccStop(t *testing.T) {
	t.Parallel()
	const anHour = `min_delay = "1h", max_delay = "1h"`
	waiting := []string{"Waiting before the next Atlas request"}
	received := func(method string) []string { return []string{"Sent Atlas request", "method=" + method, "status=200"} }
	failed := atlasmock.FaultStatus(http.StatusServiceUnavailable, "", "")
	fetched := []string{"POST token", "GET checkpoint", "POST revoke"}
	for name, tc := range map[string]struct {
		fault  atlasmock.Fault
		login  acctest.Login
		retry  string
		logged []string // words of the line that shows that the stage is reached; none if the request's arrival does
		signal syscall.Signal
		revoke []atlasmock.Fault
		want   []string
	}{
		"digest handshake": {
			fault: atlasmock.FaultHang().Early(), login: acctest.APIKey, want: []string{"GET checkpoint"},
		},
		"waiting for headers with an API key": {
			fault: atlasmock.FaultHang(), login: acctest.APIKey, want: []string{"GET checkpoint", "GET checkpoint"},
		},
		"token request": {
			fault: atlasmock.FaultHang().On(atlasmock.MatchToken).Early(), login: acctest.ServiceAccount, want: []string{"POST token"},
		},
		"body of the token": {
			fault: atlasmock.FaultHangAfter(20).On(atlasmock.MatchToken), login: acctest.ServiceAccount,
			logged: received("POST"), want: []string{"POST token"},
		},
		"waiting to ask for a token again": {
			fault: failed.On(atlasmock.MatchToken).Early(), login: acctest.ServiceAccount,
			retry: anHour, logged: waiting, want: []string{"POST token"},
		},
		"waiting for headers": {fault: atlasmock.FaultHang(), login: acctest.ServiceAccount, want: fetched},
		"body":                {fault: atlasmock.FaultDrip(time.Minute), login: acctest.ServiceAccount, logged: received("GET"), want: fetched},
		"waiting between retries": {
			fault: failed, login: acctest.ServiceAccount, retry: anHour, logged: waiting, want: fetched,
		},
		"Retry-After": {
			fault: atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3600"),
			login: acctest.ServiceAccount, logged: waiting, want: fetched,
		},
		// A canceled job of a pipeline ends the whole process group.
		"terminated": {fault: atlasmock.FaultHang(), login: acctest.ServiceAccount, signal: syscall.SIGTERM, want: fetched},
		// Giving the token back is worth a second, not more.
		"revocation hangs": {
			fault: atlasmock.FaultHang(), login: acctest.ServiceAccount, want: fetched,
			revoke: []atlasmock.Fault{atlasmock.FaultHang().On(atlasmock.MatchRevoke).Early()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, tc.login)
			fault, arrived := announced(tc.fault)
			s.Atlas.Fail(append(tc.revoke, fault)...)
			cli := acctest.NewCLI(t, patientRead(s, tc.retry, `"`+atlasmock.ShardedCheckpointID+`"`), tc.login.Env)

			run := start(t, cli, "plan")
			if tc.logged != nil {
				arrived = run.output.shows(1, tc.logged...)
			}
			run.await(arrived)
			run.signal(cmp.Or(tc.signal, syscall.SIGINT))

			run.assertInterrupted(1)
			assertArrived(t, s, tc.want...)
			if n := s.Atlas.LiveTokens(); n != 0 && slices.Equal(tc.want, fetched) && tc.revoke == nil {
				t.Errorf("%d tokens are still live", n)
			}
		})
	}
}

// One read is told to wait an hour, nine wait with it, and all of them stop.
func TestAccStop_parallelReads(t *testing.T) {
	t.Parallel()
	const reads = 10
	s := acctest.New(t, acctest.ServiceAccount)
	s.Atlas.Fail(atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "").
		With("Retry-After", "3600").Repeat(atlasmock.Forever))
	cli := acctest.NewCLI(t, patientRead(s, "", `format("%024x", count.index)`, fmt.Sprintf("  count = %d", reads)), acctest.ServiceAccount.Env)

	run := start(t, cli, "plan")
	run.await(run.output.shows(reads, "Waiting before the next Atlas request"))
	run.signal(syscall.SIGINT)

	run.assertInterrupted(reads)
	if fetched, revoked := s.Atlas.Count(http.MethodPost, "/api/oauth/token"), s.Atlas.Count(http.MethodPost, "/api/oauth/revoke"); fetched != 1 || revoked != 1 {
		t.Errorf("%d tokens were fetched and %d revoked, want 1 and 1", fetched, revoked)
	}
}

// A terminal that is closed ends Terraform without a word to the provider.
func TestAccStop_hangup(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.ServiceAccount)
	fault, arrived := announced(atlasmock.FaultHang())
	s.Atlas.Fail(fault)

	run := start(t, acctest.NewCLI(t, patientRead(s, "", `"`+atlasmock.ShardedCheckpointID+`"`), acctest.ServiceAccount.Env), "plan")
	run.await(arrived)
	run.signal(syscall.SIGHUP)

	<-run.ended
	for run.group() != "" {
		if run.ctx.Err() != nil {
			t.Fatalf("still running: %s", run.group())
		}
	}
	assertArrived(t, s, "POST token", "GET checkpoint", "POST revoke")
}
