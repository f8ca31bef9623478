// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// known is a login of which the server knows something else.
func known(login acctest.Login, accept atlasmock.Option) acctest.Login {
	login.Accept = accept
	return login
}

// What a server can do with each login, to one read and to 50 at the same time.
func TestAuthentication_faults(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	const (
		reads = parallelReads + 1
		tries = 5
	)
	at := func(f atlasmock.Fault) []atlasmock.Fault {
		return []atlasmock.Fault{f.On(atlasmock.MatchToken).Early()}
	}
	ever := func(f atlasmock.Fault) []atlasmock.Fault { return at(f.Repeat(atlasmock.Forever)) }
	challenges := func(fields ...string) []atlasmock.Option {
		return []atlasmock.Option{atlasmock.WithChallenges(fields...)}
	}
	digests := func(d atlasmock.Digest) []atlasmock.Option { return []atlasmock.Option{atlasmock.WithDigest(d)} }
	limited := atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED",
		"Resource /api/oauth/token is limited to 50 requests every 1 minutes.", "/api/oauth/token", 50, 1)
	failed := atlasmock.FaultOAuth(http.StatusInternalServerError, "server_error", "Oops.")
	for name, tc := range map[string]struct {
		login    acctest.Login
		mock     []atlasmock.Option
		faults   []atlasmock.Fault
		block    acctest.Config
		recovers bool
		requests int // at most, in all
	}{
		"wrong private key": {
			login: known(acctest.APIKey, atlasmock.WithAPIKey(acctest.PublicKey, "another")), requests: 2,
		},
		"unknown public key": {
			login: known(acctest.APIKey, atlasmock.WithAPIKey("another", acctest.PrivateKey)), requests: 2,
		},
		"challenge missing":     {login: acctest.APIKey, mock: challenges(), requests: reads},
		"challenge of others":   {login: acctest.APIKey, mock: challenges(`Negotiate`, `Bearer realm="x"`), requests: reads},
		"challenge malformed":   {login: acctest.APIKey, mock: challenges(`Digest realm="x, nonce="%nonce%"`), requests: reads},
		"challenge unsupported": {login: acctest.APIKey, mock: challenges(`Digest realm="x", nonce="%nonce%", algorithm=MD5-sess`), requests: reads},
		"nonces always stale":   {login: acctest.APIKey, mock: digests(atlasmock.Digest{AlwaysStale: true}), requests: 4 * tries * reads},
		"SHA-256 beside MD5": {
			login: acctest.APIKey, recovers: true, requests: 1 + reads,
			mock: append(digests(atlasmock.Digest{Algorithm: "SHA-256"}),
				challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth", `+
					`Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-256, qop="auth"`)...),
		},
		"nonces for one use":    {login: acctest.APIKey, mock: digests(atlasmock.Digest{SingleUse: true}), recovers: true, requests: 3 * reads},
		"nonces for three uses": {login: acctest.APIKey, mock: digests(atlasmock.Digest{MaxUses: 3}), recovers: true, requests: 3 * reads},
		"wrong access token":    {login: known(acctest.AccessToken, atlasmock.WithAccessToken("another")), requests: 1},
		"wrong secret": {
			login: known(acctest.ServiceAccount, atlasmock.WithServiceAccount(acctest.ClientID, "another")), requests: 1,
		},
		"address not allowed": {
			login: acctest.ServiceAccount, requests: 1,
			faults: ever(atlasmock.FaultOAuth(http.StatusForbidden, "access_denied", "IP address 203.0.113.7 is not allowed.")),
		},
		"token limited once":             {login: acctest.ServiceAccount, faults: at(limited), recovers: true, requests: 2 + reads},
		"token limited always":           {login: acctest.ServiceAccount, faults: ever(limited), requests: tries * reads},
		"token limited, and Retry-After": {login: acctest.ServiceAccount, faults: ever(limited.With("Retry-After", "1")), requests: tries * reads},
		"token endpoint failed once":     {login: acctest.ServiceAccount, faults: at(failed), recovers: true, requests: 2 + reads},
		"token endpoint fails always":    {login: acctest.ServiceAccount, faults: ever(failed), requests: tries * reads},
		"page of a gateway":              {login: acctest.ServiceAccount, faults: ever(atlasmock.FaultHTML(http.StatusBadGateway)), requests: tries * reads},
		"page in place of a token":       {login: acctest.ServiceAccount, faults: ever(atlasmock.FaultHTML(http.StatusOK)), requests: reads},
		"token that no header can hold": {
			login: acctest.ServiceAccount, requests: reads,
			faults: ever(atlasmock.FaultBody(http.StatusOK, "application/json", `{"access_token":"a\nb"}`)),
		},
		"token refused from the first": {
			login: acctest.ServiceAccount, mock: []atlasmock.Option{atlasmock.WithTokenLifetime(time.Nanosecond)}, requests: 3 + 3*reads,
		},
		"token endpoint silent": {
			login: acctest.ServiceAccount, faults: ever(atlasmock.FaultHang()), requests: 2 * reads, block: hasty,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block := tc.block
			if block == nil {
				block = quick
			}
			s := acctest.New(t, tc.login, acctest.WithMock(tc.mock...)).MustConfigure(block)
			s.Atlas.Fail(tc.faults...)
			if tc.recovers {
				recovers(t, s, nil)
				together(func() { recovers(t, s, nil) })
			} else {
				text := fails(t, s, nil)
				golden.Is(t, name, text)
				summary, _, _ := strings.Cut(text, "\n")
				together(func() {
					_, got := readOrders(s, nil)
					got.One(t, summary)
				})
			}
			if n := s.Atlas.Count("", ""); n > tc.requests {
				t.Errorf("%d requests, want at most %d", n, tc.requests)
			}
		})
	}
}

// A server takes a nonce and its count, and the connection breaks before it has
// responded. Whoever sends the same again, and be it net/http by itself, is
// refused: that says nothing about the key.
func TestAuthentication_repeatedCount(t *testing.T) {
	t.Parallel()
	signed := func(r *http.Request) bool { return atlasmock.MatchAPI(r) && r.Header.Get("Authorization") != "" }
	for name, fault := range map[string]atlasmock.Fault{
		"reset":               atlasmock.FaultReset(),
		"closed":              atlasmock.FaultRaw(""),
		"broken headers":      atlasmock.FaultRaw("HTTP/1.1 20"),
		"cut body":            atlasmock.FaultCutBody(10),
		"reset in the body":   atlasmock.FaultResetAfter(10),
		"gateway in the way":  atlasmock.FaultHTML(http.StatusBadGateway),
		"service unavailable": atlasmock.FaultStatus(http.StatusServiceUnavailable, "", ""),
	} {
		for nonces, rules := range map[string]atlasmock.Digest{"shared": {}, "for one use": {SingleUse: true}} {
			t.Run(name+", nonces "+nonces, func(t *testing.T) {
				t.Parallel()
				s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithDigest(rules))).MustConfigure(quick)
				for range 2 { // the first signed request of all, and one when the nonce is known to work
					s.Atlas.Fail(fault.On(signed))
					recovers(t, s, nil)
				}
				s.Atlas.Fail(fault.On(signed).Repeat(4)) // one less than there are attempts
				together(func() { recovers(t, s, nil) })
			})
		}
	}
}
