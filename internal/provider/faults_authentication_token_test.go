// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const authOrigin = "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET"

// tokenFails is an error about the token request.
func tokenFails(summary string, facts ...string) *diagnostic {
	return &diagnostic{summary: summary, detail: append([]string{"Asked for an access token at 127.0.0.1:", "/api/oauth/token"}, facts...)}
}

// What the token endpoint can do, to one read and to 50 at the same time.
func TestFaults_authentication_token(t *testing.T) {
	t.Parallel()

	const (
		once       = 1
		everyFetch = 5 * (parallelReads + 1) // five attempts, if no two reads were to share them
		everyRead  = parallelReads + 1
	)
	at := func(f atlasmock.Fault) []atlasmock.Fault {
		return []atlasmock.Fault{f.On(atlasmock.MatchToken).Early()}
	}
	always := func(f atlasmock.Fault) []atlasmock.Fault { return at(f.Repeat(atlasmock.Forever)) }
	limited := atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED",
		"Resource /api/oauth/token is limited to 50 requests every 1 minutes.", "/api/oauth/token", 50, 1)
	short := config{"request_timeout": "100ms"}
	for name, tc := range map[string]struct {
		faults  []atlasmock.Fault
		options []atlasmock.Option
		block   config
		read    config
		want    *diagnostic // nil if the fault leaves no trace
		tokens  int
	}{
		"reset once":   {faults: at(atlasmock.FaultReset()), tokens: once + 1},
		"closed once":  {faults: at(atlasmock.FaultRaw("")), tokens: once + 1},
		"reset always": {faults: always(atlasmock.FaultReset()), want: tokenFails("Connection to Atlas lost", "5 attempts"), tokens: everyFetch},
		"slow once":    {faults: at(atlasmock.FaultHang()), block: config{"request_timeout": "1s"}, tokens: once + 1},
		"slow always": {
			faults: always(atlasmock.FaultHang()), block: short,
			want: tokenFails("Atlas did not answer in time", "within 100ms", "5 attempts"), tokens: everyFetch,
		},
		"slow body": {
			faults: always(atlasmock.FaultDrip(time.Hour)), block: short,
			want: tokenFails("Atlas did not answer in time", "within 100ms", "5 attempts"), tokens: everyFetch,
		},
		"slower than the read": {
			faults: always(atlasmock.FaultHang()), read: config{"timeouts": map[string]any{"read": "200ms"}},
			want: tokenFails("Atlas did not answer in time", "time for this read ran out"), tokens: everyRead,
		},
		"401": {
			faults: always(atlasmock.FaultOAuth(http.StatusUnauthorized, "invalid_client", "Invalid credentials provided.")),
			want:   tokenFails("Atlas refused the credentials", "HTTP 401", "invalid_client", "Invalid credentials provided", authOrigin), tokens: once,
		},
		"wrong secret": {
			options: []atlasmock.Option{atlasmock.WithServiceAccount(authClientID, "another")},
			want:    tokenFails("Atlas refused the credentials", "HTTP 401", "invalid_client", authOrigin), tokens: once,
		},
		"400": {
			faults: always(atlasmock.FaultOAuth(http.StatusBadRequest, "invalid_request", "The form is malformed.")),
			want:   tokenFails("Atlas refused the credentials", "HTTP 400", "invalid_request", authOrigin), tokens: once,
		},
		"403 address": {
			faults: always(atlasmock.FaultOAuth(http.StatusForbidden, "access_denied", "IP address 203.0.113.7 is not allowed.")),
			want:   tokenFails("Atlas did not issue an access token", "HTTP 403", "203.0.113.7", "API access list", authOrigin), tokens: once,
		},
		"403 live tokens": {
			faults: always(atlasmock.FaultOAuth(http.StatusForbidden, "access_denied", "The limit of active tokens is reached.")),
			want:   tokenFails("Atlas did not issue an access token", "HTTP 403", "limit of active tokens", "100 live tokens"), tokens: once,
		},
		"429 once":                     {faults: at(limited), tokens: once + 1},
		"429 once, with Retry-After":   {faults: at(limited.With("Retry-After", "17")), tokens: once + 1},
		"429 always":                   {faults: always(limited), want: tokenFails("Atlas rate limit for access tokens exceeded", "HTTP 429", "limited to 50 requests", "5 attempts and "), tokens: everyFetch},
		"429 always, Retry-After":      {faults: always(limited.With("Retry-After", "1")), want: tokenFails("Atlas rate limit for access tokens exceeded", "Retry-After: 1s", "5 attempts and "), tokens: everyFetch},
		"429 for longer than it may":   {faults: always(limited.With("Retry-After", "7200")), want: tokenFails("Atlas rate limit for access tokens exceeded", "2h0m0s", "timeouts.read"), tokens: everyRead},
		"500 once":                     {faults: at(atlasmock.FaultOAuth(http.StatusInternalServerError, "server_error", "Oops.")), tokens: once + 1},
		"500 always":                   {faults: always(atlasmock.FaultOAuth(http.StatusInternalServerError, "server_error", "Oops.")), want: tokenFails("Atlas failed to answer", "HTTP 500", "server_error", "5 attempts"), tokens: everyFetch},
		"HTML":                         {faults: always(atlasmock.FaultHTML(http.StatusOK)), want: tokenFails(notDocumented, "HTTP 200", "The answer begins", "base_url"), tokens: everyRead},
		"HTML of a gateway once":       {faults: at(atlasmock.FaultHTML(http.StatusBadGateway)), tokens: once + 1},
		"HTML of a gateway":            {faults: always(atlasmock.FaultHTML(http.StatusBadGateway)), want: tokenFails("Atlas failed to answer", "HTTP 502", "5 attempts"), tokens: everyFetch},
		"no token in it":               {faults: always(atlasmock.FaultBody(http.StatusOK, "application/json", `{"expires_in":3600}`)), want: tokenFails(notDocumented, "no access_token"), tokens: everyRead},
		"token that is none":           {faults: always(atlasmock.FaultBody(http.StatusOK, "application/json", `{"access_token":"a\nb"}`)), want: tokenFails(notDocumented, "access_token"), tokens: everyRead},
		"no expires_in":                {options: []atlasmock.Option{atlasmock.WithoutExpiresIn()}, tokens: once},
		"expired already, it says":     {options: []atlasmock.Option{atlasmock.WithExpiresIn(0)}, tokens: once},
		"expired an hour ago":          {options: []atlasmock.Option{atlasmock.WithExpiresIn(-3600)}, tokens: once},
		"lives for centuries, it says": {options: []atlasmock.Option{atlasmock.WithExpiresIn(1 << 40)}, tokens: once},
		"expired already": {
			options: []atlasmock.Option{atlasmock.WithTokenLifetime(time.Nanosecond)}, want: authRefused(authOrigin), tokens: 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			options := tc.options
			if name != "wrong secret" {
				options = append(options, atlasmock.WithServiceAccount(authClientID, authSecret))
			}
			// No wait is in earnest, and yet each counts against the reads' deadlines.
			scene := newAuthScene(t, authAccount, newAuthMock(t, options...), tc.block, WithClock(&authClock{now: time.Now()}))
			scene.atlas.Fail(tc.faults...)
			scene.ends(tc.read, tc.want)
			scene.costs("token requests", scene.atlas.Count(http.MethodPost, "/api/oauth/token"), tc.tokens)
		})
	}
}

