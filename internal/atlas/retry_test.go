// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRetry_byStatus(t *testing.T) {
	for status, want := range map[int]int{
		408: 5, 425: 5, 429: 5, 500: 5, 502: 5, 503: 5, 504: 5, 507: 5, 509: 5, 520: 5, 522: 5, 526: 5, 529: 5, 530: 5, 598: 5, 599: 5,
		201: 1, 204: 1, 304: 1, 400: 1, 402: 1, 403: 1, 404: 1, 405: 1, 406: 1, 409: 1, 410: 1, 418: 1, 421: 1, 451: 1,
		501: 1, 505: 1, 506: 1, 508: 1, 510: 1, 511: 1, 600: 1, 999: 1,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server := script(answer(status, `{"errorCode":"SOME_CODE","detail":"Some detail."}`))
			clock := newClock()
			e := wantKind(t, read(t.Context(), inProcess(server, accessToken, by(clock))), rest.KindAnswer)
			wantCount(t, "requests", server.count(""), want)
			wantCount(t, "attempts", e.Attempts, want)
			wantCount(t, "waits", len(clock.waits()), want-1)
			if e.Status() != status || e.Earlier || e.Deadline {
				t.Errorf("got %+v", e)
			}
			if want > 1 && e.Answer.Detail != "Some detail." {
				t.Errorf("the last answer's message is lost: %+v", e.Answer)
			}
		})
	}
}

// failing is a network on which every request fails in the same way.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestRetry_byNetworkFailure(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want int
	}{
		"refused":           {&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, 5},
		"reset":             {&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, 5},
		"closed":            {io.EOF, 5},
		"name server fails": {&net.DNSError{Err: "server misbehaving", Name: "atlas.test", IsTemporary: true}, 5},
		"unknown host":      {&net.DNSError{Err: "no such host", Name: "atlas.test", IsNotFound: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			client := newClient("https://atlas.test", accessToken, over(failing{test.err}), by(clock))
			e := failure(t, read(t.Context(), client))
			wantCount(t, "attempts", e.Attempts, test.want)
			wantCount(t, "waits", len(clock.waits()), test.want-1)
			problem := test.err.Error()
			if errors.Is(test.err, io.EOF) {
				problem = "the server closed the connection without an answer"
			}
			if !e.Kind.Network() || e.Answer != nil || e.Problem != problem || !errors.Is(e, test.err) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestRetry_succeedsWithoutATrace(t *testing.T) {
	for name, fault := range map[string]atlasmock.Fault{
		"429":                       atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3"),
		"503 page":                  atlasmock.FaultHTML(503),
		"reset":                     atlasmock.FaultReset(),
		"reset after the header":    atlasmock.FaultResetAfter(0),
		"body cut":                  atlasmock.FaultCutBody(20),
		"chunked body cut":          atlasmock.FaultCutChunked(20),
		"connection closed later":   atlasmock.FaultCloseAfter(),
		"longer than the body":      atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"),
		"no HTTP":                   atlasmock.FaultRaw("220 mail.test ESMTP\r\n"),
		"nothing":                   atlasmock.FaultRaw(""),
		"header cut":                atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Le"),
		"body in gzip cut":          atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"),
		"chunk with a broken size":  atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
		"500 whose own body is cut": atlasmock.FaultRaw("HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, credentials := range []auth.Credentials{apiKey, serviceAccount, accessToken} {
				mock := newMock(t)
				clock := newClock()
				client := overTCP(t, mock, credentials, by(clock))
				mock.Fail(fault.Early().Repeat(2))
				mustRead(t, client)
				mustRead(t, client)
			}
		})
	}
}

func TestRetry_attemptThatTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang().Repeat(2))
		client := inProcess(mock, accessToken, func(c *atlas.Config) { c.RequestTimeout = 7 * time.Second },
			func(c *atlas.Config) { c.Retry = retry.Policy{MinDelay: time.Second, MaxDelay: time.Second} })
		begun := time.Now()
		mustRead(t, client)
		if took := time.Since(begun); took != 2*7*time.Second+2*time.Second {
			t.Errorf("took %s, want two timeouts and two waits", took)
		}

		mock.Fail(atlasmock.FaultHang().Repeat(atlasmock.Forever))
		e := wantKind(t, read(t.Context(), client), rest.KindTimeout)
		if e.Problem != "no complete answer within 7s" || e.Attempts != 5 || e.Waited != 4*time.Second || e.Deadline {
			t.Errorf("got %+v", e)
		}
	})
}

