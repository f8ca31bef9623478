// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestDigest_nonceThatIsAlwaysStale(t *testing.T) {
	mock := atlastest.NewMock(t, atlasmock.WithDigest(atlasmock.Digest{AlwaysStale: true}))
	client := atlastest.InProcess(mock, atlastest.APIKey, atlastest.WithoutWaits, atlastest.WithAttempts(2))
	for _, e := range atlastest.AllFail(t, 10, client, rest.KindStaleNonce) {
		if e.Problem != "every nonce, even the newest, was called expired" || e.Attempts != 2 {
			t.Errorf("got %+v", e)
		}
	}
	atlastest.WantCount(t, "requests", mock.Count("", ""), 10*2*4)
}

func TestDigest_wrongCredentials(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.OverTCP(t, mock, auth.APIKey{PublicKey: atlastest.APIKey.PublicKey, PrivateKey: "wrong", Origin: "the environment"})
	for _, e := range atlastest.AllFail(t, 32, client, rest.KindCredentials) {
		if e.Status() != 401 || e.Code() != "UNEXPECTED_ERROR" || e.Origin != "the environment" || e.Attempts != 1 {
			t.Errorf("got %+v with %+v", e, e.Response)
		}
	}
	atlastest.WantAtMost(t, "requests", mock.Count("", ""), 32*2)
}

const (
	freshChallenge = `Digest realm="r", nonce="n2", qop="auth"`
	staleChallenge = freshChallenge + `, stale=true`
)

