// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"fmt"
	"net/http"
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
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindStaleNonce)
	if e.Problem != "every nonce, even the newest, was called expired" || e.Attempts != 2 {
		t.Errorf("got %+v", e)
	}
	atlastest.WantCount(t, "requests", mock.Count("", ""), 2*4)
	atlastest.AllFail(t, 32, client, rest.KindStaleNonce)
	atlastest.WantAtMost(t, "requests for 32 reads more", mock.Count("", ""), 33*2*4)
}

func TestDigest_wrongCredentials(t *testing.T) {
	for name, key := range map[string]auth.APIKey{
		"private key": {PublicKey: atlastest.APIKey.PublicKey, PrivateKey: "wrong", Origin: "the environment"},
		"public key":  {PublicKey: "unknown", PrivateKey: atlastest.APIKey.PrivateKey, Origin: "the environment"},
	} {
		t.Run(name, func(t *testing.T) {
			mock := atlastest.NewMock(t)
			client := atlastest.InProcess(mock, key)
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCredentials)
			if e.Status() != 401 || e.Code() != "UNEXPECTED_ERROR" || e.Answer.Reason != "Unauthorized" ||
				e.Answer.Detail != "You are not authorized for this resource." || e.Origin != "the environment" || e.Attempts != 1 {
				t.Errorf("got %+v with %+v", e, e.Answer)
			}
			atlastest.WantCount(t, "requests", mock.Count("", ""), 2)
			atlastest.AllFail(t, 32, client, rest.KindCredentials)
			atlastest.WantAtMost(t, "requests for 32 reads more", mock.Count("", ""), 33*2)
		})
	}
}

func TestDigest_acceptedCredentialsWithoutAccess(t *testing.T) {
	const challenge = `WWW-Authenticate: Digest realm="r", nonce="n2", qop="auth"`
	body := func(code string) string {
		return fmt.Sprintf(`{"error":401,"errorCode":%q,"detail":"No access to group."}`, code)
	}
	for name, test := range map[string]struct {
		body   string
		fields []string
		code   string
	}{
		"no challenge":                     {body("UNEXPECTED_ERROR"), nil, "UNEXPECTED_ERROR"},
		"no challenge, no body":            {"", nil, ""},
		"NOT_IN_GROUP":                     {body("NOT_IN_GROUP"), nil, "NOT_IN_GROUP"},
		"NOT_IN_GROUP and a challenge":     {body("NOT_IN_GROUP"), []string{challenge}, "NOT_IN_GROUP"},
		"USER_UNAUTHORIZED and challenge":  {body("USER_UNAUTHORIZED"), []string{challenge}, "USER_UNAUTHORIZED"},
		"code in the header and challenge": {"", []string{challenge, "X-Error-Code: NOT_IN_GROUP"}, "NOT_IN_GROUP"},
		"in an envelope and a challenge": {
			`{"status":401,"content":` + body("NOT_IN_GROUP") + `}`,
			[]string{challenge, "X-Error-Code: NOT_IN_GROUP"}, "NOT_IN_GROUP",
		},
	} {
		t.Run(name, func(t *testing.T) {
			refusal := atlastest.Respond(http.StatusUnauthorized, test.body, test.fields...)
			server := atlastest.Script(
				atlastest.Respond(http.StatusUnauthorized, unauthorizedBody, `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`),
				refusal, refusal, atlastest.RespondWithDocument,
			)
			client := atlastest.InProcess(server, atlastest.APIKey, atlastest.WithEnvelope)
			for range 2 {
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindNoAccess)
				if e.Status() != 401 || e.Code() != test.code || test.body != "" && e.Answer.Detail != "No access to group." {
					t.Errorf("answer %+v, want code %q", e.Answer, test.code)
				}
			}
			atlastest.MustRead(t, client)
			// The handshake counts although its read was refused: one challenge for three reads.
			atlastest.WantCount(t, "requests", server.Count(""), 1+3)
		})
	}
}

