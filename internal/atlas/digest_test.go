// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const unauthorizedBody = `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource.","errorCode":"UNEXPECTED_ERROR"}`

// signed returns the digest credentials of the requests that carried some, in
// order of arrival.
func signed(t *testing.T, mock *atlasmock.Server) []*digest.Credentials {
	t.Helper()
	var sent []*digest.Credentials
	for _, r := range mock.Requests() {
		header := r.Header.Get("Authorization")
		if header == "" {
			continue
		}
		credentials, err := digest.ParseCredentials(header)
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, credentials)
	}
	return sent
}

// counts are the nonce counts that were sent, by nonce, in rising order.
func counts(t *testing.T, mock *atlasmock.Server) map[string][]int {
	t.Helper()
	byNonce := map[string][]int{}
	for _, c := range signed(t, mock) {
		byNonce[c.Nonce] = append(byNonce[c.Nonce], c.Nc)
	}
	for _, counts := range byNonce {
		slices.Sort(counts)
	}
	return byNonce
}

func upTo(n int) []int {
	var numbers []int
	for i := range n {
		numbers = append(numbers, i+1)
	}
	return numbers
}

func TestDigest_parallelReadsShareOneHandshake(t *testing.T) {
	for _, n := range []int{1, 10, 64} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			mock := newMock(t)
			readTogether(t, n, inProcess(mock, apiKey))
			wantCount(t, "requests", mock.Count("", ""), n+1)
			byNonce := counts(t, mock)
			wantCount(t, "nonces", len(byNonce), 1)
			for _, got := range byNonce {
				if !slices.Equal(got, upTo(n)) {
					t.Errorf("nonce counts %v, want 1 to %d", got, n)
				}
			}
		})
	}
}

func TestDigest_nonceCountRises(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, apiKey)
	for range 20 {
		mustRead(t, client)
	}
	wantCount(t, "requests", mock.Count("", ""), 21)
	for i, c := range signed(t, mock) {
		if c.Nc != i+1 {
			t.Errorf("read %d has nonce count %d", i+1, c.Nc)
		}
	}
}

func TestDigest_nonceThatWorksOnceOnly(t *testing.T) {
	const n = 64
	mock := newMock(t, atlasmock.WithDigest(atlasmock.Digest{SingleUse: true}))
	client := inProcess(mock, apiKey)
	for range 5 {
		mock.ResetLog()
		readTogether(t, n, client)
		wantAtMost(t, "requests", mock.Count("", ""), 2*n)
	}
}

// A server that once refuses a nonce after one use, as one that wants rising
// counts does when two requests overtake each other, need not do so for good.
func TestDigest_nonceRefusedOnceAfterOneUse(t *testing.T) {
	const n = 20
	var signedRequests atomic.Int64
	challenge := func(w http.ResponseWriter, r *http.Request) {
		answer(http.StatusUnauthorized, unauthorizedBody, fmt.Sprintf(`WWW-Authenticate: Digest realm="r", nonce="n%d", qop="auth"`, signedRequests.Load()))(w, r)
	}
	server := count(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" || signedRequests.Add(1) == 2 {
			challenge(w, r)
			return
		}
		answerDocument(w, r)
	})
	client := inProcess(server, apiKey)
	for range n {
		mustRead(t, client)
	}
	wantCount(t, "requests", server.count(""), n+2)
}

func TestDigest_nonceThatWorksTwice(t *testing.T) {
	const n = 64
	mock := newMock(t, atlasmock.WithDigest(atlasmock.Digest{MaxUses: 2}))
	client := inProcess(mock, apiKey)
	for range 3 {
		mock.ResetLog()
		readTogether(t, n, client)
		wantAtMost(t, "requests", mock.Count("", ""), 2*n)
	}
}

func TestDigest_nonceThatGoesStale(t *testing.T) {
	const n = 64
	mock := newMock(t)
	client := inProcess(mock, apiKey)
	mustRead(t, client)
	mock.ExpireNonces()
	mock.ResetLog()
	readTogether(t, n, client)
	// One refusal for each read that was already signed, and no more.
	wantAtMost(t, "requests to renew the nonce", mock.Count("", ""), 2*n)

	mock.ResetLog()
	readTogether(t, n, client)
	wantCount(t, "requests after that", mock.Count("", ""), n)
	wantCount(t, "nonces after that", len(counts(t, mock)), 1)
}

