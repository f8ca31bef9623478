// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// authRefused is the one error about credentials that are wrong.
func authRefused(origin ...string) *diagnostic {
	return &diagnostic{
		summary: "Atlas refused the credentials",
		detail:  append([]string{"Asked for ", "HTTP 401", "does not accept the credentials from", "127.0.0.1:"}, origin...),
	}
}

// What a server can do with HTTP Digest, to one read and to 50 at the same time.
func TestFaults_authentication_digest(t *testing.T) {
	t.Parallel()

	key := atlasmock.WithAPIKey(authPublic, authPrivate)
	challenges := func(fields ...string) []atlasmock.Option {
		return []atlasmock.Option{key, atlasmock.WithChallenges(fields...)}
	}
	digests := func(d atlasmock.Digest) []atlasmock.Option {
		return []atlasmock.Option{key, atlasmock.WithDigest(d)}
	}
	notOffered := func(why string) *diagnostic {
		return &diagnostic{
			summary: "Digest authentication is not offered", detail: []string{"HTTP 401", why, "base_url", "service account"},
		}
	}
	const (
		refused  = 2 * (parallelReads + 1) // a request without and one with credentials for each read
		asked    = parallelReads + 1
		shared   = parallelReads + 2
		singly   = 3 * (parallelReads + 1)
		stubborn = 4 * (parallelReads + 1)
	)
	for name, tc := range map[string]struct {
		options  []atlasmock.Option
		want     *diagnostic // nil if the fault leaves no trace
		requests int
	}{
		"wrong key": {
			[]atlasmock.Option{atlasmock.WithAPIKey(authPublic, "another")},
			authRefused("MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"), refused,
		},
		"unknown key": {
			[]atlasmock.Option{atlasmock.WithAPIKey("another", authPrivate)},
			authRefused("MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"), refused,
		},
		"challenge missing": {challenges(), notOffered("no WWW-Authenticate header"), asked},
		"challenge empty":   {challenges(""), notOffered("no WWW-Authenticate header"), asked},
		"Basic only":        {challenges(`Basic realm="MMS Public API"`), notOffered("only Basic"), asked},
		"other schemes": {
			challenges(`Negotiate`, `Bearer realm="x", error="invalid_token"`), notOffered("only Negotiate, Bearer"), asked,
		},
		"malformed": {challenges(`Digest realm="x, nonce="%nonce%"`), notOffered("its digest challenge"), asked},
		"no nonce":  {challenges(`Digest realm="x", qop="auth"`), notOffered("has no nonce"), asked},
		"bare":      {challenges(`Digest`), notOffered("its digest challenge"), asked},
		"unsupported algorithm": {
			challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-1, qop="auth"`), notOffered("not supported"), asked,
		},
		"session algorithm": {
			challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5-sess, qop="auth"`), notOffered("not supported"), asked,
		},
		"unsupported qop": {
			challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth-conf"`), notOffered("not supported"), asked,
		},
		"two challenges in two fields": {
			challenges(`Basic realm="a, b"`, `Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth", stale=%stale%`),
			nil, shared,
		},
		"two challenges in one field": {
			challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-1, qop="auth", ` +
				`Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth,auth-int", charset=UTF-8`),
			nil, shared,
		},
		"two algorithms, the stronger second": {
			append(challenges(`Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth"`,
				`Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-256, qop="auth"`),
				atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-256"})),
			nil, shared,
		},
		"SHA-256":           {digests(atlasmock.Digest{Algorithm: "SHA-256"}), nil, shared},
		"no qop":            {digests(atlasmock.Digest{QOP: "none"}), nil, shared},
		"opaque":            {digests(atlasmock.Digest{Opaque: "b3BhcXVl"}), nil, shared},
		"nonce single use":  {digests(atlasmock.Digest{SingleUse: true}), nil, singly},
		"nonce of few uses": {digests(atlasmock.Digest{MaxUses: 3}), nil, singly},
		"stale always": {
			digests(atlasmock.Digest{AlwaysStale: true}),
			&diagnostic{summary: "Digest nonces expire too soon", detail: []string{"HTTP 401", "5 attempts", "may well be right"}},
			5 * stubborn,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			scene := newAuthScene(t, authKey, newAuthMock(t, tc.options...), nil)
			scene.ends(nil, tc.want)
			scene.costs("requests", len(scene.atlas.Requests()), tc.requests)
			assertNoNonceCountTwice(t, scene.atlas)
		})
	}
}

