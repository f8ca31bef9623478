// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func wantTokens(t *testing.T, mock *atlasmock.Server, want int) {
	t.Helper()
	wantCount(t, "token requests", mock.Count(http.MethodPost, tokenPath), want)
}

func TestServiceAccount_oneTokenForParallelReads(t *testing.T) {
	mock := newMock(t)
	readTogether(t, 50, inProcess(mock, serviceAccount))
	wantTokens(t, mock, 1)
	wantCount(t, "requests", mock.Count("", ""), 1+50)
	bearers := map[string]bool{}
	for _, r := range mock.Requests()[1:] {
		bearers[r.Header.Get("Authorization")] = true
	}
	wantCount(t, "tokens in use", len(bearers), 1)
}

func TestServiceAccount_tokenIsUsedUntilShortlyBeforeItExpires(t *testing.T) {
	for name, test := range map[string]struct {
		lifetime time.Duration
		options  []atlasmock.Option
		useFor   time.Duration
	}{
		"an hour":         {time.Hour, nil, 59 * time.Minute},
		"ten minutes":     {10 * time.Minute, nil, 9 * time.Minute},
		"a minute":        {time.Minute, nil, 54 * time.Second},
		"ten seconds":     {10 * time.Second, nil, 9 * time.Second},
		"claims too long": {24 * time.Hour, []atlasmock.Option{atlasmock.WithExpiresIn(1 << 40)}, 23 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			mock := newMock(t, append(test.options,
				atlasmock.WithClock(clock.Now), atlasmock.WithTokenLifetime(test.lifetime))...)
			client := inProcess(mock, serviceAccount, by(clock))
			mustRead(t, client)
			clock.advance(test.useFor - 1)
			mustRead(t, client)
			wantTokens(t, mock, 1)
			if test.options != nil {
				return
			}
			clock.advance(1)
			readTogether(t, 10, client)
			wantTokens(t, mock, 2)
			wantCount(t, "requests", mock.Count("", ""), 2+2+10)
		})
	}
}

func TestServiceAccount_tokenWithoutExpiryIsUsedUntilRefused(t *testing.T) {
	clock := newClock()
	mock := newMock(t, atlasmock.WithClock(clock.Now), atlasmock.WithoutExpiresIn())
	client := inProcess(mock, serviceAccount, by(clock))
	for hour := range 3 {
		readTogether(t, 10, client)
		wantTokens(t, mock, hour+1)
		clock.advance(time.Hour)
	}
}

func TestServiceAccount_senselessExpiryCausesNoStorm(t *testing.T) {
	for _, seconds := range []int{0, -1, -3600} {
		t.Run(strconv.Itoa(seconds), func(t *testing.T) {
			mock := newMock(t, atlasmock.WithExpiresIn(seconds))
			client := inProcess(mock, serviceAccount)
			for range 50 {
				mustRead(t, client)
			}
			wantTokens(t, mock, 1)
		})
	}
}

// Three refused tokens in a row are the verdict.
func TestServiceAccount_tokenThatHasExpiredAlready(t *testing.T) {
	server := count(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			answer(http.StatusOK, `{"access_token":"expired","expires_in":0}`)(w, r)
			return
		}
		answer(http.StatusUnauthorized, unauthorizedBody)(w, r)
	})
	client := inProcess(server, serviceAccount)
	for _, err := range together(50, func(int) error { return read(t.Context(), client) }) {
		if e := wantKind(t, err, rest.KindCredentials); e.Token {
			t.Errorf("blames the token request: %v", e)
		}
	}
	wantCount(t, "token requests", server.count(tokenPath), 3)
	before := server.count("")
	_ = wantKind(t, read(t.Context(), client), rest.KindCredentials)
	wantCount(t, "requests after the verdict", server.count("")-before, 1)
}

func TestServiceAccount_tokenRevokedMidRun(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, serviceAccount)
	mustRead(t, client)
	for round := range 3 {
		mock.RevokeTokens()
		mock.ResetLog()
		readTogether(t, 50, client)
		wantTokens(t, mock, 1)
		wantAtMost(t, "requests", mock.Count("", ""), 1+2*50)
		if t.Failed() {
			t.Fatalf("in round %d", round+1)
		}
	}
}