func TestRetry_defaultTimeoutOfAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang())
		begun := time.Now()
		e := wantKind(t, read(t.Context(), inProcess(mock, accessToken, attempts(1))), rest.KindTimeout)
		if took := time.Since(begun); took != 30*time.Second || e.Problem != "no complete answer within 30s" {
			t.Errorf("took %s: %v", took, e)
		}
	})
}

// The body belongs to the attempt: one that drips is cut off with it.
func TestRetry_bodyThatNeverEnds(t *testing.T) {
	for name, fault := range map[string]atlasmock.Fault{
		"after the header":  atlasmock.FaultHangAfter(0),
		"within the body":   atlasmock.FaultHangAfter(50),
		"byte for byte":     atlasmock.FaultDrip(time.Hour),
		"before the header": atlasmock.FaultHang(),
	} {
		t.Run(name, func(t *testing.T) {
			mock := newMock(t)
			client := overTCP(t, mock, accessToken, attempts(1), func(c *atlas.Config) { c.RequestTimeout = 50 * time.Millisecond })
			mock.Fail(fault)
			e := wantKind(t, read(t.Context(), client), rest.KindTimeout)
			if e.Problem != "no complete answer within 50ms" || e.Answer != nil {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestRetry_maxAttempts(t *testing.T) {
	for _, n := range []int{1, 2, 7} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			server := script(answer(503, ""))
			e := wantKind(t, read(t.Context(), inProcess(server, accessToken, by(newClock()), attempts(n))), rest.KindAnswer)
			wantCount(t, "requests", server.count(""), n)
			wantCount(t, "attempts", e.Attempts, n)
		})
	}
}

func TestRetry_backoffStaysWithinItsBounds(t *testing.T) {
	clock := newClock()
	client := inProcess(script(answer(503, "")), accessToken, by(clock), func(c *atlas.Config) {
		c.Retry = retry.Policy{MaxAttempts: 12, MinDelay: 2 * time.Second, MaxDelay: 20 * time.Second}
	})
	e := wantKind(t, read(t.Context(), client), rest.KindAnswer)
	waits := clock.waits()
	wantCount(t, "waits", len(waits), 11)
	var sum time.Duration
	for i, wait := range waits {
		sum += wait
		if high := min(20*time.Second, 2*time.Second<<(i+1)); wait < 2*time.Second || wait > high {
			t.Errorf("wait %d is %s, want 2s to %s", i+1, wait, high)
		}
	}
	if e.Waited != sum {
		t.Errorf("says that it waited %s, want %s", e.Waited, sum)
	}
}

func TestRetry_obeysRetryAfter(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		value  string
		want   time.Duration
	}{
		"429":                   {429, "55", 55 * time.Second},
		"503":                   {503, "7", 7 * time.Second},
		"500":                   {500, "7", 7 * time.Second},
		"above the longest":     {429, "3600", time.Hour},
		"below the shortest":    {429, "1", time.Second},
		"ten years":             {429, "315360000", 10 * 365 * 24 * time.Hour},
		"seconds with a space":  {429, " 9 ", 9 * time.Second},
		"date, one hour off":    {429, time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC).Format(http.TimeFormat), 30 * time.Second},
		"date, one-digit month": {429, "Sun, 1 Mar 2026 12:00:20 GMT", 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			server := script(answer(test.status, "", "Retry-After: "+test.value, "Date: Sun, 01 Mar 2026 12:00:00 GMT"), answerDocument)
			client := inProcess(server, accessToken, by(clock), func(c *atlas.Config) {
				c.Retry = retry.Policy{MinDelay: 2 * time.Second, MaxDelay: 10 * time.Second}
			})
			mustRead(t, client)
			if got := clock.waits(); !slices.Equal(got, []time.Duration{test.want}) {
				t.Errorf("waited %s, want %s", got, test.want)
			}
		})
	}
}