// assertNoNonceCountTwice looks at all that was signed: a server that keeps the
// rules refuses a count that it has seen.
func assertNoNonceCountTwice(t *testing.T, mock *atlasmock.Server) {
	t.Helper()

	type use struct {
		nonce string
		count int
	}
	seen := map[use]bool{}
	for _, r := range mock.Requests() {
		header := r.Header.Get("Authorization")
		if header == "" {
			continue
		}
		credentials, err := digest.ParseCredentials(header)
		if err != nil {
			t.Fatal(err)
		}
		this := use{credentials.Nonce, credentials.Nc}
		if this.count > 0 && seen[this] {
			t.Errorf("nonce %s was used twice with count %d", this.nonce, this.count)
		}
		seen[this] = true
	}
}

// authClock goes on by a step whenever it is looked at.
type authClock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

func (c *authClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.step)
	return c.now
}

func (c *authClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// A nonce that lives for a second is renewed as often as it takes.
func TestFaults_authentication_nonceStaleAfterASecond(t *testing.T) {
	t.Parallel()

	clock := &authClock{now: time.Now(), step: 20 * time.Millisecond}
	mock := newAuthMock(t, atlasmock.WithAPIKey(authPublic, authPrivate), atlasmock.WithClock(clock.Now),
		atlasmock.WithDigest(atlasmock.Digest{NonceLifetime: time.Second}))
	scene := newAuthScene(t, authKey, mock, nil)
	scene.ends(nil, nil)
	stale := 0
	for _, r := range mock.Requests() {
		if r.Status == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
			stale++
		}
	}
	if stale == 0 {
		t.Error("no nonce became stale")
	}
}

// A server takes a nonce and its count, and the connection breaks before it has
// answered. Whoever sends the same again, and be it net/http by itself, is
// refused: that says nothing about the key.
func TestFaults_authentication_repeatedCount(t *testing.T) {
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
		for nonces, rules := range map[string]atlasmock.Digest{"shared": {}, "single use": {SingleUse: true}} {
			t.Run(name+", nonces "+nonces, func(t *testing.T) {
				t.Parallel()

				mock := newAuthMock(t, atlasmock.WithAPIKey(authPublic, authPrivate), atlasmock.WithDigest(rules))
				scene := newAuthScene(t, authKey, mock, nil)
				// The first signed request of all, and one when the nonce is known to work.
				mock.Fail(fault.On(signed))
				scene.endsOnce(nil, nil)
				mock.Fail(fault.On(signed))
				scene.endsOnce(nil, nil)
				mock.Fail(fault.On(signed).Repeat(4)) // one less than there are attempts
				scene.together(nil, nil)
			})
		}
	}
}

// A refused bearer token can't be made another one.
func TestFaults_authentication_accessToken(t *testing.T) {
	t.Parallel()

	scene := newAuthScene(t, authToken, newAuthMock(t), nil)
	scene.ends(nil, authRefused("MONGODB_ATLAS_ACCESS_TOKEN", "lives for an hour"))
	scene.costs("requests", len(scene.atlas.Requests()), parallelReads+1)
}

// Each place of a 401 where a server may echo what it was sent.
func TestFaults_authentication_secrets(t *testing.T) {
	t.Parallel()

	for name, tc := range map[string]struct {
		with  authWith
		fault func(echo string) atlasmock.Fault
	}{
		"API key": {authKey, func(echo string) atlasmock.Fault {
			return atlasmock.FaultStatus(http.StatusUnauthorized, "USER_UNAUTHORIZED", "You sent "+echo+".", echo)
		}},
		"access token": {authToken, func(echo string) atlasmock.Fault {
			return atlasmock.FaultBody(http.StatusUnauthorized, "text/html", "<p>You sent <b>"+echo+"</b>").Early()
		}},
		"service account": {authAccount, func(echo string) atlasmock.Fault {
			return atlasmock.FaultOAuth(http.StatusUnauthorized, "invalid_client", "You sent "+echo+".")
		}},
		"token": {authAccount, func(echo string) atlasmock.Fault {
			return atlasmock.FaultBody(http.StatusOK, "application/json", `{"access_token":5,"sent":"`+echo+`"}`).On(atlasmock.MatchToken)
		}},
		"challenge": {authKey, func(echo string) atlasmock.Fault {
			return atlasmock.FaultBody(http.StatusUnauthorized, "", "").With("WWW-Authenticate", `X`+strings.ReplaceAll(echo, " ", "")).Early()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			mock := newAuthMock(t, atlasmock.WithAPIKey(authPublic, authPrivate), atlasmock.WithServiceAccount(authClientID, authSecret),
				atlasmock.WithAccessToken(authBearer))
			for _, form := range newWatch(tc.with.id, tc.with.secret).secrets {
				mock.ClearFaults()
				mock.Fail(tc.fault(form).Repeat(atlasmock.Forever))
				// A new provider each time: what the token endpoint says is remembered.
				scene := newAuthScene(t, tc.with, mock, nil)
				_, got := scene.read(nil)
				if len(got) != 1 {
					t.Errorf("%d diagnostics", len(got))
				}
				scene.watch.assertHidden(t, got)
			}
		})
	}
}
