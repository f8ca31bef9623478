// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// try reads a checkpoint on a connection of its own, so that net/http does not send it again, and
// returns how far it came.
func (s *site) try(ctx context.Context) (reply, error) {
	s.t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	req := s.request(ctx, "GET", checkpointPath, "", "Authorization", "Bearer "+accessToken, "Accept", version)
	return exchange(client, req)
}

func TestFault_answers(t *testing.T) {
	const page = `<!DOCTYPE html>
<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>gateway</center>
</body>
</html>
`
	tests := map[string]struct {
		fault       atlasmock.Fault
		status      int
		contentType string
		header      [2]string
		body        string
	}{
		"status": {
			fault:  atlasmock.FaultStatus(402, "ACCOUNT_SUSPENDED", "Suspended.", "a", 1, nil),
			status: 402, contentType: "application/json", header: [2]string{"X-Error-Code", "ACCOUNT_SUSPENDED"},
			body: `{"detail":"Suspended.","error":402,"errorCode":"ACCOUNT_SUSPENDED",` +
				`"parameters":["a",1,null],"reason":"Payment Required"}`,
		},
		"status without a code": {
			fault:  atlasmock.FaultStatus(503, "", "Down.").With("Retry-After", "7"),
			status: 503, contentType: "application/json", header: [2]string{"Retry-After", "7"},
			body: `{"detail":"Down.","error":503,"parameters":[],"reason":"Service Unavailable"}`,
		},
		"body": {
			fault:  atlasmock.FaultBody(500, "text/plain", "oops"),
			status: 500, contentType: "text/plain", body: "oops",
		},
		"body without a type": {fault: atlasmock.FaultBody(500, "", "oops"), status: 500, body: "oops"},
		"empty body":          {fault: atlasmock.FaultBody(500, "", ""), status: 500},
		"no content":          {fault: atlasmock.FaultBody(204, "", ""), status: 204},
		"not modified":        {fault: atlasmock.FaultBody(304, "", ""), status: 304},
		"HTML":                {fault: atlasmock.FaultHTML(502), status: 502, contentType: "text/html", body: page},
		"redirect": {
			fault:  atlasmock.FaultRedirect(307, "https://elsewhere.example/x"),
			status: 307, header: [2]string{"Location", "https://elsewhere.example/x"},
		},
		"own fields": {
			fault:  atlasmock.Fault{Status: 418, Body: "short", Header: http.Header{"X-Own": {"1"}}},
			status: 418, header: [2]string{"X-Own", "1"}, body: "short",
		},
		"flood": {
			fault:  atlasmock.FaultFlood(200, 100_000),
			status: 200, contentType: "application/json", body: `"` + strings.Repeat("a", 99_998) + `"`,
		},
		"raw": {
			fault:  atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more"),
			status: 200, body: "{}",
		},
		"header on the true answer": {
			fault:  atlasmock.Fault{Header: http.Header{"Content-Type": {"text/x"}, "X-Own": {"1"}}},
			status: 200, contentType: "text/x", header: [2]string{"X-Own", "1"},
			body: fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID),
		},
		"drip": {
			fault:  atlasmock.FaultDrip(0),
			status: 200, contentType: "application/vnd.atlas.2023-01-01+json;charset=utf-8",
			body: fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Fail(test.fault)
			got, err := s.try(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "status", got.status, test.status)
			equal(t, "Content-Type", got.header.Get("Content-Type"), test.contentType)
			equal(t, test.header[0], got.header.Get(test.header[0]), test.header[1])
			equal(t, "body", got.body, test.body)

			after, err := s.try(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "status once it is used up", after.status, 200)
		})
	}
}

func TestFault_brokenBody(t *testing.T) {
	whole := fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID)
	tests := map[string]struct {
		fault atlasmock.Fault
		want  error
		body  string
	}{
		"cut":          {atlasmock.FaultCutBody(10), io.ErrUnexpectedEOF, whole[:10]},
		"cut at once":  {atlasmock.FaultCutBody(0), io.ErrUnexpectedEOF, ""},
		"cut, chunked": {atlasmock.FaultCutChunked(10), io.ErrUnexpectedEOF, whole[:10]},
		"reset":        {atlasmock.FaultResetAfter(10), syscall.ECONNRESET, whole[:10]},
		"length too long": {
			atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), io.ErrUnexpectedEOF, "{}",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Fail(test.fault)
			got, err := s.try(t.Context())
			equal(t, "status", got.status, 200)
			equal(t, "body", got.body, test.body)
			if !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
		})
	}
}

func TestFault_brokenBeforeTheBody(t *testing.T) {
	tests := map[string]struct {
		fault atlasmock.Fault
		want  error
	}{
		"reset":                 {atlasmock.FaultReset(), syscall.ECONNRESET},
		"closed":                {atlasmock.FaultRaw(""), io.EOF},
		"reset, before sign-in": {atlasmock.FaultReset().Early(), syscall.ECONNRESET},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Fail(test.fault)
			if _, err := s.try(t.Context()); !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			equal(t, "logged status", s.Requests()[0].Status, 0)
		})
	}
}