func TestRetry_senselessRetryAfterLeavesTheBackoff(t *testing.T) {
	for _, value := range []string{"0", "-5", "soon", "1.5", "", "Sun, 01 Mar 2020 12:00:00 GMT", "Sun, 99 Mar 2026 12:00:00 GMT"} {
		t.Run(value, func(t *testing.T) {
			clock := newClock()
			server := script(answer(429, "", "Retry-After: "+value), answerDocument)
			mustRead(t, inProcess(server, accessToken, by(clock), func(c *atlas.Config) {
				c.Retry = retry.Policy{MinDelay: 3 * time.Second, MaxDelay: 3 * time.Second}
			}))
			if got := clock.waits(); !slices.Equal(got, []time.Duration{3 * time.Second}) {
				t.Errorf("waited %s, want the policy's 3s", got)
			}
		})
	}
}

func TestRetry_waitThatDoesNotFitTheDeadline(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		low    time.Duration
		high   time.Duration
	}{
		"Retry-After":            {answer(429, `{"detail":"Slow down."}`, "Retry-After: 60"), time.Minute, time.Minute},
		"Retry-After of 10 year": {answer(429, `{"detail":"Slow down."}`, "Retry-After: 315360000"), 87600 * time.Hour, 87600 * time.Hour},
		"Retry-After exactly":    {answer(429, `{"detail":"Slow down."}`, "Retry-After: 30"), 30 * time.Second, 30 * time.Second},
		"backoff":                {answer(503, `{"detail":"Slow down."}`), 40 * time.Second, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := script(test.answer)
				client := inProcess(server, accessToken, func(c *atlas.Config) { c.Retry.MinDelay = 40 * time.Second })
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				begun := time.Now()
				e := wantKind(t, read(ctx, client), rest.KindAnswer)
				if took := time.Since(begun); took != 0 {
					t.Errorf("waited %s for nothing", took)
				}
				if e.Wait < test.low || e.Wait > test.high || !e.Deadline || e.Attempts != 1 || e.Waited != 0 {
					t.Errorf("got %+v", e)
				}
				if e.Earlier || e.Answer.Detail != "Slow down." {
					t.Errorf("answer %+v", e.Answer)
				}
				wantCount(t, "requests", server.count(""), 1)
			})
		})
	}
}

func TestRetry_lastWaitThatFitsIsWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := script(answer(429, "", "Retry-After: 20"), answer(429, "", "Retry-After: 20"))
		client := inProcess(server, accessToken)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		e := wantKind(t, read(ctx, client), rest.KindAnswer)
		if e.Wait != 20*time.Second || e.Waited != 20*time.Second || !e.Deadline || e.Attempts != 2 {
			t.Errorf("got %+v", e)
		}
		wantCount(t, "requests", server.count(""), 2)
	})
}

// limited answers 429 with Retry-After to the first read of a project.
func limited(seconds string) *counting {
	return count(func() http.HandlerFunc {
		var (
			mu   sync.Mutex
			told bool
		)
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			first := !told && !strings.Contains(r.URL.Path, otherProjectID)
			told = told || first
			mu.Unlock()
			if first {
				answer(429, `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","detail":"Slow down."}`, "Retry-After: "+seconds)(w, r)
				return
			}
			answerDocument(w, r)
		}
	}())
}

func TestRetry_readsOfOneProjectWaitTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		server := limited("40")
		client := inProcess(server, accessToken)
		begun := time.Now()
		var reads sync.WaitGroup
		reads.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		wantCount(t, "requests until Atlas asks to wait", server.count(""), 1)
		reads.Go(func() { readTogether(t, n, client) })
		synctest.Wait()
		wantCount(t, "requests while waiting", server.count(""), 1)
		mustSucceed(t, readOf(t.Context(), client, otherProjectID))
		if took := time.Since(begun); took != 0 {
			t.Errorf("the other project waited %s", took)
		}
		reads.Wait()
		if took := time.Since(begun); took != 40*time.Second {
			t.Errorf("waited %s, want 40s", took)
		}
		wantCount(t, "requests", server.count(""), 1+1+n+1)
	})
}