// forbiddenProject answers 401 to every read of the other project, as if each
// token were wrong. Tokens are numbered.
func forbiddenProject() *counting {
	var (
		mu     sync.Mutex
		tokens int
	)
	return count(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == tokenPath:
			mu.Lock()
			tokens++
			n := tokens
			mu.Unlock()
			answer(http.StatusOK, `{"access_token":"fetched-`+strconv.Itoa(n)+`","expires_in":3600}`)(w, r)
		case strings.Contains(r.URL.Path, otherProjectID):
			answer(http.StatusUnauthorized, unauthorizedBody)(w, r)
		default:
			answerDocument(w, r)
		}
	})
}

func TestServiceAccount_projectWithoutAccessCausesNoStorm(t *testing.T) {
	t.Run("alone", func(t *testing.T) {
		server := forbiddenProject()
		client := inProcess(server, serviceAccount)
		for _, err := range together(50, func(int) error { return readOf(t.Context(), client, otherProjectID) }) {
			_ = wantKind(t, err, rest.KindCredentials)
		}
		wantCount(t, "token requests", server.count(tokenPath), 3)
	})
	t.Run("in turns with another", func(t *testing.T) {
		server := forbiddenProject()
		client := inProcess(server, serviceAccount)
		for range 20 {
			mustRead(t, client)
			_ = wantKind(t, readOf(t.Context(), client, otherProjectID), rest.KindCredentials)
		}
		wantCount(t, "token requests", server.count(tokenPath), 3)
	})
	t.Run("at the same time as another", func(t *testing.T) {
		server := forbiddenProject()
		client := inProcess(server, serviceAccount)
		mustRead(t, client)
		together(100, func(i int) error {
			if i%2 == 0 {
				mustSucceed(t, read(t.Context(), client))
				return nil
			}
			err := readOf(t.Context(), client, otherProjectID)
			wantKindAsync(t, err, rest.KindCredentials)
			return nil
		})
		wantCount(t, "token requests", server.count(tokenPath), 3)
	})
}

// scriptedTokens issues numbered tokens and lets a test say how the reads with
// each of them are answered.
func scriptedTokens(reads func(token int, w http.ResponseWriter, r *http.Request)) *counting {
	var issued atomic.Int64
	return count(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			answer(http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":3600}`, issued.Add(1)))(w, r)
			return
		}
		token, _ := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-"))
		reads(token, w, r)
	})
}

func TestServiceAccount_secondTokenRevokedToo(t *testing.T) {
	for name, second := range map[string]http.HandlerFunc{
		"refused":            answer(http.StatusUnauthorized, unauthorizedBody),
		"a 503, and refused": script(answer(http.StatusServiceUnavailable, ""), answer(http.StatusUnauthorized, unauthorizedBody)).ServeHTTP,
	} {
		t.Run(name, func(t *testing.T) {
			var reads atomic.Int64
			server := scriptedTokens(func(token int, w http.ResponseWriter, r *http.Request) {
				switch {
				case token == 2:
					second(w, r)
				case token == 1 && reads.Add(1) > 1:
					answer(http.StatusUnauthorized, unauthorizedBody)(w, r)
				default:
					answerDocument(w, r)
				}
			})
			client := inProcess(server, serviceAccount, by(newClock()))
			mustRead(t, client)
			mustRead(t, client)
			mustRead(t, client)
			wantCount(t, "token requests", server.count(tokenPath), 3)
		})
	}
}

// A token that is soon over is good for all that waited for it.
func TestServiceAccount_waitersTakeTheTokenTheyWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := count(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == tokenPath {
				time.Sleep(5 * time.Second) //nolint:forbidigo // in a bubble
				answer(http.StatusOK, `{"access_token":"fetched","expires_in":1}`)(w, r)
				return
			}
			answerDocument(w, r)
		})
		readTogether(t, 8, inProcess(server, serviceAccount))
		wantCount(t, "token requests", server.count(tokenPath), 1)
	})
}

