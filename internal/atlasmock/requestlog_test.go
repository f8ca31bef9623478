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
	var lines []string
	for _, r := range got {
		lines = append(lines, fmt.Sprintf("%s %s %q %q %d", r.Method, r.Path, r.RawQuery, r.Body, r.Status))
	}
	equal(t, "log", strings.Join(lines, "\n"), "GET "+checkpointPath+` "pretty=true" "" 200
POST /api/oauth/token "" "`+grantForm+`" 200
GET `+checkpointPath+` "" "" 401`)
	equal(t, "Accept", got[0].Header.Get("Accept"), version)
	equal(t, "connections", s.Connections(), 1)
	for _, test := range []struct {
		method, prefix string
		want           int
	}{{"", "", 3}, {"GET", "", 2}, {"", "/api/atlas/", 2}, {"POST", "/api/atlas/", 0}} {
		equal(t, "count of "+test.method+" "+test.prefix, s.Count(test.method, test.prefix), test.want)
	}

	got[0].Header.Set("Accept", "changed")
	equal(t, "the log keeps its own copy", s.Requests()[0].Header.Get("Accept"), version)
	s.ResetLog()
	equal(t, "reset", s.Count("", ""), 0)
}

// A target that Go's client would not send arrives in the log as it was.
func TestRequests_rawTarget(t *testing.T) {
	s := start(t)
	for target, want := range map[string]string{
		"/api/atlas/v2/%7Ex/../y|z?a=%20": "h /api/atlas/v2/%7Ex/../y|z a=%20 401",
		"http://other/api/atlas/v2/x?":    "other /api/atlas/v2/x  401",
	} {
		s.ResetLog()
		response, err := s.raw("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		equal(t, "error", err, nil)
		equal(t, "response", strings.HasPrefix(response, "HTTP/1.1 401 Unauthorized\r\n"), true)
		logged := s.Requests()[0]
		equal(t, "logged", fmt.Sprint(logged.Host, " ", logged.Path, " ", logged.RawQuery, " ", logged.Status), want)
	}
}

// Everything at once, for the race detector.
func TestServer_concurrency(t *testing.T) {
	s := start(t, withAPIKey, withAccount)
	nonce := s.nonce()
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			shared := goodLogin(nonce)
			shared.nc = fmt.Sprintf("%08x", i+1)
			equal(t, "one of the counts of a nonce", s.getAs(shared.String()).status, 200)
		})
	}
	group.Wait()
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
