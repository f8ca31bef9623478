// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

func TestProvider_metadata(t *testing.T) {
	t.Parallel()

	var got provider.MetadataResponse
	New("1.2.3").Metadata(t.Context(), provider.MetadataRequest{}, &got)
	if want := (provider.MetadataResponse{TypeName: "atlas", Version: "1.2.3"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ terraform, want string }{
		"known Terraform":   {terraform: "1.11.4", want: "terraform-provider-atlas/1.2.3 Terraform/1.11.4"},
		"unknown Terraform": {terraform: "", want: "terraform-provider-atlas/1.2.3"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := userAgent("1.2.3", test.terraform); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConfigure_sendsNothing(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		block config
		reads int // requests of one read, to show that they would have been seen
	}{
		"access token":    {block: config{"access_token": "tok"}, reads: 1},
		"service account": {block: config{"client_id": "mdb_sa_id_1", "client_secret": "sec"}, reads: 2},
		"API key":         {block: config{"public_key": "pub", "private_key": "prv"}, reads: 2},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var server standIn
			terraform := newRPC(t, nil, WithTransport(&server))
			assertDiagnostics(t, terraform.configure(test.block))
			if urls := server.urls(); len(urls) != 0 {
				t.Errorf("Configure sent %q", urls)
			}
			assertDiagnostics(t, terraform.read())
			if urls := server.urls(); len(urls) != test.reads {
				t.Errorf("the read sent %q, want %d requests", urls, test.reads)
			}
		})
	}
}

func TestConfigure_reachesTheClient(t *testing.T) {
	t.Parallel()

	var server standIn
	terraform := newRPC(t, nil, WithTransport(&server))
	assertDiagnostics(t, terraform.configure(config{"access_token": "tok", "envelope": true, "pretty": true}))
	assertDiagnostics(t, terraform.read())

	requests := server.seen()
	if len(requests) != 1 {
		t.Fatalf("got %d requests, want 1", len(requests))
	}
	if got, want := requests[0].UserAgent(), "terraform-provider-atlas/1.2.3 Terraform/1.11.4"; got != want {
		t.Errorf("User-Agent is %q, want %q", got, want)
	}
	if got, want := requests[0].URL.RawQuery, "envelope=true&pretty=true"; got != want {
		t.Errorf("query is %q, want %q", got, want)
	}
}

func TestConfigure_retries(t *testing.T) {
	t.Parallel()

	server := standIn{status: http.StatusServiceUnavailable}
	var clock recordingClock
	terraform := newRPC(t, nil, WithTransport(&server), WithClock(&clock))
	assertDiagnostics(t, terraform.configure(config{
		"access_token": "tok",
		"retry":        map[string]any{"max_attempts": 3, "min_delay": "7s", "max_delay": "7s"},
	}))

	diags := terraform.read()
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "503") {
		t.Errorf("got %v, want one error about the status 503", diags)
	}
	if n := len(server.seen()); n != 3 {
		t.Errorf("got %d attempts, want 3", n)
	}
	if want := []time.Duration{7 * time.Second, 7 * time.Second}; !slices.Equal(clock.slept, want) {
		t.Errorf("waited %v, want %v", clock.slept, want)
	}
}

// recordingClock stands still and notes how long it should have slept.
type recordingClock struct{ slept []time.Duration }

func (*recordingClock) Now() time.Time { return time.Unix(1_700_000_000, 0) }

func (c *recordingClock) Sleep(_ context.Context, d time.Duration) error {
	c.slept = append(c.slept, d)
	return nil
}

// One process may be configured more than once. Every client's token is revoked, at the same time:
// each revocation here waits for the other, for as long as it is given.
func TestClose_closesEveryClient(t *testing.T) {
	t.Parallel()

	var arrived atomic.Int32
	both := make(chan struct{})
	server := standIn{revoke: func(ctx context.Context) {
		if arrived.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
		case <-ctx.Done():
			t.Error("a revocation waited for another to end")
		}
	}}
	terraform := newRPC(t, nil, WithTransport(&server))
	for range 2 {
		assertDiagnostics(t, terraform.configure(config{"client_id": "mdb_sa_id_1", "client_secret": "sec"}))
		assertDiagnostics(t, terraform.read())
	}

	terraform.provider.Close()
	terraform.provider.Close() // has nothing left to close

	var paths []string
	for _, req := range server.seen() {
		paths = append(paths, req.Method+" "+req.URL.Path)
	}
	read := "GET /api/atlas/v2/groups/" + projectID + "/clusters/Cluster0/backupCheckpoints/" + checkpointID
	want := []string{
		"POST /api/oauth/token", read, "POST /api/oauth/token", read,
		"POST /api/oauth/revoke", "POST /api/oauth/revoke",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}
