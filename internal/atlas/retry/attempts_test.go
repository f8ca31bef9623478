// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRetry_byStatus(t *testing.T) {
	for status, want := range map[int]int{
		408: 5, 425: 5, 429: 5, 500: 5, 502: 5, 503: 5, 504: 5, 507: 5, 509: 5, 520: 5, 522: 5, 526: 5, 529: 5, 530: 5, 598: 5, 599: 5,
		201: 1, 204: 1, 304: 1, 400: 1, 402: 1, 403: 1, 404: 1, 405: 1, 406: 1, 409: 1, 410: 1, 418: 1, 421: 1, 451: 1,
		501: 1, 505: 1, 506: 1, 508: 1, 510: 1, 511: 1, 600: 1, 999: 1,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(status, `{"errorCode":"SOME_CODE","detail":"Some detail."}`))
			clock := atlastest.NewClock()
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithClock(clock))), rest.KindAnswer)
			atlastest.WantCount(t, "requests", server.Count(""), want)
			atlastest.WantCount(t, "attempts", e.Attempts, want)
			atlastest.WantCount(t, "waits", len(clock.Waits()), want-1)
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
			clock := atlastest.NewClock()
			client := atlastest.NewClient("https://atlas.test", atlastest.AccessToken, atlastest.WithTransport(failing{test.err}), atlastest.WithClock(clock))
			e := atlastest.WantError(t, atlastest.Read(t.Context(), client))
			atlastest.WantCount(t, "attempts", e.Attempts, test.want)
			atlastest.WantCount(t, "waits", len(clock.Waits()), test.want-1)
			problem := test.err.Error()
			if errors.Is(test.err, io.EOF) {
				problem = "the server closed the connection without a response"
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
			for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount, atlastest.AccessToken} {
				mock := atlastest.NewMock(t)
				clock := atlastest.NewClock()
				client := atlastest.OverTCP(t, mock, credentials, atlastest.WithClock(clock))
				mock.Fail(fault.Early().Repeat(2))
				atlastest.MustRead(t, client)
				atlastest.MustRead(t, client)
			}
		})
	}
}

func TestRetry_attemptThatTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := atlastest.NewMock(t)
		mock.Fail(atlasmock.FaultHang().Repeat(2))
		client := atlastest.InProcess(mock, atlastest.AccessToken, atlastest.WithTimeout(7*time.Second), atlastest.WithDelays(time.Second, time.Second))
		atlastest.WantDuration(t, 2*7*time.Second+2*time.Second, func() { atlastest.MustRead(t, client) })

		mock.Fail(atlasmock.FaultHang().Repeat(atlasmock.Forever))
		e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindTimeout)
		if e.Problem != "no complete response within 7s" || e.Attempts != 5 || e.Waited != 4*time.Second || e.Deadline {
			t.Errorf("got %+v", e)
		}
		atlastest.WantDuration(t, 30*time.Second, func() {
			e = atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(mock, atlastest.AccessToken, atlastest.WithAttempts(1))), rest.KindTimeout)
		})
		if e.Problem != "no complete response within 30s" {
			t.Errorf("by default: %v", e)
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
			mock := atlastest.NewMock(t)
			client := atlastest.OverTCP(t, mock, atlastest.AccessToken, atlastest.WithAttempts(1), atlastest.WithTimeout(50*time.Millisecond))
			mock.Fail(fault)
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindTimeout)
			if e.Problem != "no complete response within 50ms" || e.Answer != nil {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestRetry_backoffStaysWithinItsBounds(t *testing.T) {
	for _, n := range []int{1, 2, 12} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			clock := atlastest.NewClock()
			server := atlastest.Script(atlastest.Respond(503, ""))
			client := atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithClock(clock), atlastest.WithDelays(2*time.Second, 20*time.Second), atlastest.WithAttempts(n))
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindAnswer)
			atlastest.WantCount(t, "requests", server.Count(""), n)
			atlastest.WantCount(t, "attempts", e.Attempts, n)
			atlastest.WantCount(t, "waits", len(clock.Waits()), n-1)
			var sum time.Duration
			for i, wait := range clock.Waits() {
				sum += wait
				if high := min(20*time.Second, 2*time.Second<<(i+1)); wait < 2*time.Second || wait > high {
					t.Errorf("wait %d is %s, want 2s to %s", i+1, wait, high)
				}
			}
			if e.Waited != sum {
				t.Errorf("says that it waited %s, want %s", e.Waited, sum)
			}
		})
	}
}