// A read that gives up was told to wait all the same.
func TestRetry_readThatGivesUpMakesTheOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := limited("40")
		client := inProcess(server, accessToken, attempts(1))
		begun := time.Now()
		_ = wantKind(t, read(t.Context(), client), rest.KindAnswer)
		readTogether(t, 10, client)
		if took := time.Since(begun); took != 40*time.Second {
			t.Errorf("waited %s, want 40s", took)
		}
		wantCount(t, "requests", server.count(""), 1+10)
	})
}

func TestRetry_limitWithoutRetryAfterMakesTheOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := script(answer(429, ""), answerDocument)
		client := inProcess(server, accessToken, func(c *atlas.Config) {
			c.Retry = retry.Policy{MinDelay: 5 * time.Second, MaxDelay: 5 * time.Second}
		})
		begun := time.Now()
		var reads sync.WaitGroup
		reads.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		reads.Go(func() { readTogether(t, 10, client) })
		synctest.Wait()
		wantCount(t, "requests while waiting", server.count(""), 1)
		reads.Wait()
		if took := time.Since(begun); took != 5*time.Second {
			t.Errorf("waited %s, want 5s", took)
		}
		wantCount(t, "requests", server.count(""), 1+11)
	})
}

// The backoff of one read is its own: an error that is no limit says nothing
// about the project.
func TestRetry_backoffOfOneReadHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := script(answer(503, ""), answerDocument)
		client := inProcess(server, accessToken)
		var reads sync.WaitGroup
		reads.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		begun := time.Now()
		readTogether(t, 10, client)
		if took := time.Since(begun); took != 0 {
			t.Errorf("waited %s", took)
		}
		reads.Wait()
	})
}

// A read that is made to wait by another's answer, and has no time for that,
// says what Atlas answered.
func TestRetry_waitOfAnotherReadThatDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := limited("40")
		client := inProcess(server, accessToken)
		var reads sync.WaitGroup
		reads.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		e := wantKind(t, read(ctx, client), rest.KindAnswer)
		if took := time.Since(begun); took != 0 {
			t.Errorf("waited %s for nothing", took)
		}
		if e.Wait != 40*time.Second || !e.Deadline || e.Attempts != 0 || e.Answer.Detail != "Slow down." {
			t.Errorf("got %+v", e)
		}
		reads.Wait()
	})
}

func TestRetry_interruptedWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := limited("40")
		client := inProcess(server, accessToken)
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		var reads sync.WaitGroup
		reads.Go(func() { err = read(ctx, client) })
		synctest.Wait()
		begun := time.Now()
		cancel()
		reads.Wait()
		if took := time.Since(begun); took != 0 {
			t.Errorf("ended %s after the interrupt", took)
		}
		e := wantKind(t, err, rest.KindCanceled)
		if e.Problem != "the read was interrupted" || e.Deadline || e.Answer == nil || e.Answer.Detail != "Slow down." {
			t.Errorf("got %+v", e)
		}
	})
}

func TestRetry_interruptedWhileAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang())
		client := inProcess(mock, accessToken)
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		var reads sync.WaitGroup
		reads.Go(func() { err = read(ctx, client) })
		synctest.Wait()
		begun := time.Now()
		cancel()
		reads.Wait()
		if took := time.Since(begun); took != 0 {
			t.Errorf("ended %s after the interrupt", took)
		}
		if e := wantKind(t, err, rest.KindCanceled); e.Attempts != 1 || e.Answer != nil || !errors.Is(e, context.Canceled) {
			t.Errorf("got %+v", e)
		}
		wantCount(t, "requests", mock.Count("", ""), 1)
	})
}

// answering answers a request and then interrupts it.
type answering struct {
	wire
	interrupt context.CancelFunc
}

func (a answering) RoundTrip(req *http.Request) (*http.Response, error) {
	defer a.interrupt()
	return a.wire.RoundTrip(req)
}

func TestRetry_answerCountsAlthoughInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	network := answering{wire{script(answer(404, `{"errorCode":"GROUP_NOT_FOUND"}`))}, cancel}
	client := newClient("https://atlas.test", accessToken, over(network))
	if e := wantKind(t, read(ctx, client), rest.KindAnswer); e.Code() != "GROUP_NOT_FOUND" || e.Deadline {
		t.Errorf("got %+v", e)
	}
}