func TestServiceAccount_tokenRefusedInAnEnvelope(t *testing.T) {
	var reads atomic.Int64
	server := scriptedTokens(func(token int, w http.ResponseWriter, r *http.Request) {
		if token == 1 && reads.Add(1) > 1 {
			answer(http.StatusOK, `{"status":401,"content":`+unauthorizedBody+`}`)(w, r)
			return
		}
		answer(http.StatusOK, `{"status":200,"content":`+document(projectID)+`}`)(w, r)
	})
	client := inProcess(server, serviceAccount, enveloped)
	mustRead(t, client)
	mustRead(t, client)
	wantCount(t, "token requests", server.count(tokenPath), 2)
}

// The end of the token endpoint is not that of the backup API.
func TestServiceAccount_sunsetOfTheTokenEndpoint(t *testing.T) {
	server := count(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			w.Header().Set("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")
		}
		answerDocument(w, r)
	})
	client := inProcess(server, serviceAccount)
	mustRead(t, client)
	if date, ok := client.Sunset(); ok {
		t.Errorf("got %q", date)
	}
}

// wantKindAsync is wantKind for a goroutine, which can't end the test.
func wantKindAsync(t *testing.T, err error, want rest.Kind) {
	t.Helper()
	if e, ok := err.(*rest.Error); !ok || e.Kind != want { //nolint:errorlint // the client returns no other
		t.Errorf("got %v, want kind %d", err, want)
	}
}

func TestServiceAccount_finalRefusalIsRemembered(t *testing.T) {
	for name, test := range map[string]struct {
		fault  atlasmock.Fault
		kind   rest.Kind
		status int
		code   string
		detail string
	}{
		"wrong secret": {
			atlasmock.FaultOAuth(401, "invalid_client", "Invalid credentials provided."),
			rest.KindCredentials, 401, "invalid_client", "Invalid credentials provided.",
		},
		"malformed request": {
			atlasmock.FaultOAuth(400, "invalid_request", "grant_type is missing."),
			rest.KindAnswer, 400, "invalid_request", "grant_type is missing.",
		},
		"access list, or too many tokens": {
			atlasmock.FaultOAuth(403, "access_denied", "Not on the access list."),
			rest.KindAnswer, 403, "access_denied", "Not on the access list.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			mock := newMock(t)
			mock.Fail(test.fault.Repeat(atlasmock.Forever))
			client := inProcess(mock, serviceAccount)
			errs := together(50, func(int) error { return read(t.Context(), client) })
			for range 450 {
				errs = append(errs, read(t.Context(), client))
			}
			for _, err := range errs {
				e := wantKind(t, err, test.kind)
				if e.Status() != test.status || e.Code() != test.code || e.Answer.Detail != test.detail {
					t.Fatalf("answer %+v", e.Answer)
				}
				if !e.Token || e.Method != http.MethodPost || e.Host != "atlas.test" || e.Path != tokenPath ||
					e.Origin != serviceAccount.Origin || e.Attempts != 1 {
					t.Fatalf("got %+v", e)
				}
			}
			wantTokens(t, mock, 1)
			wantCount(t, "requests", mock.Count("", ""), 1)
		})
	}
}

func TestServiceAccount_wrongSecret(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, auth.ServiceAccount{ClientID: serviceAccount.ClientID, ClientSecret: "wrong"})
	e := wantKind(t, read(t.Context(), client), rest.KindCredentials)
	if want := "POST atlas.test/api/oauth/token: HTTP 401 Unauthorized: invalid_client: Invalid credentials provided."; e.Error() != want {
		t.Errorf("got  %s\nwant %s", e, want)
	}
}

func TestServiceAccount_passingFaultsAreRetriedOnceForAll(t *testing.T) {
	const n = 50
	for name, fault := range map[string]atlasmock.Fault{
		"429 with Retry-After": atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited.").With("Retry-After", "17"),
		"429":                  atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited."),
		"500":                  atlasmock.FaultOAuth(500, "server_error", "Try again."),
		"502 page":             atlasmock.FaultHTML(502),
		"503":                  atlasmock.FaultBody(503, "", ""),
		"504":                  atlasmock.FaultBody(504, "", ""),
		"broken connection":    atlasmock.FaultReset(),
		"no answer":            atlasmock.FaultHang(),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := newMock(t)
				mock.Fail(fault.On(atlasmock.MatchToken).Early().Repeat(2))
				readTogether(t, n, inProcess(mock, serviceAccount))
				wantTokens(t, mock, 3)
				wantCount(t, "requests", mock.Count("", ""), 3+n)
			})
		})
	}
}

