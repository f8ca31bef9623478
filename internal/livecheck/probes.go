// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/icholy/digest"
)

// probe is the target of what is read for its status and headers.
func (s *session) probe() string { return collections[0].target(s, "") + "?itemsPerPage=1" }

// anonymous reads without credentials.
func (s *session) anonymous(ctx context.Context) *reply {
	return s.result(func() (*reply, error) { return s.api.send(ctx, s.probe(), accept, "") })
}

func unauthorized(ctx context.Context, s *session) (string, string) {
	got := s.anonymous(ctx)
	s.keep("no credentials", got)
	const more = ", no X-Error-Code, no RateLimit-Limit, no RateLimit-Remaining"
	return errorText(401, "UNEXPECTED_ERROR", "You are not authorized for this resource.") + more,
		describe(got) + ", " + headers("X-Error-Code", "RateLimit-Limit", "RateLimit-Remaining")(got)
}

// challenge asks for a nonce.
func (s *session) challenge(ctx context.Context) *digest.Challenge {
	c, err := digest.FindChallenge(s.anonymous(ctx).header)
	if err != nil {
		s.fail(err.Error())
		return &digest.Challenge{}
	}
	return c
}

func challengeForm(ctx context.Context, s *session) (string, string) {
	c, err := digest.FindChallenge(s.anonymous(ctx).header)
	if err != nil {
		return "a challenge", err.Error()
	}
	const format = "realm=%q, algorithm=%s, qop=%s, opaque=%q, stale=%t, a nonce of %d characters"
	algorithm := "MD5"
	if s.settings.base.Host == governmentHost {
		algorithm = "SHA-256"
	}
	return fmt.Sprintf(format, "MMS Public API", algorithm, "auth", "", false, 32),
		fmt.Sprintf(format, c.Realm, c.Algorithm, strings.Join(c.QOP, ","), c.Opaque, c.Stale, len(c.Nonce))
}

// nonceCheck uses one nonce several times.
type nonceCheck struct {
	name   string
	counts []int
	// ages are how old the nonce is at each use, if that matters.
	ages    []time.Duration
	assumed []string
}

const (
	accepted = "accepted"
	rejected = "rejected with stale=false"
	stale    = "rejected with stale=true"
)

var nonceChecks = []nonceCheck{
	{name: "nonce: several uses", counts: []int{1, 2, 3}, assumed: []string{accepted, accepted, accepted}},
	{name: "nonce: counts out of order", counts: []int{3, 1, 2}, assumed: []string{accepted, accepted, accepted}},
	{name: "nonce: a count again", counts: []int{1, 1}, assumed: []string{accepted, rejected}},
	{name: "nonce: highest count", counts: []int{1023, 1025}, assumed: []string{accepted, stale}},
	{
		name: "nonce: lifetime", counts: []int{1, 2}, assumed: []string{accepted, stale},
		ages: []time.Duration{50 * time.Second, 70 * time.Second},
	},
}

func (n nonceCheck) look(ctx context.Context, s *session) (string, string) {
	if len(n.ages) > 0 && s.settings.skipWaits {
		s.fail("skipped")
	}
	challenge := s.challenge(ctx)
	issued := s.api.now()
	var assumed, observed []string
	for i, count := range n.counts {
		label := fmt.Sprintf("nc=%d", count)
		if len(n.ages) > 0 {
			label += " after " + n.ages[i].String()
			s.wait(ctx, n.ages[i]-s.api.now().Sub(issued))
		}
		got := s.result(func() (*reply, error) { return s.api.sign(ctx, challenge, s.probe(), accept, count) })
		assumed, observed = append(assumed, label+" "+n.assumed[i]), append(observed, label+" "+verdict(got))
	}
	return strings.Join(assumed, ", "), strings.Join(observed, ", ")
}

func (s *session) wait(ctx context.Context, d time.Duration) {
	if s.failed == nil {
		s.failed = s.api.wait(ctx, d)
	}
}

// verdict is what a response says of the nonce: whatever is not 401 took it.
func verdict(r *reply) string {
	if r.status != http.StatusUnauthorized {
		return accepted
	}
	challenge, err := digest.FindChallenge(r.header)
	switch {
	case err != nil:
		return "rejected without a challenge"
	case challenge.Stale:
		return stale
	}
	return rejected
}

// rateLimitHeaders looks for what may tell of a rate limit, whatever its name. Any response may.
func rateLimitHeaders(_ context.Context, s *session) (string, string) {
	found := observations{}
	for _, r := range s.lists {
		for name := range r.header {
			value := r.header.Get(name)
			if !strings.Contains(strings.ToLower(name), "ratelimit") {
				continue
			}
			if _, err := strconv.Atoi(value); err == nil && strings.HasSuffix(name, "Remaining") {
				value = "a number"
			}
			found.add("%s: %s", strings.Replace(name, "Ratelimit", "RateLimit", 1), value)
		}
	}
	if len(found) == 0 {
		s.fail("no response has any")
	}
	return "RateLimit-Limit: 1200, RateLimit-Remaining: a number", found.String()
}

// remaining reads, and returns how many requests are left.
func (s *session) remaining(ctx context.Context) int {
	got := s.get(ctx, s.probe(), accept)
	left, err := strconv.Atoi(got.header.Get("RateLimit-Remaining"))
	if err != nil {
		s.fail("no RateLimit-Remaining")
	}
	return left
}

// perSecond is how much the rate limit refills: faster than this command spends.
const perSecond = 500.0 / 60

func refill(ctx context.Context, s *session) (string, string) {
	const steady = "a steady refill"
	before := s.remaining(ctx)
	if s.remaining(ctx) < before {
		return steady, "RateLimit-Remaining falls with each read, however slow they are"
	}
	return steady, steady
}

// burst is how many requests without credentials go out at once, so that the refill does not hide
// what they spend.
const burst = 20

func spending(ctx context.Context, s *session) (string, string) {
	s.wait(ctx, (burst+4)*pace)
	s.api.prepaid = burst + 4
	defer func() { s.api.prepaid = 0 }()
	before, begun := s.remaining(ctx), s.api.now()
	for range burst {
		s.anonymous(ctx)
	}
	spent := before - s.remaining(ctx)
	took := s.api.now().Sub(begun)
	const nothing = "nothing"
	switch {
	case spent > 1:
		return nothing, fmt.Sprintf("RateLimit-Remaining falls by %d over one read and %d responses of 401", spent, burst)
	case burst-took.Seconds()*perSecond < 3:
		s.fail(fmt.Sprintf("the refill hides it: %d requests took %s", burst, took.Round(time.Millisecond)))
	}
	return nothing, nothing
}