func TestDigest_nonceThatGoesStaleCostsOneRequest(t *testing.T) {
	clock := newClock()
	mock := newMock(t, atlasmock.WithClock(clock.Now))
	client := inProcess(mock, apiKey)
	mustRead(t, client)
	for range 3 {
		clock.advance(61 * time.Second)
		mock.ResetLog()
		mustRead(t, client)
		mustRead(t, client)
		wantCount(t, "requests for two reads", mock.Count("", ""), 3)
	}
}

// While one read renews the nonce, the reads that begin wait for it: they would
// only be told the same.
func TestDigest_readsWaitForARenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		mock := newMock(t)
		client := inProcess(mock, apiKey)
		mustRead(t, client)
		mock.ExpireNonces()
		mock.ResetLog()

		release := make(chan struct{})
		mock.Fail(atlasmock.FaultHold(release)) // strikes the renewed signature
		var reads sync.WaitGroup
		reads.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		reads.Go(func() { readTogether(t, n, client) })
		synctest.Wait()
		wantCount(t, "requests while the renewal is under way", mock.Count("", ""), 2)
		close(release)
		reads.Wait()
		wantCount(t, "requests in all", mock.Count("", ""), n+2)
	})
}

func mustSucceed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestDigest_nonceUsedUp(t *testing.T) {
	mock := newMock(t, atlasmock.WithDigest(atlasmock.Digest{MaxUses: 3}))
	client := inProcess(mock, apiKey)
	for range 7 {
		mustRead(t, client)
	}
	// 7 reads, the first challenge, and a refusal after each third use.
	wantCount(t, "requests", mock.Count("", ""), 7+1+2)
}

// A server that refuses a nonce after several uses, without calling it stale,
// is no server whose nonces work once only.
func TestDigest_refusedNonceThatWorkedBefore(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, apiKey)
	for range 3 {
		mustRead(t, client)
	}
	mock.Fail(atlasmock.FaultBody(http.StatusUnauthorized, "application/json", unauthorizedBody).
		With("WWW-Authenticate", challengeOf(t, mock)).Early())
	mock.ResetLog()
	mustRead(t, client)
	wantCount(t, "requests for the read that is refused", mock.Count("", ""), 2)
	mock.ResetLog()
	for range 10 {
		mustRead(t, client)
	}
	wantCount(t, "requests for ten more reads", mock.Count("", ""), 10)
}

// challengeOf asks a server for a challenge.
func challengeOf(t *testing.T, handler http.Handler) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test/api/atlas/v2/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := wire{handler}.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.Header.Get("WWW-Authenticate")
}

func TestDigest_nonceThatIsAlwaysStale(t *testing.T) {
	mock := newMock(t, atlasmock.WithDigest(atlasmock.Digest{AlwaysStale: true}))
	client := inProcess(mock, apiKey, by(newClock()), attempts(2))
	e := wantKind(t, read(t.Context(), client), rest.KindStaleNonce)
	if want := "every nonce, even the newest, was called expired"; e.Problem != want {
		t.Errorf("problem %q, want %q", e.Problem, want)
	}
	wantCount(t, "attempts", e.Attempts, 2)
	wantCount(t, "requests", mock.Count("", ""), 2*4)
	for _, err := range together(32, func(int) error { return read(t.Context(), client) }) {
		_ = wantKind(t, err, rest.KindStaleNonce)
	}
	wantAtMost(t, "requests for 32 reads more", mock.Count("", ""), 33*2*4)
}