func TestServiceAccount_lastingFaultIsSharedButNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 50
		release := make(chan struct{})
		hold := atlasmock.FaultOAuth(500, "server_error", "Try again.")
		hold.Hold = release
		mock := newMock(t)
		mock.Fail(hold, atlasmock.FaultOAuth(500, "server_error", "Try again."))
		client := inProcess(mock, serviceAccount, attempts(2))
		var reads sync.WaitGroup
		reads.Go(func() {
			for _, err := range together(n, func(int) error { return read(t.Context(), client) }) {
				wantKindAsync(t, err, rest.KindAnswer)
				if e := failure(t, err); e.Status() != 500 || e.Attempts != 2 || !e.Token {
					t.Errorf("got %+v", e)
				}
			}
		})
		synctest.Wait()
		close(release)
		reads.Wait()
		wantTokens(t, mock, 2)
		mustRead(t, client)
		wantTokens(t, mock, 3)
	})
}

func TestServiceAccount_tokenRequestObeysTheReadsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang().On(atlasmock.MatchToken).Repeat(atlasmock.Forever))
		client := inProcess(mock, serviceAccount)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		for _, err := range together(20, func(int) error { return read(ctx, client) }) {
			e := wantKind(t, err, rest.KindTimeout)
			if !e.Deadline || !e.Token || e.Path != tokenPath {
				t.Errorf("got %+v", e)
			}
		}
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("the reads ended after %s, want 10s", took)
		}
	})
}

func TestServiceAccount_waitThatDoesNotFitTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited.").
			With("Retry-After", "60").On(atlasmock.MatchToken).Repeat(atlasmock.Forever))
		client := inProcess(mock, serviceAccount)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		begun := time.Now()
		for _, err := range together(20, func(int) error { return read(ctx, client) }) {
			e := wantKind(t, err, rest.KindAnswer)
			if !e.Deadline || !e.Token || e.Wait != time.Minute || e.Code() != "RATE_LIMITED" || e.Path != tokenPath {
				t.Errorf("got %+v", e)
			}
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("waited %s for nothing", took)
		}
		wantTokens(t, mock, 1)
	})
}

// The read that fetches may end early for reasons of its own.
func TestServiceAccount_interruptedFetchFailsNobodyElse(t *testing.T) {
	for name, test := range map[string]struct {
		bounded func(context.Context) (context.Context, context.CancelFunc)
		end     func(context.CancelFunc)
		want    rest.Kind
	}{
		"cancelled": {context.WithCancel, func(cancel context.CancelFunc) { cancel() }, rest.KindCanceled},
		"deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 5*time.Second)
			},
			func(context.CancelFunc) {},
			rest.KindTimeout,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 50
				mock := newMock(t)
				mock.Fail(atlasmock.FaultHang().On(atlasmock.MatchToken))
				client := inProcess(mock, serviceAccount, attempts(1))
				ctx, cancel := test.bounded(t.Context())
				defer cancel()
				var leader error
				var reads sync.WaitGroup
				reads.Go(func() { leader = read(ctx, client) })
				synctest.Wait()
				reads.Go(func() { readTogether(t, n, client) })
				synctest.Wait()
				wantCount(t, "requests while the others wait", mock.Count("", ""), 1)
				test.end(cancel)
				reads.Wait()
				_ = wantKind(t, leader, test.want)
				wantTokens(t, mock, 2)
			})
		})
	}
}

func TestServiceAccount_interruptedWhileItWaitsForAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHold(release).On(atlasmock.MatchToken))
		client := inProcess(mock, serviceAccount)
		var leader, follower error
		var reads sync.WaitGroup
		reads.Go(func() { leader = read(t.Context(), client) })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		reads.Go(func() { follower = read(ctx, client) })
		synctest.Wait()
		cancel()
		synctest.Wait()
		if e := wantKind(t, follower, rest.KindCanceled); e.Path != tokenPath || !e.Token {
			t.Errorf("got %+v", e)
		}
		close(release)
		reads.Wait()
		mustSucceed(t, leader)
		wantTokens(t, mock, 1)
	})
}

