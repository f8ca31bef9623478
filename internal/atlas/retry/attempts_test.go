// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package retry_test

import (
	"context"
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

// TestError_temporary has the other statuses, TestNetworkKind the other failures.
func TestRetry_whatIsTemporary(t *testing.T) {
	const body = `{"errorCode":"SOME_CODE","detail":"Some detail."}`
	for name, test := range map[string]struct {
		network  http.RoundTripper
		attempts int
		want     string
	}{
		"429":          {responding(429, body), 5, ": HTTP 429 Too Many Requests: SOME_CODE: Some detail. (attempt 5)"},
		"503":          {responding(503, body), 5, ": HTTP 503 Service Unavailable: SOME_CODE: Some detail. (attempt 5)"},
		"404":          {responding(404, body), 1, ": HTTP 404 Not Found: SOME_CODE: Some detail."},
		"reset":        {failing{syscall.ECONNRESET}, 5, ": connection reset by peer (attempt 5)"},
		"unknown host": {failing{&net.DNSError{Err: "no such host", Name: "atlas.test", IsNotFound: true}}, 1, ": lookup atlas.test: no such host"},
	} {
		t.Run(name, func(t *testing.T) {
			clock := atlastest.NewClock()
			client := atlastest.NewClient("https://atlas.test", atlastest.AccessToken, atlastest.WithTransport(test.network), atlastest.WithClock(clock))
			e := atlastest.WantError(t, atlastest.Read(t.Context(), client))
			path := "/api/atlas/v2/groups/" + atlastest.ProjectID + "/clusters/" + atlastest.ClusterName + "/backupCheckpoints/" + atlastest.CheckpointID
			if want := "GET atlas.test" + path + test.want; e.Error() != want {
				t.Errorf("got  %v\nwant %s", e, want)
			}
			if e.Attempts != test.attempts || e.OutOfAttempts != (test.attempts > 1) || e.Origin != atlastest.AccessToken.Origin || e.Token || e.Earlier || e.Deadline {
				t.Errorf("got %+v", e)
			}
			atlastest.WantCount(t, "waits", len(clock.Waits()), test.attempts-1)
		})
	}
}

// responding is a network on which every request gets the same response.
func responding(status int, body string) http.RoundTripper {
	return atlastest.Transport{Handler: atlastest.Respond(status, body)}
}

// failing is a network on which every request fails in the same way.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestRetry_succeedsWithoutATrace(t *testing.T) {
	for name, fault := range map[string]atlasmock.Fault{
		"429":                       atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "3"),
		"503 page":                  atlasmock.FaultHTML(503),
		"reset":                     atlasmock.FaultReset(),
		"reset after the header":    atlasmock.FaultResetAfter(0),
		"body cut":                  atlasmock.FaultCutBody(20),
		"chunked body cut":          atlasmock.FaultCutChunked(20),
		"connection closed later":   atlasmock.FaultCloseAfter(),
		"no HTTP":                   atlasmock.FaultRaw("220 mail.test ESMTP\r\n"),
		"body in gzip cut":          atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"),
		"500 whose own body is cut": atlasmock.FaultRaw("HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount, atlastest.AccessToken} {
				mock := atlastest.NewMock(t)
				client := atlastest.OverTCP(t, mock, credentials, atlastest.WithoutWaits)
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

func TestRetry_backoffStaysWithinItsBounds(t *testing.T) {
	const n = 12
	clock := atlastest.NewClock()
	client := atlastest.NewClient("https://atlas.test", atlastest.AccessToken, atlastest.WithTransport(responding(503, "")),
		atlastest.WithClock(clock), atlastest.WithDelays(2*time.Second, 20*time.Second), atlastest.WithAttempts(n))
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindStatus)
	atlastest.WantCount(t, "waits", len(clock.Waits()), n-1)
	var sum time.Duration
	for i, wait := range clock.Waits() {
		sum += wait
		if high := min(20*time.Second, 2*time.Second<<(i+1)); wait < 2*time.Second || wait > high {
			t.Errorf("wait %d is %s, want 2s to %s", i+1, wait, high)
		}
	}
	if e.Attempts != n || e.Waited != sum {
		t.Errorf("got %d attempts and waits of %s, want %d and %s", e.Attempts, e.Waited, n, sum)
	}
}

// canceling cancels a read once it has a response.
type canceling struct {
	http.RoundTripper
	cancel context.CancelFunc
}

func (c canceling) RoundTrip(req *http.Request) (*http.Response, error) {
	defer c.cancel()
	return c.RoundTripper.RoundTrip(req)
}

func TestRetry_responseCountsAlthoughCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	network := canceling{responding(404, `{"errorCode":"GROUP_NOT_FOUND"}`), cancel}
	client := atlastest.NewClient("https://atlas.test", atlastest.AccessToken, atlastest.WithTransport(network))
	if e := atlastest.WantKind(t, atlastest.Read(ctx, client), rest.KindStatus); e.Code() != "GROUP_NOT_FOUND" || e.Deadline {
		t.Errorf("got %+v", e)
	}
}

func TestRetry_deadlineDuringTheFirstRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e := atlastest.WantKind(t, atlastest.Read(ctx, atlastest.InProcess(atlastest.Record(outlast), atlastest.AccessToken)), rest.KindTimeout)
		if e.Problem != "no complete response before the time for this read ran out" || !e.Deadline || e.Attempts != 1 {
			t.Errorf("got %+v", e)
		}
	})
}

func TestRetry_lastResponseSurvives(t *testing.T) {
	broken := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	first := atlastest.Respond(500, `{"errorCode":"UNEXPECTED_ERROR","detail":"First."}`)
	second := atlastest.Respond(503, `{"errorCode":"SERVICE_UNAVAILABLE","detail":"Second."}`)
	for name, test := range map[string]struct {
		script []http.HandlerFunc
		kind   rest.Kind
		// deadline is the error's Deadline.
		deadline bool
		// status is that of the error itself: without one, the response is an earlier one.
		status int
	}{
		"attempts that end in another response":    {[]http.HandlerFunc{first, second}, rest.KindStatus, false, 503},
		"attempts that end in broken connections":  {[]http.HandlerFunc{first, second, broken}, rest.KindConnectionLost, false, 0},
		"attempts that end in timeouts":            {[]http.HandlerFunc{second, outlast}, rest.KindTimeout, false, 0},
		"deadline during another request":          {[]http.HandlerFunc{first, second, outlast}, rest.KindStatus, true, 503},
		"deadline after a broken connection":       {[]http.HandlerFunc{second, broken, outlast}, rest.KindConnectionLost, true, 0},
		"deadline that leaves no room for waiting": {[]http.HandlerFunc{first, atlastest.Respond(503, `{"detail":"Second."}`, "Retry-After: 7200")}, rest.KindStatus, true, 503},
		"a response that is final":                 {[]http.HandlerFunc{first, atlastest.Respond(404, `{"detail":"Second."}`)}, rest.KindStatus, false, 404},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limit := time.Minute
				if test.deadline {
					limit = 2 * time.Hour
				}
				client := atlastest.InProcess(atlastest.Script(test.script...), atlastest.AccessToken,
					atlastest.WithDelays(time.Second, time.Second), atlastest.WithTimeout(limit))
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				e := atlastest.WantKind(t, atlastest.Read(ctx, client), test.kind)
				if e.Response == nil || e.Response.Detail != "Second." || e.Earlier != (test.status == 0) || e.Deadline != test.deadline {
					t.Errorf("got %+v with answer %+v", e, e.Response)
				}
				atlastest.WantCount(t, "as the error's own status", e.Status(), test.status)
			})
		})
	}
}

// outlast sends no response before the client gives up.
func outlast(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
