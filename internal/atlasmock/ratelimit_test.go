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
	for _, step := range []struct {
		name             string
		wait             time.Duration
		status           int
		remaining, retry string
	}{
		{"first", 0, 200, "1", ""},
		{"second", 0, 200, "0", ""},
		{"too many", 0, 429, "0", "4"},
		{"still too many, part of a second counts as one", 1500 * time.Millisecond, 429, "0", "3"},
		{"almost there", 2499 * time.Millisecond, 429, "0", "1"},
		{"one more", time.Millisecond, 200, "0", ""},
		{"full again, no more than that", time.Hour, 200, "1", ""},
	} {
		c.advance(step.wait)
		got := s.get(checkpointPath)
		equal(t, step.name+": status", got.status, step.status)
		equal(t, step.name+": RateLimit-Limit", got.header.Get("RateLimit-Limit"), "2")
		equal(t, step.name+": RateLimit-Remaining", got.header.Get("RateLimit-Remaining"), step.remaining)
		equal(t, step.name+": Retry-After", got.header.Get("Retry-After"), step.retry)
	}
	equal(t, "by default", start(t).get(checkpointPath).header.Get("RateLimit-Limit"), "")
}

func TestRateLimit_body(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(1200, 500.0/60))
	s.TakeBudget(project, 1200)
	s.equalAPIError(listPath, 429, "RATE_LIMITED_TOKEN_BUCKET",
		"Resource api/atlas/v2/groups allows 1200 requests at once and 500 more every 60 seconds. Retry after 1 seconds.",
		`"api/atlas/v2/groups",1,1200,500,60`)
	equal(t, "enveloped", strings.HasPrefix(s.get(listPath+"?envelope=true").body, `{"content":{"detail":`), true)
}

func TestRateLimit_spending(t *testing.T) {
	limited := func(capacity int) *site {
		return start(t, withAPIKey, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(capacity, 1))
	}
	s := limited(1)
	refused := s.getAs("")
	equal(t, "refused credentials are free", refused.outcome()+refused.header.Get("RateLimit-Limit"), "401")
	equal(t, "accepted credentials", s.getAs(goodLogin(s.nonce()).String()).status, 200)
	equal(t, "another project", s.get(strings.Replace(checkpointPath, project, unknownID, 1)).status, 404)
	equal(t, "same project, list", s.get(listPath).status, 429)

	s = limited(5)
	s.Fail(atlasmock.FaultHTML(502))
	equal(t, "left after a fault", s.get(checkpointPath).header.Get("RateLimit-Remaining"), "4")
	s.TakeBudget(project, 599)
	equal(t, "wait in debt", s.get(checkpointPath).header.Get("Retry-After"), "596")
}
