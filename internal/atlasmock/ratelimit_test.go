// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRateLimit(t *testing.T) {
	c := new(clock)
	s := start(t, atlasmock.WithClock(c.Now), atlasmock.WithRateLimit(2, 0.25))
	steps := []struct {
		name      string
		wait      time.Duration
		status    int
		remaining string
		retry     string
	}{
		{"first", 0, 200, "1", ""},
		{"second", 0, 200, "0", ""},
		{"too many", 0, 429, "0", "4"},
		{"still too many, part of a second counts as one", 1500 * time.Millisecond, 429, "0", "3"},
		{"almost there", 2499 * time.Millisecond, 429, "0", "1"},
		{"one more", time.Millisecond, 200, "0", ""},
		{"full again, no more than that", time.Hour, 200, "1", ""},
	}
	for _, step := range steps {
		c.advance(step.wait)
		got := s.get(checkpointPath)
		equal(t, step.name+": status", got.status, step.status)
		equal(t, step.name+": RateLimit-Limit", got.header.Get("RateLimit-Limit"), "2")
		equal(t, step.name+": RateLimit-Remaining", got.header.Get("RateLimit-Remaining"), step.remaining)
		equal(t, step.name+": Retry-After", got.header.Get("Retry-After"), step.retry)
	}
}

func TestRateLimit_body(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(1200, 500.0/60))
	s.TakeBudget(project, 1200)
	got := s.get(listPath)
	equal(t, "status", got.status, 429)
	equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), "RATE_LIMITED_TOKEN_BUCKET")
	equal(t, "body", got.body,
		`{"detail":"Resource api/atlas/v2/groups allows 1200 requests at once and 500 more every 60 seconds. Retry after 1 seconds.",`+
			`"error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET",`+
			`"parameters":["api/atlas/v2/groups",1,1200,500,60],"reason":"Too Many Requests"}`)
	equal(t, "enveloped", strings.HasPrefix(s.get(listPath+"?envelope=true").body, `{"content":{"detail":`), true)
}

func TestRateLimit_eachProject(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(1, 1))
	other := strings.Replace(checkpointPath, project, strings.Repeat("0", 24), 1)
	equal(t, "first", s.get(checkpointPath).status, 200)
	equal(t, "another project", s.get(other).status, 404)
	equal(t, "same project, list", s.get(listPath).status, 429)
}

func TestRateLimit_refusedAuthenticationIsFree(t *testing.T) {
	s := start(t, withAPIKey, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(1, 1))
	refused := s.getAs("")
	equal(t, "refused", refused.status, 401)
	equal(t, "RateLimit-Limit", refused.header.Get("RateLimit-Limit"), "")
	equal(t, "accepted", s.getAs(goodLogin(s.nonce()).String()).status, 200)
}

func TestRateLimit_debt(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(5, 1))
	s.TakeBudget(project, 600)
	equal(t, "Retry-After", s.get(checkpointPath).header.Get("Retry-After"), "596")
}

func TestRateLimit_none(t *testing.T) {
	equal(t, "RateLimit-Limit", start(t).get(checkpointPath).header.Get("RateLimit-Limit"), "")
}

func TestRateLimit_onFaults(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(5, 1))
	s.Fail(atlasmock.FaultHTML(502))
	equal(t, "RateLimit-Remaining", s.get(checkpointPath).header.Get("RateLimit-Remaining"), "4")
}