func TestServiceAccount_waitingForATokenIsNoPauseOfTheProject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "5"))
		begun := time.Now()
		readTogether(t, 10, inProcess(mock, serviceAccount))
		if took := time.Since(begun); took != 5*time.Second {
			t.Errorf("took %s, want the 5s that Atlas asked for", took)
		}
		wantTokens(t, mock, 1)
	})
}

func TestServiceAccount_closeRevokesTheToken(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, serviceAccount)
	readTogether(t, 10, client)
	wantCount(t, "live tokens before", mock.LiveTokens(), 1)
	client.Close(t.Context())
	wantCount(t, "live tokens after", mock.LiveTokens(), 0)
	client.Close(t.Context())
	wantCount(t, "requests to revoke", mock.Count(http.MethodPost, revokePath), 1)

	e := wantKind(t, read(t.Context(), client), rest.KindCanceled)
	if e.Problem != "the client was closed" || !e.Token {
		t.Errorf("a read after the end got %+v", e)
	}
	wantTokens(t, mock, 1)
}

func TestServiceAccount_closeWithoutATokenSendsNothing(t *testing.T) {
	mock := newMock(t)
	inProcess(mock, serviceAccount).Close(t.Context())
	wantCount(t, "requests", mock.Count("", ""), 0)
}

func TestServiceAccount_closeTakesASecondAtMost(t *testing.T) {
	for name, fault := range map[string]atlasmock.Fault{
		"the endpoint hangs": atlasmock.FaultHang(),
		"the endpoint fails": atlasmock.FaultStatus(503, "", "").With("Retry-After", "60"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := newMock(t)
				mock.Fail(fault.On(atlasmock.MatchRevoke).Early().Repeat(atlasmock.Forever))
				client := inProcess(mock, serviceAccount)
				mustRead(t, client)
				begun := time.Now()
				client.Close(context.Background())
				if took := time.Since(begun); took > time.Second {
					t.Errorf("took %s", took)
				}
				wantCount(t, "requests to revoke", mock.Count(http.MethodPost, revokePath), 1)
			})
		})
	}
}

// When Terraform is interrupted, a token may be on its way.
func TestServiceAccount_closeAwaitsATokenOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHold(release).On(atlasmock.MatchToken))
		client := inProcess(mock, serviceAccount)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() { _ = read(ctx, client) }) // may end either way
		synctest.Wait()
		group.Go(func() { client.Close(context.Background()) })
		synctest.Wait()
		close(release)
		group.Wait()
		wantTokens(t, mock, 1)
		wantCount(t, "live tokens", mock.LiveTokens(), 0)
	})
}

func TestServiceAccount_closeDoesNotAwaitATokenForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang().On(atlasmock.MatchToken))
		client := inProcess(mock, serviceAccount)
		ctx, cancel := context.WithCancel(t.Context())
		var reads sync.WaitGroup
		reads.Go(func() { wantKindAsync(t, read(ctx, client), rest.KindCanceled) })
		synctest.Wait()
		begun := time.Now()
		client.Close(context.Background())
		if took := time.Since(begun); took != time.Second {
			t.Errorf("took %s, want 1s", took)
		}
		cancel()
		reads.Wait()
	})
}

// Under the race detector: tokens that expire and are revoked while 64 reads run.
func TestServiceAccount_tokensThatEndMeanwhile(t *testing.T) {
	const reads, rounds = 64, 8
	clock := newClock()
	mock := newMock(t, atlasmock.WithClock(clock.Now))
	client := inProcess(mock, serviceAccount, by(clock))
	var mu sync.Mutex
	calls := 0
	happen := func() {
		mu.Lock()
		defer mu.Unlock()
		switch calls++; calls {
		case 150, 350:
			clock.advance(59 * time.Minute)
		case 250:
			mock.RevokeTokens()
		}
	}
	for _, err := range together(reads, func(int) error {
		for range rounds {
			happen()
			if err := read(t.Context(), client); err != nil {
				return err
			}
		}
		return nil
	}) {
		mustSucceed(t, err)
	}
	wantAtMost(t, "token requests", mock.Count(http.MethodPost, tokenPath), 4)
}