// Nothing listens: the token is what is asked for first.
func TestFaults_authentication_tokenEndpointRefused(t *testing.T) {
	t.Parallel()

	scene := newAuthSceneAt(t, authAccount, "http://"+authNobodyListens(t), nil, nil)
	scene.ends(nil, tokenFails("The connection to Atlas was refused", "5 attempts", "base_url"))
}

// authNobodyListens is the address of a client: it is taken, so that no server
// comes to listen there while the test runs.
func authNobodyListens(t *testing.T) string {
	t.Helper()

	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client.LocalAddr().String()
}

// A token that works no longer is renewed once for all reads.
func TestFaults_authentication_tokenRevokedMidRun(t *testing.T) {
	t.Parallel()

	t.Run("between two reads", func(t *testing.T) {
		t.Parallel()

		scene := newAuthScene(t, authAccount, newAuthMock(t, atlasmock.WithServiceAccount(authClientID, authSecret)), nil)
		scene.endsOnce(nil, nil)
		scene.atlas.RevokeTokens()
		scene.ends(nil, nil)
		scene.costs("token requests", scene.atlas.Count(http.MethodPost, "/api/oauth/token"), 2)
	})
	t.Run("among parallel reads", func(t *testing.T) {
		t.Parallel()

		var (
			mock  *atlasmock.Server
			reads atomic.Int32
		)
		mock = newAuthMock(t, atlasmock.WithServiceAccount(authClientID, authSecret), atlasmock.WithObserver(func(r atlasmock.Request) {
			if r.Method == http.MethodGet && reads.Add(1) == parallelReads/2 {
				mock.RevokeTokens()
			}
		}))
		scene := newAuthScene(t, authAccount, mock, nil)
		scene.ends(nil, nil)
		scene.costs("token requests", mock.Count(http.MethodPost, "/api/oauth/token"), 2)
	})
}
