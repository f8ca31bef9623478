// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRequests(t *testing.T) {
	s := start(t, withAccount)
	s.get(checkpointPath + "?pretty=true")
	s.post("/api/oauth/token", grantForm)
	s.getAs("")

	got := s.Requests()
	if len(got) != 3 {
		t.Fatalf("got %d requests, want 3", len(got))
	}
	equal(t, "method", got[0].Method, "GET")
	equal(t, "path", got[0].Path, checkpointPath)
	equal(t, "query", got[0].RawQuery, "pretty=true")
	equal(t, "Accept", got[0].Header.Get("Accept"), version)
	equal(t, "status", got[0].Status, 200)
	equal(t, "body", got[0].Body, "")
	equal(t, "form", got[1].Body, grantForm)
	equal(t, "form's method", got[1].Method, "POST")
	equal(t, "refused", got[2].Status, 401)
	equal(t, "connections", s.Connections(), 1)

	equal(t, "all", s.Count("", ""), 3)
	equal(t, "GET", s.Count("GET", ""), 2)
	equal(t, "API", s.Count("", "/api/atlas/"), 2)
	equal(t, "POST to the API", s.Count("POST", "/api/atlas/"), 0)

	got[0].Header.Set("Accept", "changed")
	equal(t, "the log keeps its own copy", s.Requests()[0].Header.Get("Accept"), version)
	s.ResetLog()
	equal(t, "reset", s.Count("", ""), 0)
}

// A target that Go's client would not send arrives in the log as it was.
func TestRequests_rawTarget(t *testing.T) {
	s := start(t)
	answer, err := s.raw("GET /api/atlas/v2/%7Ex/../y?a=%20 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	equal(t, "error", err, nil)
	equal(t, "answer", strings.HasPrefix(answer, "HTTP/1.1 401 Unauthorized\r\n"), true)
	logged := s.Requests()[0]
	equal(t, "path", logged.Path, "/api/atlas/v2/%7Ex/../y")
	equal(t, "query", logged.RawQuery, "a=%20")
	equal(t, "host", logged.Host, "h")
	equal(t, "status", logged.Status, 401)
}

func TestObserver(t *testing.T) {
	var (
		mu   sync.Mutex
		seen []string
	)
	s := start(t, atlasmock.WithObserver(func(r atlasmock.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status))
	}))
	s.get(checkpointPath)
	s.do("POST", "/elsewhere", "")
	mu.Lock()
	defer mu.Unlock()
	if len(seen) < 1 || seen[0] != "GET "+checkpointPath+" 200" {
		t.Errorf("got %q", seen)
	}
}

// Everything at once, for the race detector.
func TestServer_concurrency(t *testing.T) {
	s := start(t, withAPIKey, withAccount)
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			l := goodLogin(s.nonce())
			if status := s.getAs(l.String()).status; status != 200 && status != 401 {
				t.Errorf("digest: status %d", status)
			}
			if status := s.getAs("Bearer " + s.token()).status; status != 200 && status != 401 {
				t.Errorf("bearer: status %d", status)
			}
			s.PutCheckpoints(project, "Busy", i%5)
			equal(t, "list", s.get(listPath).status, 200)
			s.ExpireNonces()
			s.RevokeTokens()
			s.Delete(project, "Busy", atlasmock.Checkpoints, "x")
			s.Fail(atlasmock.FaultDelay(0))
			s.AfterPage(1, func(m *atlasmock.Server) { m.ClearFaults() })
			s.TakeBudget(project, 1)
			s.Requests()
		})
	}
	group.Wait()
}