// answering answers a request and then interrupts it.
type answering struct {
	atlastest.Transport
	interrupt context.CancelFunc
}

func (a answering) RoundTrip(req *http.Request) (*http.Response, error) {
	defer a.interrupt()
	return a.Transport.RoundTrip(req)
}

func TestRetry_answerCountsAlthoughInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	network := answering{atlastest.Transport{Handler: atlastest.Script(atlastest.Respond(404, `{"errorCode":"GROUP_NOT_FOUND"}`))}, cancel}
	client := atlastest.NewClient("https://atlas.test", atlastest.AccessToken, atlastest.WithTransport(network))
	if e := atlastest.WantKind(t, atlastest.Read(ctx, client), rest.KindAnswer); e.Code() != "GROUP_NOT_FOUND" || e.Deadline {
		t.Errorf("got %+v", e)
	}
}

func TestRetry_deadlineWhileAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e := atlastest.WantKind(t, atlastest.Read(ctx, atlastest.InProcess(atlastest.Record(outlast), atlastest.AccessToken)), rest.KindTimeout)
		if e.Problem != "no complete response before the time for this read ran out" || !e.Deadline || e.Attempts != 1 {
			t.Errorf("got %+v", e)
		}
	})
}

func TestRetry_lastAnswerSurvives(t *testing.T) {
	broken := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	first := atlastest.Respond(500, `{"errorCode":"UNEXPECTED_ERROR","detail":"First."}`)
	second := atlastest.Respond(503, `{"errorCode":"SERVICE_UNAVAILABLE","detail":"Second."}`)
	for name, test := range map[string]struct {
		script []http.HandlerFunc
		kind   rest.Kind
		// deadline is the error's Deadline.
		deadline bool
		// status is that of the error itself: without one, the answer is an earlier one.
		status int
	}{
		"attempts that end in another answer":      {[]http.HandlerFunc{first, second}, rest.KindAnswer, false, 503},
		"attempts that end in broken connections":  {[]http.HandlerFunc{first, second, broken}, rest.KindConnectionLost, false, 0},
		"attempts that end in timeouts":            {[]http.HandlerFunc{second, outlast}, rest.KindTimeout, false, 0},
		"deadline while asking again":              {[]http.HandlerFunc{first, second, outlast}, rest.KindAnswer, true, 503},
		"deadline while asking after broken":       {[]http.HandlerFunc{second, broken, outlast}, rest.KindConnectionLost, true, 0},
		"deadline that leaves no room for waiting": {[]http.HandlerFunc{first, atlastest.Respond(503, `{"detail":"Second."}`, "Retry-After: 7200")}, rest.KindAnswer, true, 503},
		"an answer that is final":                  {[]http.HandlerFunc{first, atlastest.Respond(404, `{"detail":"Second."}`)}, rest.KindAnswer, false, 404},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limit := time.Minute
				if test.deadline {
					limit = 2 * time.Hour
				}
				client := atlastest.InProcess(atlastest.Script(test.script...), atlastest.AccessToken, atlastest.WithDelays(time.Second, time.Second), atlastest.WithTimeout(limit))
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				e := atlastest.WantKind(t, atlastest.Read(ctx, client), test.kind)
				if e.Answer == nil || e.Answer.Detail != "Second." || e.Earlier != (test.status == 0) || e.Deadline != test.deadline {
					t.Errorf("got %+v with answer %+v", e, e.Answer)
				}
				atlastest.WantCount(t, "as the error's own status", e.Status(), test.status)
			})
		})
	}
}

// outlast gives no answer before the client gives up.
func outlast(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
