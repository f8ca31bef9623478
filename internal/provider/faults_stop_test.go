// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Nothing of the provider's own ends a read in these tests.
const patientRead = `timeouts = { read = "3h" }`

func patientProvider(url, retry string) string {
	return fmt.Sprintf(`
provider "atlas" {
  base_url        = %q
  request_timeout = "3h"
  retry           = { %s }
}
`, url, retry)
}

// The first Ctrl-C ends a read wherever it is, and what it had fetched is given back.
func TestAccFaults_stop(t *testing.T) {
	t.Parallel()
	waiting := []string{"Waiting before the next Atlas request"}
	for name, tc := range map[string]struct {
		fault   atlasmock.Fault
		retry   string
		env     env
		logged  []string // words of the line that shows that the stage is reached; none if the request's arrival does
		want    []string
		revoked bool
	}{
		"digest handshake": {
			fault: atlasmock.FaultHang().Early(), env: apiKeyEnv,
			want: []string{"GET checkpoint"},
		},
		"waiting for headers with an API key": {
			fault: atlasmock.FaultHang(), env: apiKeyEnv,
			want: []string{"GET checkpoint", "GET checkpoint"},
		},
		"token request": {
			fault: atlasmock.FaultHang().On(atlasmock.MatchToken).Early(), env: serviceAccountEnv,
			want: []string{"POST token"},
		},
		"body of the token": {
			fault: atlasmock.FaultHangAfter(20).On(atlasmock.MatchToken), env: serviceAccountEnv,
			logged: []string{"Sent Atlas request", "method=POST", "status=200"},
			want:   []string{"POST token"},
		},
		"waiting to ask for a token again": {
			fault: atlasmock.FaultStatus(http.StatusServiceUnavailable, "", "").On(atlasmock.MatchToken).Early(),
			retry: `min_delay = "1h", max_delay = "1h"`, env: serviceAccountEnv, logged: waiting,
			want: []string{"POST token"},
		},
		"waiting for headers": {
			fault: atlasmock.FaultHang(), env: serviceAccountEnv,
			want: []string{"POST token", "GET checkpoint", "POST revoke"}, revoked: true,
		},
		"body": {
			fault: atlasmock.FaultDrip(time.Minute), env: serviceAccountEnv,
			logged: []string{"Sent Atlas request", "method=GET", "status=200"},
			want:   []string{"POST token", "GET checkpoint", "POST revoke"}, revoked: true,
		},
		"waiting between retries": {
			fault: atlasmock.FaultStatus(http.StatusServiceUnavailable, "", ""),
			retry: `min_delay = "1h", max_delay = "1h"`, env: serviceAccountEnv, logged: waiting,
			want: []string{"POST token", "GET checkpoint", "POST revoke"}, revoked: true,
		},
		"Retry-After": {
			fault: atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3600"),
			retry: `min_delay = "1ms", max_delay = "2ms"`, env: serviceAccountEnv, logged: waiting,
			want: []string{"POST token", "GET checkpoint", "POST revoke"}, revoked: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
			fault, arrived := announced(tc.fault)
			mock.Fail(fault)
			cli := newCLI(t, patientProvider(mock.url, tc.retry)+checkpointBlock("Cluster0", checkpointID, patientRead), tc.env)

			run := cli.start("plan")
			if tc.logged == nil {
				run.await(arrived)
			} else {
				run.await(run.output.shows(1, tc.logged...))
			}
			run.interrupt()

			run.assertInterrupted(1)
			assertArrived(t, mock, tc.want...)
			if n := mock.LiveTokens(); tc.revoked && n != 0 {
				t.Errorf("%d tokens are still live", n)
			}
		})
	}
}

// One read is told to wait an hour, nine wait with it, and all of them stop.
func TestAccFaults_stop_parallelReads(t *testing.T) {
	t.Parallel()
	const reads = 10
	mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
	mock.Fail(atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "").
		With("Retry-After", "3600").Repeat(atlasmock.Forever))
	cli := newCLI(t, patientProvider(mock.url, "")+fmt.Sprintf(`
		data "atlas_legacy_backup_checkpoint" "test" {
			count         = %d
			project_id    = %q
			cluster_name  = "Cluster0"
			checkpoint_id = format("%%024x", count.index)
			%s
		}`, reads, atlasmock.ProjectID, patientRead), serviceAccountEnv)

	run := cli.start("plan")
	run.await(run.output.shows(reads, "Waiting before the next Atlas request"))
	run.interrupt()

	run.assertInterrupted(reads)
	if fetched, revoked := mock.Count(http.MethodPost, "/api/oauth/token"), mock.Count(http.MethodPost, "/api/oauth/revoke"); fetched != 1 || revoked != 1 {
		t.Errorf("%d tokens were fetched and %d revoked, want 1 and 1", fetched, revoked)
	}
}

// A canceled job of a pipeline ends the whole process group.
func TestAccFaults_stop_terminated(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
	fault, arrived := announced(atlasmock.FaultHang())
	mock.Fail(fault)
	cli := newCLI(t, patientProvider(mock.url, "")+checkpointBlock("Cluster0", checkpointID, patientRead), serviceAccountEnv)

	run := cli.start("plan")
	run.await(arrived)
	run.signal(syscall.SIGTERM)

	run.assertInterrupted(1)
	assertArrived(t, mock, "POST token", "GET checkpoint", "POST revoke")
}

// A terminal that is closed ends Terraform without a word to the provider.
func TestAccFaults_stop_hangup(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
	fault, arrived := announced(atlasmock.FaultHang())
	mock.Fail(fault)
	cli := newCLI(t, patientProvider(mock.url, "")+checkpointBlock("Cluster0", checkpointID, patientRead), serviceAccountEnv)

	run := cli.start("plan")
	run.await(arrived)
	run.signal(syscall.SIGHUP)

	<-run.ended
	for run.group() != "" {
		if run.ctx.Err() != nil {
			t.Fatalf("still running: %s", run.group())
		}
	}
	assertArrived(t, mock, "POST token", "GET checkpoint", "POST revoke")
}

// Giving the token back is worth a second, not more.
func TestAccFaults_stop_revocationHangs(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
	fault, arrived := announced(atlasmock.FaultHang())
	mock.Fail(fault, atlasmock.FaultHang().On(atlasmock.MatchRevoke).Early())
	cli := newCLI(t, patientProvider(mock.url, "")+checkpointBlock("Cluster0", checkpointID, patientRead), serviceAccountEnv)

	run := cli.start("plan")
	run.await(arrived)
	run.interrupt()

	run.assertInterrupted(1)
	assertArrived(t, mock, "POST token", "GET checkpoint", "POST revoke")
}

var (
	apiKeyEnv         = env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": privateKey}
	serviceAccountEnv = env{"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": clientSecret}
)

// announced closes the channel when the fault strikes.
func announced(fault atlasmock.Fault) (atlasmock.Fault, <-chan struct{}) {
	strikes, matches := make(chan struct{}), fault.Match
	if matches == nil {
		matches = atlasmock.MatchAPI
	}
	once := sync.OnceFunc(func() { close(strikes) })
	fault.Match = func(r *http.Request) bool {
		if !matches(r) {
			return false
		}
		once()
		return true
	}
	return fault, strikes
}

func assertArrived(t *testing.T, mock *mockAtlas, want ...string) {
	t.Helper()
	var got []string
	for _, r := range mock.Requests() {
		name := r.Path[strings.LastIndex(r.Path, "/")+1:]
		if name == checkpointID {
			name = "checkpoint"
		}
		got = append(got, r.Method+" "+name)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("Atlas got %v, want %v", got, want)
	}
}