func TestDigest_wrongCredentials(t *testing.T) {
	for name, key := range map[string]auth.APIKey{
		"private key": {PublicKey: apiKey.PublicKey, PrivateKey: "wrong", Origin: "the environment"},
		"public key":  {PublicKey: "unknown", PrivateKey: apiKey.PrivateKey, Origin: "the environment"},
	} {
		t.Run(name, func(t *testing.T) {
			mock := newMock(t)
			client := inProcess(mock, key)
			e := wantKind(t, read(t.Context(), client), rest.KindCredentials)
			if e.Status() != 401 || e.Code() != "UNEXPECTED_ERROR" ||
				e.Answer.Detail != "You are not authorized for this resource." || e.Answer.Reason != "Unauthorized" {
				t.Errorf("answer %+v", e.Answer)
			}
			if e.Origin != "the environment" {
				t.Errorf("origin %q", e.Origin)
			}
			wantCount(t, "attempts", e.Attempts, 1)
			wantCount(t, "requests", mock.Count("", ""), 2)
			for _, err := range together(32, func(int) error { return read(t.Context(), client) }) {
				_ = wantKind(t, err, rest.KindCredentials)
			}
			wantAtMost(t, "requests for 32 reads more", mock.Count("", ""), 33*2)
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
		"USER_UNAUTHORIZED":                {body("USER_UNAUTHORIZED"), nil, "USER_UNAUTHORIZED"},
		"USER_UNAUTHORIZED and challenge":  {body("USER_UNAUTHORIZED"), []string{challenge}, "USER_UNAUTHORIZED"},
		"code in the header and challenge": {"", []string{challenge, "X-Error-Code: NOT_IN_GROUP"}, "NOT_IN_GROUP"},
		"in an envelope and a challenge": {
			`{"status":401,"content":` + body("NOT_IN_GROUP") + `}`,
			[]string{challenge, "X-Error-Code: NOT_IN_GROUP"}, "NOT_IN_GROUP",
		},
	} {
		t.Run(name, func(t *testing.T) {
			refusal := answer(http.StatusUnauthorized, test.body, test.fields...)
			server := script(
				answer(http.StatusUnauthorized, unauthorizedBody, `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`),
				refusal, refusal, answerDocument,
			)
			client := inProcess(server, apiKey, enveloped)
			for range 2 {
				e := wantKind(t, read(t.Context(), client), rest.KindNoAccess)
				if e.Status() != 401 || e.Code() != test.code {
					t.Errorf("answer %+v, want code %q", e.Answer, test.code)
				}
				if test.body != "" && e.Answer.Detail != "No access to group." {
					t.Errorf("answer %+v has lost the body's text", e.Answer)
				}
			}
			mustRead(t, client)
			// The handshake counts although its read was refused: one challenge for three reads.
			wantCount(t, "requests", server.count(""), 1+3)
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
			mock := newMock(t, atlasmock.WithChallenges(test.fields...))
			e := wantKind(t, read(t.Context(), inProcess(mock, apiKey)), rest.KindNoChallenge)
			if e.Problem != test.problem {
				t.Errorf("problem %q\nwant    %q", e.Problem, test.problem)
			}
			if e.Status() != 401 || e.Answer.Detail != "You are not authorized for this resource." {
				t.Errorf("answer %+v", e.Answer)
			}
			wantCount(t, "requests", mock.Count("", ""), 1)
		})
	}
}

func TestDigest_challengesThatItAnswers(t *testing.T) {
	const (
		md5    = `Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5, qop="auth", stale=%stale%`
		sha256 = `Digest realm="MMS Public API", nonce="%nonce%", algorithm=SHA-256, qop="auth", stale=%stale%`
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
		"unquoted, spaced and charset": {
			atlasmock.Digest{},
			[]string{`digest nonce = %nonce% , REALM="MMS Public API", charset=UTF-8, stale = %stale%, qop=auth,`},
		},
		"two qualities of protection": {
			atlasmock.Digest{},
			[]string{`Digest realm="MMS Public API", nonce="%nonce%", qop="auth-int, auth", charset="UTF-8", stale=%stale%`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			options := []atlasmock.Option{atlasmock.WithDigest(test.server)}
			if test.challenges != nil {
				options = append(options, atlasmock.WithChallenges(test.challenges...))
			}
			mock := newMock(t, options...)
			readTogether(t, 10, inProcess(mock, apiKey))
			wantCount(t, "requests", mock.Count("", ""), 11)
		})
	}
}

// What ends the handshake that others wait for must not end theirs.
func TestDigest_failedHandshakeFailsNobodyElse(t *testing.T) {
	const n = 20
	for name, test := range map[string]struct {
		// first answers the request that begins the handshake.
		first func(w http.ResponseWriter, r *http.Request, release <-chan struct{})
		// meanwhile happens while the others wait.
		meanwhile func(release chan struct{}, cancel context.CancelFunc)
		want      rest.Kind
	}{
		"error": {
			func(w http.ResponseWriter, _ *http.Request, release <-chan struct{}) {
				<-release
				w.WriteHeader(http.StatusInternalServerError)
			},
			func(release chan struct{}, _ context.CancelFunc) { close(release) },
			rest.KindAnswer,
		},
		"broken connection": {
			func(_ http.ResponseWriter, _ *http.Request, release <-chan struct{}) {
				<-release
				panic(http.ErrAbortHandler)
			},
			func(release chan struct{}, _ context.CancelFunc) { close(release) },
			rest.KindConnectionLost,
		},
		"no challenge": {
			func(w http.ResponseWriter, _ *http.Request, release <-chan struct{}) {
				<-release
				w.WriteHeader(http.StatusUnauthorized)
			},
			func(release chan struct{}, _ context.CancelFunc) { close(release) },
			rest.KindNoChallenge,
		},
		"no answer": {
			func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) { <-r.Context().Done() },
			func(chan struct{}, context.CancelFunc) {},
			rest.KindTimeout,
		},
		"interrupted": {
			func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) { <-r.Context().Done() },
			func(_ chan struct{}, cancel context.CancelFunc) { cancel() },
			rest.KindCanceled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock, release := newMock(t), make(chan struct{})
				server := script(func(w http.ResponseWriter, r *http.Request) {
					test.first(w, r, release)
				}, mock.ServeHTTP)
				client := inProcess(server, apiKey, attempts(1))

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var leader error
				var reads sync.WaitGroup
				reads.Go(func() { leader = read(ctx, client) })
				synctest.Wait()
				reads.Go(func() { readTogether(t, n, client) })
				synctest.Wait()
				wantCount(t, "requests while the others wait", server.count(""), 1)
				test.meanwhile(release, cancel)
				reads.Wait()

				_ = wantKind(t, leader, test.want)
				wantAtMost(t, "requests of the others", mock.Count("", ""), 2*n)
				mock.ResetLog()
				readTogether(t, n, client)
				wantCount(t, "requests once there is a nonce", mock.Count("", ""), n)
			})
		})
	}
}

func TestDigest_interruptedWhileItWaitsForAHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHold(release).Early())
		client := inProcess(mock, apiKey)
		var leader, follower error
		var reads sync.WaitGroup
		reads.Go(func() { leader = read(t.Context(), client) })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		reads.Go(func() { follower = read(ctx, client) })
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(release)
		reads.Wait()
		mustSucceed(t, leader)
		_ = wantKind(t, follower, rest.KindCanceled)
		wantCount(t, "requests", mock.Count("", ""), 2)
	})
}

// The body of a challenge is read: otherwise its connection would be lost.
func TestDigest_handshakeUsesOneConnection(t *testing.T) {
	mock := newMock(t)
	client := overTCP(t, mock, apiKey)
	for range 5 {
		mustRead(t, client)
	}
	mock.ExpireNonces()
	mustRead(t, client)
	wantCount(t, "connections", mock.Connections(), 1)
	wantCount(t, "requests", mock.Count("", ""), 1+5+2)
}

// Under the race detector: nonces that are spent and expire while 64 reads run.
func TestDigest_noncesThatExpireAllTheTime(t *testing.T) {
	const reads, rounds = 64, 8
	clock := newClock()
	mock := newMock(t, atlasmock.WithClock(clock.Now), atlasmock.WithDigest(atlasmock.Digest{MaxUses: 7}))
	client := inProcess(mock, apiKey, by(clock))
	var calls int
	var mu sync.Mutex
	for _, err := range together(reads, func(int) error {
		for range rounds {
			mu.Lock()
			if calls++; calls%50 == 0 {
				clock.advance(2 * time.Minute)
			}
			mu.Unlock()
			if err := read(t.Context(), client); err != nil {
				return err
			}
		}
		return nil
	}) {
		mustSucceed(t, err)
	}
	// Whatever happens to nonces, a read costs few requests.
	wantAtMost(t, "requests", mock.Count("", ""), 4*reads*rounds)
}

// What a server calls itself goes back byte for byte, with the two characters
// escaped that RFC 9110 has escaped.
func TestDigest_quotedStringsComeBackUnchanged(t *testing.T) {
	for _, realm := range []string{"a\tb", "caf\xe9", "café", `with \"quotes\"`, `back\\slash`, "%41&amp;"} {
		var sent string
		server := count(func(w http.ResponseWriter, r *http.Request) {
			if sent = r.Header.Get("Authorization"); sent == "" {
				answer(http.StatusUnauthorized, "", `WWW-Authenticate: Digest realm="`+realm+`", nonce="`+realm+`", opaque="`+realm+`", qop="auth"`)(w, r)
				return
			}
			answerDocument(w, r)
		})
		mustRead(t, inProcess(server, apiKey))
		for _, name := range []string{"realm", "nonce", "opaque"} {
			if want := name + `="` + realm + `",`; !strings.Contains(sent, want) {
				t.Errorf("sent %s, want %s", sent, want)
			}
		}
	}
}

func TestDigest_neverSendsThePrivateKey(t *testing.T) {
	mock := newMock(t)
	readTogether(t, 3, inProcess(mock, apiKey))
	for _, r := range mock.Requests() {
		if header := r.Header.Get("Authorization"); strings.Contains(header, apiKey.PrivateKey) {
			t.Errorf("sent %s", header)
		}
	}
}
