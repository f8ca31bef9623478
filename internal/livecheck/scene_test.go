// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Credentials that the mock accepts, in the variables that the command reads.
var (
	byAPIKey         = map[string]string{"PUBLIC_API_KEY": "livepublic", "PRIVATE_API_KEY": "live-private-key"}
	byServiceAccount = map[string]string{"CLIENT_ID": "mdb_sa_id_live", "CLIENT_SECRET": "mdb_sa_sk_live"}
	byAccessToken    = map[string]string{"ACCESS_TOKEN": "live-access-token"}
)

// clock is the time of the mock and the command. Only waits move it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(0, d))
	return ctx.Err()
}

// scene is a mock, and what the command needs to check it.
type scene struct {
	*atlasmock.Server
	t        *testing.T
	ctx      context.Context
	url      string
	clock    *clock
	env      map[string]string
	fixtures string
	// before sees each request before the mock does.
	before func(*http.Request)
}

func newScene(t *testing.T, env map[string]string, opts ...atlasmock.Option) *scene {
	t.Helper()
	c := &clock{now: time.Unix(1700000000, 0)}
	mock, err := atlasmock.New(append([]atlasmock.Option{
		atlasmock.WithClock(c.time),
		atlasmock.WithRateLimit(1200, 500.0/60),
		atlasmock.WithAPIKey(byAPIKey["PUBLIC_API_KEY"], byAPIKey["PRIVATE_API_KEY"]),
		atlasmock.WithServiceAccount(byServiceAccount["CLIENT_ID"], byServiceAccount["CLIENT_SECRET"]),
		atlasmock.WithAccessToken(byAccessToken["ACCESS_TOKEN"]),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{
		Server: mock, t: t, ctx: t.Context(), clock: c, env: env, fixtures: filepath.Join(t.TempDir(), "fixtures"),
		before: func(*http.Request) {},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.before(r)
		mock.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// run runs the command with the go-ahead.
func (s *scene) run(args ...string) (code int, output string) {
	s.t.Helper()
	return s.runAs(append([]string{"-go-ahead", "yes", "-project", atlasmock.ProjectID, "-cluster", atlasmock.ShardedCluster}, args...)...)
}

func (s *scene) runAs(args ...string) (code int, output string) {
	s.t.Helper()
	var out strings.Builder
	getenv := func(name string) string {
		name = strings.TrimPrefix(name, "MONGODB_ATLAS_")
		if value, ok := s.env[name]; ok || name != "BASE_URL" {
			return value
		}
		return s.url
	}
	c := command{getenv: getenv, stdout: &out, stderr: &out, now: s.clock.time, wait: s.clock.wait}
	code = c.run(s.ctx, append([]string{"-fixtures", s.fixtures}, args...))
	return code, out.String()
}

// onCloudCluster makes a cluster with Cloud Backups.
func (s *scene) onCloudCluster(name string) {
	s.PutCluster(atlasmock.ProjectID, name)
	for _, c := range collections {
		s.Fail(atlasmock.FaultStatus(400, c.cloud, "Not on Cloud Backups.").Repeat(atlasmock.Forever).On(func(r *http.Request) bool {
			valid := r.Header.Get("Accept") == accept && !strings.HasSuffix(r.URL.Path, "/malformed")
			return valid && below(atlasmock.ProjectID+"/clusters/"+name+"/"+c.name)(r)
		}))
	}
}

// findings are the report's lines by the names of the checks.
func findings(output string) map[string]string {
	names := map[string]string{}
	for line := range strings.Lines(output) {
		for _, c := range allChecks(settings{}) {
			if finding, ok := strings.CutPrefix(line, c.name+": "); ok {
				names[c.name] = strings.TrimSpace(finding)
			}
		}
	}
	return names
}

func below(path string) func(*http.Request) bool {
	return func(r *http.Request) bool { return strings.Contains(r.URL.Path, path) }
}