func TestDigest_noChallengeToAnswer(t *testing.T) {
	const unsupported = "its digest challenge asks for an algorithm or quality of protection that is not supported, or has no nonce"
	for name, test := range map[string]struct {
		fields  []string
		problem string
	}{
		"none":                  {nil, "it offers no way to authenticate (no WWW-Authenticate header)"},
		"Basic only":            {[]string{`Basic realm="MMS Public API"`}, "it offers no digest authentication, only Basic"},
		"malformed":             {[]string{`Digest realm="MMS Public API, nonce`}, "its digest challenge is malformed"},
		"unsupported algorithm": {[]string{`Digest realm="r", nonce="%nonce%", algorithm=SHA-3, qop="auth"`}, unsupported},
		"unsupported qop":       {[]string{`Digest realm="r", nonce="%nonce%", qop="auth-conf"`}, unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			mock := atlastest.NewMock(t, atlasmock.WithChallenges(test.fields...))
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(mock, atlastest.APIKey)), rest.KindNoChallenge)
			if e.Problem != test.problem || e.Status() != 401 || e.Answer.Detail != "You are not authorized for this resource." {
				t.Errorf("problem %q, answer %+v\nwant    %q", e.Problem, e.Answer, test.problem)
			}
			atlastest.WantCount(t, "requests", mock.Count("", ""), 1)
		})
	}
}

func TestDigest_challengesThatItAnswers(t *testing.T) {
	const (
		md5    = `Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth", stale=%stale%`
		sha256 = `Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-256, qop="auth", stale=%stale%`
		loose  = `digest nonce = %nonce% , REALM="MMS Public API", charset=UTF-8, stale = %stale%, qop=auth,`
		choice = `Digest realm="MMS Public API", nonce="%nonce%", qop="auth-int, auth", charset="UTF-8", stale=%stale%`
	)
	for name, test := range map[string]struct {
		server     atlasmock.Digest
		challenges []string
	}{
		"MD5":                              {atlasmock.Digest{}, nil},
		"SHA-256":                          {atlasmock.Digest{Algorithm: "SHA-256"}, nil},
		"no qop":                           {atlasmock.Digest{QOP: "none"}, nil},
		"SHA-256 without qop":              {atlasmock.Digest{Algorithm: "SHA-256", QOP: "none"}, nil},
		"opaque":                           {atlasmock.Digest{Opaque: "5ccc069c"}, nil},
		"SHA-256 after MD5 in one field":   {atlasmock.Digest{Algorithm: "SHA-256"}, []string{md5 + ", " + sha256}},
		"SHA-256 before MD5 in one field":  {atlasmock.Digest{Algorithm: "SHA-256"}, []string{sha256 + ", " + md5}},
		"SHA-256 after MD5 in two fields":  {atlasmock.Digest{Algorithm: "SHA-256"}, []string{md5, sha256}},
		"SHA-256 before MD5 in two fields": {atlasmock.Digest{Algorithm: "SHA-256"}, []string{sha256, md5}},
		"beside Basic and Negotiate":       {atlasmock.Digest{}, []string{`Negotiate, Basic realm="x"`, md5}},
		"unquoted, spaced and charset":     {atlasmock.Digest{}, []string{loose}},
		"two qualities of protection":      {atlasmock.Digest{}, []string{choice}},
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
		// first answers the request that begins the handshake, once the others wait.
		first     http.HandlerFunc
		interrupt bool
		want      rest.Kind
	}{
		"error":             {atlastest.Respond(http.StatusInternalServerError, ""), false, rest.KindAnswer},
		"broken connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false, rest.KindConnectionLost},
		"no challenge":      {atlastest.Respond(http.StatusUnauthorized, ""), false, rest.KindNoChallenge},
		"no answer":         {never, false, rest.KindTimeout},
		"interrupted":       {never, true, rest.KindCanceled},
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
				if test.interrupt {
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

func TestDigest_interruptedWhileItWaitsForAHandshake(t *testing.T) {
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
		atlastest.Respond(http.StatusUnauthorized, `{"errorCode":"USER_UNAUTHORIZED"}`, `WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"`),
		atlastest.RespondWithDocument,
	)
	atlastest.MustRead(t, atlastest.InProcess(server, atlastest.APIKey))
}