// Once credentials are sent, the challenge of a 401 decides, or Atlas' code.
func TestDigest_refusals(t *testing.T) {
	body := func(code string) string {
		return fmt.Sprintf(`{"error":401,"errorCode":%q,"detail":"No access to group."}`, code)
	}
	enveloped := func(code string) string { return `{"status":401,"content":` + body(code) + `}` }
	for name, test := range map[string]struct {
		status    int // 401 unless set
		body      string
		challenge string
		kind      rest.Kind
		code      string
	}{
		"challenge":                      {body: body("UNEXPECTED_ERROR"), challenge: freshChallenge, kind: rest.KindCredentials, code: "UNEXPECTED_ERROR"},
		"stale challenge":                {body: body("UNEXPECTED_ERROR"), challenge: staleChallenge, kind: rest.KindStaleNonce, code: "UNEXPECTED_ERROR"},
		"no challenge":                   {body: body("UNEXPECTED_ERROR"), kind: rest.KindNoAccess, code: "UNEXPECTED_ERROR"},
		"no challenge, no body":          {kind: rest.KindNoAccess},
		"no digest challenge":            {body: body("UNEXPECTED_ERROR"), challenge: `Basic realm="x"`, kind: rest.KindNoAccess, code: "UNEXPECTED_ERROR"},
		"NOT_IN_GROUP":                   {body: body("NOT_IN_GROUP"), kind: rest.KindNoAccess, code: "NOT_IN_GROUP"},
		"NOT_IN_GROUP and challenge":     {body: body("NOT_IN_GROUP"), challenge: freshChallenge, kind: rest.KindNoAccess, code: "NOT_IN_GROUP"},
		"USER_UNAUTHORIZED, stale":       {body: body("USER_UNAUTHORIZED"), challenge: staleChallenge, kind: rest.KindNoAccess, code: "USER_UNAUTHORIZED"},
		"NOT_IN_GROUP in an envelope":    {body: enveloped("NOT_IN_GROUP"), challenge: freshChallenge, kind: rest.KindNoAccess, code: "NOT_IN_GROUP"},
		"refusal in a success":           {status: 200, body: enveloped("UNEXPECTED_ERROR"), kind: rest.KindCredentials, code: "UNEXPECTED_ERROR"},
		"refusal in a success, no group": {status: 200, body: enveloped("NOT_IN_GROUP"), kind: rest.KindNoAccess, code: "NOT_IN_GROUP"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.status == 0 {
				test.status = http.StatusUnauthorized
			}
			fields := []string{"X-Error-Code: " + test.code}
			if test.challenge != "" {
				fields = append(fields, "WWW-Authenticate: "+test.challenge)
			}
			refusal := atlastest.Respond(test.status, test.body, fields...)
			first := atlastest.Respond(http.StatusUnauthorized, unauthorizedBody, `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
			client := atlastest.InProcess(atlastest.Script(first, refusal), atlastest.APIKey, atlastest.WithEnvelope, atlastest.WithAttempts(1))
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), test.kind)
			if e.Status() != 401 || e.Code() != test.code || test.body != "" && e.Response.Detail != "No access to group." {
				t.Errorf("answer %+v, want code %q", e.Response, test.code)
			}
			if test.kind != rest.KindNoAccess {
				return
			}
			// The handshake counts although its read was refused: one challenge for three reads.
			server := atlastest.Script(first, refusal, refusal, atlastest.RespondWithDocument)
			client = atlastest.InProcess(server, atlastest.APIKey, atlastest.WithEnvelope)
			for range 2 {
				_ = atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindNoAccess)
			}
			atlastest.MustRead(t, client)
			atlastest.WantCount(t, "requests", server.Count(""), 1+3)
		})
	}
}

// TestChallengeProblem has the other problems.
func TestDigest_noChallenge(t *testing.T) {
	mock := atlastest.NewMock(t, atlasmock.WithChallenges(`Basic realm="MMS Public API"`))
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(mock, atlastest.APIKey)), rest.KindNoChallenge)
	if e.Problem != "it offers no digest authentication, only Basic" || e.Status() != 401 || e.Response.Detail != "You are not authorized for this resource." {
		t.Errorf("problem %q, answer %+v", e.Problem, e.Response)
	}
	atlastest.WantCount(t, "requests", mock.Count("", ""), 1)
}

// The mock verifies the signatures. TestStrongestChallenge has the other challenges.
func TestDigest_supportedChallenges(t *testing.T) {
	const (
		loose  = `digest nonce = %nonce% , REALM="MMS Public API", charset=UTF-8, stale = %stale%, qop=auth,`
		choice = `Digest realm="MMS Public API", nonce="%nonce%", qop="auth-int, auth", charset="UTF-8", stale=%stale%`
		two    = `Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-256, qop="auth"`
	)
	for name, test := range map[string]struct {
		server     atlasmock.Digest
		challenges []string
	}{
		"SHA-256":                      {atlasmock.Digest{Algorithm: "SHA-256"}, nil},
		"no qop":                       {atlasmock.Digest{QOP: "none"}, nil},
		"SHA-256 without qop":          {atlasmock.Digest{Algorithm: "SHA-256", QOP: "none"}, nil},
		"opaque":                       {atlasmock.Digest{Opaque: "5ccc069c"}, nil},
		"SHA-256 after MD5":            {atlasmock.Digest{Algorithm: "SHA-256"}, []string{two}},
		"unquoted, spaced and charset": {atlasmock.Digest{}, []string{loose}},
		"two qualities of protection":  {atlasmock.Digest{}, []string{choice}},
	} {
		t.Run(name, func(t *testing.T) {
			options := []atlasmock.Option{atlasmock.WithDigest(test.server)}
			if test.challenges != nil {
				options = append(options, atlasmock.WithChallenges(test.challenges...))
			}
			mock := atlastest.NewMock(t, options...)
			atlastest.ReadParallel(t, 10, atlastest.InProcess(mock, atlastest.APIKey))
			atlastest.WantCount(t, "requests", mock.Count("", ""), 11)
		})
	}
}

// What ends the handshake that others wait for must not end theirs.
func TestDigest_failedHandshakeFailsNobodyElse(t *testing.T) {
	const n = 20
	never := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, test := range map[string]struct {
		// first responds to the request that begins the handshake, once the others wait.
		first  http.HandlerFunc
		cancel bool
		want   rest.Kind
	}{
		"error":             {atlastest.Respond(http.StatusInternalServerError, ""), false, rest.KindStatus},
		"broken connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false, rest.KindConnectionLost},
		"no challenge":      {atlastest.Respond(http.StatusUnauthorized, ""), false, rest.KindNoChallenge},
		"no response":       {never, false, rest.KindTimeout},
		"canceled":          {never, true, rest.KindCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock, release := atlastest.NewMock(t), make(chan struct{})
				server := atlastest.Script(func(w http.ResponseWriter, r *http.Request) {
					<-release
					test.first(w, r)
				}, mock.ServeHTTP)
				client := atlastest.InProcess(server, atlastest.APIKey, atlastest.WithAttempts(1))

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var leader error
				first := atlastest.Start(func() { leader = atlastest.Read(ctx, client) })
				others := atlastest.Start(func() { atlastest.ReadParallel(t, n, client) })
				atlastest.WantCount(t, "requests while the others wait", server.Count(""), 1)
				close(release)
				if test.cancel {
					cancel()
				}
				first()
				others()

				_ = atlastest.WantKind(t, leader, test.want)
				atlastest.WantAtMost(t, "requests of the others", mock.Count("", ""), 2*n)
				mock.ResetLog()
				atlastest.ReadParallel(t, n, client)
				atlastest.WantCount(t, "requests once there is a nonce", mock.Count("", ""), n)
			})
		})
	}
}

func TestDigest_canceledWhileItWaitsForAHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mock := atlastest.NewMock(t)
		mock.Fail(atlasmock.FaultHold(release).Early())
		client := atlastest.InProcess(mock, atlastest.APIKey)
		leader := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
		ctx, cancel := context.WithCancel(t.Context())
		follower := atlastest.Start(func() { atlastest.WantKindAsync(t, atlastest.Read(ctx, client), rest.KindCanceled) })
		cancel()
		synctest.Wait()
		close(release)
		leader()
		follower()
		atlastest.WantCount(t, "requests", mock.Count("", ""), 2)
	})
}

// What refuses access after authentication says nothing to a request without it.
func TestDigest_challengeWithACodeOfTheApplication(t *testing.T) {
	server := atlastest.Script(
		atlastest.Respond(http.StatusUnauthorized, `{"errorCode":"USER_UNAUTHORIZED"}`, "WWW-Authenticate: "+freshChallenge), atlastest.RespondWithDocument,
	)
	atlastest.MustRead(t, atlastest.InProcess(server, atlastest.APIKey))
}

// A load balancer spreads requests over two servers, each with nonces of its own. The cookie leads
// back to the same server.
func TestDigest_behindABalancer(t *testing.T) {
	var turn atomic.Int64
	server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		node := fmt.Sprint(turn.Add(1) % 2)
		if c, err := r.Cookie("node"); err == nil {
			node = c.Value
		}
		if strings.Contains(r.Header.Get("Authorization"), `nonce="`+node+`"`) {
			atlastest.RespondWithDocument(w, r)
			return
		}
		atlastest.Respond(http.StatusUnauthorized, "", `WWW-Authenticate: Digest realm="x", nonce="`+node+`", qop="auth"`,
			"Set-Cookie: node="+node+"; Path=/; HttpOnly", "Set-Cookie: other=1")(w, r)
	})
	client := atlastest.InProcess(server, atlastest.APIKey)
	for range 20 {
		atlastest.MustRead(t, client)
	}
	requests := server.Requests()
	atlastest.WantCount(t, "requests", len(requests), 21)
	if got := requests[20].Header.Get("Cookie"); got != "node=1; other=1" {
		t.Errorf("sent cookies %q", got)
	}
}

// A key that was accepted before is right: it is the nonces that are refused.
func TestDigest_refusedOnceAccepted(t *testing.T) {
	refused := atlastest.Respond(http.StatusUnauthorized, "", "WWW-Authenticate: "+freshChallenge)
	client := atlastest.InProcess(atlastest.Script(refused, atlastest.RespondWithDocument, refused), atlastest.APIKey, atlastest.WithoutWaits)
	atlastest.MustRead(t, client)
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindStaleNonce)
	if e.Problem != "a nonce that was just issued was refused, although the key was accepted before" || e.Attempts != 5 {
		t.Errorf("got %+v", e)
	}
}

// repeating sends each request on two connections, as net/http does if the first breaks.
type repeating struct{ atlastest.Transport }

func (r repeating) RoundTrip(req *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{})
		trace.GotConn(httptrace.GotConnInfo{})
	}
	return r.Transport.RoundTrip(req)
}

// A signed request that was sent twice repeats a nonce count, which says nothing of the key.
func TestDigest_repeatedRequests(t *testing.T) {
	for name, test := range map[string]struct {
		challenge string
		kind      rest.Kind
		problem   string
	}{
		"refused": {freshChallenge, rest.KindConnectionLost, "the server closed each connection on a signed request"},
		"stale":   {staleChallenge, rest.KindStaleNonce, "every nonce, even the newest, was called expired"},
	} {
		t.Run(name, func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(http.StatusUnauthorized, "", "WWW-Authenticate: "+test.challenge))
			client := atlastest.InProcess(server, atlastest.APIKey, atlastest.WithAttempts(1), atlastest.WithTransport(repeating{atlastest.Transport{Handler: server}}))
			if e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), test.kind); e.Problem != test.problem {
				t.Errorf("got %v", e)
			}
			atlastest.WantCount(t, "requests", server.Count(""), 1+3)
		})
	}
}