func TestRetry_deadlineWhileAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := newMock(t)
		mock.Fail(atlasmock.FaultHang())
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e := wantKind(t, read(ctx, inProcess(mock, accessToken)), rest.KindTimeout)
		if e.Problem != "no complete answer before the time for this read ran out" || !e.Deadline || e.Attempts != 1 {
			t.Errorf("got %+v", e)
		}
	})
}

func TestRetry_lastAnswerSurvives(t *testing.T) {
	broken := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	first := answer(500, `{"errorCode":"UNEXPECTED_ERROR","detail":"First."}`)
	second := answer(503, `{"errorCode":"SERVICE_UNAVAILABLE","detail":"Second."}`)
	for name, test := range map[string]struct {
		script  []http.HandlerFunc
		kind    rest.Kind
		detail  string
		earlier bool
		// deadline is the error's Deadline.
		deadline bool
		status   int // of the error itself
	}{
		"attempts that end in another answer":      {[]http.HandlerFunc{first, second}, rest.KindAnswer, "Second.", false, false, 503},
		"attempts that end in broken connections":  {[]http.HandlerFunc{first, second, broken}, rest.KindConnectionLost, "Second.", true, false, 0},
		"attempts that end in timeouts":            {[]http.HandlerFunc{second, outlast}, rest.KindTimeout, "Second.", true, false, 0},
		"deadline while asking again":              {[]http.HandlerFunc{first, second, outlast}, rest.KindAnswer, "Second.", false, true, 503},
		"deadline while asking after broken":       {[]http.HandlerFunc{second, broken, outlast}, rest.KindConnectionLost, "Second.", true, true, 0},
		"deadline that leaves no room for waiting": {[]http.HandlerFunc{first, answer(503, `{"detail":"Second."}`, "Retry-After: 7200")}, rest.KindAnswer, "Second.", false, true, 503},
		"an answer that is final":                  {[]http.HandlerFunc{first, answer(404, `{"detail":"Second."}`)}, rest.KindAnswer, "Second.", false, false, 404},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := inProcess(script(test.script...), accessToken, func(c *atlas.Config) {
					c.Retry = retry.Policy{MinDelay: time.Second, MaxDelay: time.Second}
					c.RequestTimeout = time.Minute
					if test.deadline {
						c.RequestTimeout = 2 * time.Hour
					}
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				e := wantKind(t, read(ctx, client), test.kind)
				if e.Answer == nil || e.Answer.Detail != test.detail || e.Earlier != test.earlier || e.Deadline != test.deadline {
					t.Errorf("got %+v with answer %+v", e, e.Answer)
				}
				wantCount(t, "as the error's own status", e.Status(), test.status)
			})
		})
	}
}

// outlast gives no answer before the client gives up.
func outlast(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// With Atlas' documented limit no read fails, however many share it, and little
// is asked in vain.
func TestRetry_sharedRateLimit(t *testing.T) {
	const reads = 2400
	for _, parallelism := range []int{10, 20, 50, 200} {
		for _, latency := range []time.Duration{0, 100 * time.Millisecond} {
			for name, taken := range map[string]int{"full": 0, "emptied by somebody else": 1200} {
				t.Run(fmt.Sprintf("%d readers/latency %s/%s", parallelism, latency, name), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						mock := newMock(t, atlasmock.WithRateLimit(1200, 500.0/60))
						mock.TakeBudget(projectID, taken)
						server := count(func(w http.ResponseWriter, r *http.Request) {
							time.Sleep(latency) //nolint:forbidigo // in a bubble
							mock.ServeHTTP(w, r)
						})
						readMany(t, inProcess(server, accessToken), parallelism, reads)
						wantAtMost(t, "requests", server.count(""), reads*115/100)
						t.Logf("%.3f requests a read", float64(server.count(""))/reads)
					})
				})
			}
		}
	}
}

