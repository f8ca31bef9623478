// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	digest := func(d atlasmock.Digest) []atlasmock.Option { return []atlasmock.Option{atlasmock.WithDigest(d)} }
	limited := atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED",
		"Resource /api/oauth/token is limited to 50 requests every 1 minutes.", "/api/oauth/token", 50, 1).On(atlasmock.MatchToken).Early()
	failed := atlasmock.FaultOAuth(http.StatusInternalServerError, "server_error", "Oops.")
	for name, tc := range map[string]struct {
		login    acctest.Login
		mock     []atlasmock.Option
		fault    atlasmock.Fault // at the token endpoint
		recovers bool
		requests int // at most, in all
	}{
		"wrong private key": {
			login: known(acctest.APIKey, atlasmock.WithAPIKey(acctest.PublicKey, "another")), requests: 2,
		},
		"unknown public key": {
			login: known(acctest.APIKey, atlasmock.WithAPIKey("another", acctest.PrivateKey)), requests: 2,
		},
		"wrong access token": {login: known(acctest.AccessToken, atlasmock.WithAccessToken("another")), requests: 1},
		"wrong secret": {
			login: known(acctest.ServiceAccount, atlasmock.WithServiceAccount(acctest.ClientID, "another")), requests: 1,
		},
		"challenge missing":           {login: acctest.APIKey, mock: []atlasmock.Option{atlasmock.WithChallenges()}, requests: reads},
		"nonces always stale":         {login: acctest.APIKey, mock: digest(atlasmock.Digest{AlwaysStale: true}), requests: 4 * tries * reads},
		"nonces for one use":          {login: acctest.APIKey, mock: digest(atlasmock.Digest{SingleUse: true}), recovers: true, requests: 3 * reads},
		"token limited once":          {login: acctest.ServiceAccount, fault: limited, recovers: true, requests: 2 + reads},
		"token limited always":        {login: acctest.ServiceAccount, fault: limited.Repeat(atlasmock.Forever), requests: tries * reads},
		"token endpoint fails always": {login: acctest.ServiceAccount, fault: failed.Repeat(atlasmock.Forever), requests: tries * reads},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, tc.login, acctest.WithMock(tc.mock...)).MustConfigure(quick)
			if tc.fault.Match != nil {
				s.Atlas.Fail(tc.fault)
			}
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

// On a machine that forbids all cryptography but FIPS 140-3, MD5 panics.
func TestAccAuthentication_fips(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		login     acctest.Login
		algorithm string
		fails     []string
	}{
		"API key, MD5": {
			login: acctest.APIKey, algorithm: "MD5",
			fails: []string{"Digest authentication is not offered", "FIPS 140-3 forbids", "service account"},
		},
		"API key, SHA-256": {login: acctest.APIKey, algorithm: "SHA-256"},
		"service account":  {login: acctest.ServiceAccount, algorithm: "MD5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, tc.login, acctest.WithMock(atlasmock.WithDigest(atlasmock.Digest{Algorithm: tc.algorithm})))
			cli := acctest.NewCLI(t, s.HCL("", theCheckpoint), tc.login.Env)
			// Only the provider: the CLI may need what is forbidden.
			wrapper, built := t.TempDir(), acctest.Binary(t)
			script := fmt.Sprintf("#!/bin/sh\nGODEBUG=fips140=only exec '%s' \"$@\"\n", built)
			if err := os.WriteFile(filepath.Join(wrapper, filepath.Base(built)), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			cli.Write("terraformrc", strings.ReplaceAll(cli.Read("terraformrc"), filepath.Dir(built), wrapper))

			if tc.fails == nil {
				cli.Run("plan")
				return
			}
			cli.Fail("plan")
			shows(t, cli, tc.fails...)
		})
	}
}