// A fault that holds an answer back lets it go when the client does, or else the server of start
// could not be shut down at the end of the test.
func TestFault_heldBackUntilTheClientGoes(t *testing.T) {
	never := make(chan struct{})
	for name, fault := range map[string]atlasmock.Fault{
		"hang":             atlasmock.FaultHang(),
		"hang in the body": atlasmock.FaultHangAfter(5),
		"delay":            atlasmock.FaultDelay(time.Hour),
		"hold":             atlasmock.FaultHold(never),
		"drip":             atlasmock.FaultDrip(time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			s.Fail(fault)
			if _, err := s.try(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
			}
			equal(t, "requests", s.Count("GET", checkpointPath), 1)
		})
	}
}

func TestFault_heldBackUntilClose(t *testing.T) {
	tests := map[string]struct {
		fault atlasmock.Fault
		want  error
	}{
		"hang":  {atlasmock.FaultHang(), io.EOF},
		"delay": {atlasmock.FaultDelay(time.Hour), nil},
		"hold":  {atlasmock.FaultHold(make(chan struct{})), nil},
		"drip":  {atlasmock.FaultDrip(time.Hour), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Fail(test.fault.On(func(*http.Request) bool {
				s.Close()
				return true
			}))
			if _, err := s.try(t.Context()); !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
		})
	}
}

func TestFault_holdReleased(t *testing.T) {
	s := start(t)
	release := make(chan struct{})
	s.Fail(atlasmock.FaultHold(release).On(func(*http.Request) bool {
		close(release)
		return true
	}))
	got, err := s.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "status", got.status, 200)
}

func TestLatency(t *testing.T) {
	s := start(t, atlasmock.WithLatency(time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.try(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
	}
	s.Close()
	got, err := s.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "status once closed", got.status, 200)
}

func TestFault_closeAfter(t *testing.T) {
	s := start(t)
	s.Fail(atlasmock.FaultCloseAfter())
	first, second := s.get(checkpointPath), s.get(checkpointPath)
	equal(t, "first", first.status, 200)
	equal(t, "first announces it", first.header.Get("Connection"), "")
	equal(t, "second", second.status, 200)
	equal(t, "connections", s.Connections(), 2)
}

func TestFault_gzipBomb(t *testing.T) {
	s := start(t)
	s.Fail(atlasmock.FaultGzipBomb(500, 1_000_000))
	got, err := s.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "status", got.status, 500)
	equal(t, "Content-Encoding", got.header.Get("Content-Encoding"), "gzip")
	equal(t, "small on the wire", len(got.body) < 20_000, true)
	unzip, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	size, err := io.Copy(io.Discard, unzip)
	equal(t, "error", err, nil)
	equal(t, "size", size, 1_000_000)
}

// A flood ends when the client has had enough, however large it claims to be.
func TestFault_floodStops(t *testing.T) {
	s := start(t)
	for _, fault := range []atlasmock.Fault{
		atlasmock.FaultFlood(200, 1<<40), atlasmock.FaultGzipBomb(200, 1<<40),
	} {
		s.Fail(fault)
		req := s.request(t.Context(), "GET", checkpointPath, "",
			"Authorization", "Bearer "+accessToken, "Accept", version, "Accept-Encoding", "identity")
		resp, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.CopyN(io.Discard, resp.Body, 1000)
		equal(t, "error", err, nil)
		equal(t, "bytes", n, 1000)
		equal(t, "closing", resp.Body.Close(), nil)
	}
}

// Over HTTP/2 no connection can be taken over: the stream is reset instead.
func TestFault_resetHTTP2(t *testing.T) {
	mock, err := atlasmock.New(atlasmock.WithAccessToken(accessToken))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mock)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	s := &site{Server: mock, t: t, url: server.URL, client: server.Client()}
	equal(t, "protocol", s.get(checkpointPath).status, 200)
	mock.Fail(atlasmock.FaultReset())
	req := s.request(t.Context(), "GET", checkpointPath, "", "Authorization", "Bearer "+accessToken)
	if _, err := exchange(s.client, req); err == nil || !strings.Contains(err.Error(), "INTERNAL_ERROR") {
		t.Errorf("got error %v, want a reset stream", err)
	}
	equal(t, "the log's protocol", mock.Requests()[1].Proto, "HTTP/2.0")
}

func TestFault_resetTLS(t *testing.T) {
	mock, err := atlasmock.New(atlasmock.WithAccessToken(accessToken))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(mock)
	t.Cleanup(server.Close)
	s := &site{Server: mock, t: t, url: server.URL, client: server.Client()}
	mock.Fail(atlasmock.FaultReset())
	req := s.request(t.Context(), "GET", checkpointPath, "", "Authorization", "Bearer "+accessToken)
	if _, err := exchange(s.client, req); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got error %v, want %v", err, syscall.ECONNRESET)
	}
}

func TestFault_raw(t *testing.T) {
	const half = "HTTP/1.1 200 OK\r\nContent-"
	const request = "GET " + checkpointPath + " HTTP/1.1\r\nHost: h\r\n\r\n"
	s := start(t)

	s.Fail(atlasmock.FaultRaw(half).Early())
	answer, err := s.raw(request)
	equal(t, "closed: bytes", answer, half)
	equal(t, "closed: error", err, nil)

	s.Fail(atlasmock.FaultRawReset(half).Early())
	answer, err = s.raw(request)
	equal(t, "reset: bytes", answer, half)
	equal(t, "reset: error", errors.Is(err, syscall.ECONNRESET), true)
}