// Reads of few attempts share a small limit: whoever is told to wait tells the
// others, and they wait together.
func TestRetry_smallRateLimit(t *testing.T) {
	for name, test := range map[string]struct {
		capacity           int
		refill             float64
		parallelism, reads int
	}{
		"3 at once, and one in two seconds": {3, 0.5, 8, 80},
		"50 at once, and 25 a second":       {50, 25, 10, 300},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				refused := map[time.Time]int{} // by moment: time goes on only when every read waits
				mock := newMock(t, atlasmock.WithRateLimit(test.capacity, test.refill), atlasmock.WithObserver(func(r atlasmock.Request) {
					mu.Lock()
					defer mu.Unlock()
					if r.Status == http.StatusTooManyRequests {
						refused[time.Now()]++
					}
				}))
				readMany(t, inProcess(mock, accessToken), test.parallelism, test.reads)
				if len(refused) == 0 {
					t.Error("nothing was refused")
				}
				for _, n := range refused {
					wantAtMost(t, "refusals between two waits", n, test.parallelism)
				}
			})
		})
	}
}

// readMany makes many reads, of which so many run at the same time, each with
// five minutes of time. All must succeed.
func readMany(t *testing.T, client *atlas.Client, parallelism, reads int) {
	t.Helper()
	var (
		next    atomic.Int64
		failed  atomic.Int64
		workers sync.WaitGroup
	)
	for range parallelism {
		workers.Go(func() {
			for next.Add(1) <= int64(reads) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				if err := read(ctx, client); err != nil && failed.Add(1) == 1 {
					t.Errorf("the first failure: %v", err)
				}
				cancel()
			}
		})
	}
	workers.Wait()
	wantCount(t, "failed reads", int(failed.Load()), 0)
}

// A refusal costs an attempt only if no other read has got through in between.
func TestRetry_refusalsThatCost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refusals atomic.Int64
		server := count(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, otherProjectID) || refusals.Add(1)%3 == 0 {
				answerDocument(w, r)
				return
			}
			answer(429, "", "Retry-After: 1")(w, r)
		})
		// Of each three requests two are refused: alone, a read of two attempts fails.
		e := wantKind(t, read(t.Context(), inProcess(server, accessToken, attempts(2))), rest.KindAnswer)
		if e.Attempts != 2 || !e.OutOfAttempts || e.Deadline {
			t.Errorf("got %+v", e)
		}
		refusals.Store(0)
		client := inProcess(server, accessToken, attempts(3))
		readMany(t, client, 20, 20)
		wantCount(t, "requests", int(refusals.Load()), 60)
		if e := wantKind(t, read(t.Context(), inProcess(server, accessToken, attempts(1))), rest.KindAnswer); e.Attempts != 1 {
			t.Errorf("got %+v", e)
		}
	})
}

// A response that takes long holds up the next request for 120 ms only.
func TestRetry_slowResponseInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		server := count(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) == 1 {
				answer(429, "", "Retry-After: 1")(w, r)
				return
			}
			time.Sleep(10 * time.Second) //nolint:forbidigo // in a bubble
			answerDocument(w, r)
		})
		begun := time.Now()
		client := inProcess(server, accessToken)
		var first sync.WaitGroup
		first.Go(func() { mustSucceed(t, read(t.Context(), client)) })
		synctest.Wait()
		readTogether(t, 4, client)
		first.Wait()
		if took, want := time.Since(begun), time.Second+4*120*time.Millisecond+10*time.Second; took != want {
			t.Errorf("took %s, want %s", took, want)
		}
	})
}

// A read in the queue says why it ended before its turn.
func TestRetry_deadlineInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := script(answer(429, `{"detail":"Slow down."}`, "Retry-After: 2"))
		client := inProcess(server, accessToken, attempts(100))
		var readers sync.WaitGroup
		first, cancel := context.WithCancel(t.Context())
		readers.Go(func() { _ = wantKind(t, read(first, client), rest.KindCanceled) })
		synctest.Wait()
		ctx, cancelSecond := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancelSecond()
		e := wantKind(t, read(ctx, client), rest.KindAnswer)
		if e.Attempts != 0 || !e.Deadline || e.Waited < 8*time.Second || e.Answer.Detail != "Slow down." {
			t.Errorf("got %+v", e)
		}
		cancel()
		readers.Wait()
	})
}
