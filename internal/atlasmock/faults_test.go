// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestFault_queue(t *testing.T) {
	s := start(t)
	statuses := func(n int) string {
		t.Helper()
		var out []string
		for range n {
			out = append(out, fmt.Sprint(s.get(checkpointPath).status))
		}
		return strings.Join(out, " ")
	}
	s.Fail(atlasmock.FaultHTML(500), atlasmock.FaultHTML(502).Repeat(2))
	s.Fail(atlasmock.FaultHTML(503).Repeat(1))
	equal(t, "in order, each so many times", statuses(5), "500 502 502 503 200")

	s.Fail(atlasmock.FaultHTML(504).Repeat(atlasmock.Forever), atlasmock.FaultHTML(500))
	equal(t, "for ever", statuses(4), "504 504 504 504")
	s.ClearFaults()
	equal(t, "cleared", statuses(1), "200")
}

func TestFault_matching(t *testing.T) {
	const other, page2 = listPath + "/" + atlasmock.InProgressCheckpointID, listPath + "?pageNum=2"
	const token, revoke = "/api/oauth/token", "/api/oauth/revoke"
	on := atlasmock.FaultHTML(599).On
	for name, test := range map[string]struct {
		fault atlasmock.Fault
		hits  []string
	}{
		"nothing said":   {atlasmock.FaultHTML(599), []string{checkpointPath, other, listPath, page2}},
		"any":            {on(atlasmock.MatchAny), []string{checkpointPath, other, listPath, page2, token, revoke}},
		"list":           {on(atlasmock.MatchList), []string{listPath, page2}},
		"page 1":         {on(atlasmock.MatchPage(1)), []string{listPath}},
		"page 2":         {on(atlasmock.MatchPage(2)), []string{page2}},
		"one checkpoint": {on(atlasmock.MatchDocument(atlasmock.ShardedCheckpointID)), []string{checkpointPath}},
		"token":          {on(atlasmock.MatchToken), []string{token}},
		"revoke":         {on(atlasmock.MatchRevoke), []string{revoke}},
		"OAuth":          {atlasmock.FaultOAuth(599, "x", "y"), []string{token}},
	} {
		s := start(t, withAccount)
		s.Fail(test.fault.Repeat(atlasmock.Forever))
		var hits []string
		for _, target := range []string{checkpointPath, other, listPath, page2, token, revoke} {
			if s.get(target).status == 599 || s.post(target, "").status == 599 {
				hits = append(hits, target)
			}
		}
		equalIDs(t, name, hits, test.hits)
	}
}

func TestFault_stages(t *testing.T) {
	s := start(t, withAPIKey, withAccount)
	s.Fail(atlasmock.FaultStatus(500, "LATE", "").On(atlasmock.MatchAny))
	equal(t, "refused credentials leave it alone", s.getAs("").status, 401)
	equal(t, "refused account leaves it alone", s.do("POST", "/api/oauth/token", "").status, 401)
	equal(t, "accepted credentials", s.getAs("Bearer "+accessToken).status, 500)
	s.Fail(atlasmock.FaultStatus(500, "LATE", "").On(atlasmock.MatchToken))
	equal(t, "accepted account", s.post("/api/oauth/token", grantForm).status, 500)

	s.Fail(atlasmock.FaultStatus(500, "EARLY", "").Early())
	equal(t, "refused credentials, early", s.getAs("").status, 500)
	s.Fail(atlasmock.FaultCutBody(3).Early())
	answer, err := s.raw("GET " + checkpointPath + " HTTP/1.1\r\nHost: h\r\n\r\n")
	equal(t, "the end of a cut 401", err, nil)
	equal(t, "its status", strings.HasPrefix(answer, "HTTP/1.1 401 "), true)
	equal(t, "its body", strings.HasSuffix(answer, "\r\n\r\n{\n "), true)
}

func TestFault_oauth(t *testing.T) {
	s := start(t)
	s.Fail(atlasmock.FaultOAuth(403, "access_denied", "IP address not allowed."))
	got := s.do("POST", "/api/oauth/token", "")
	equal(t, "status", got.status, 403)
	equal(t, "body", got.body, `{"error":"access_denied","error_description":"IP address not allowed."}`)
	equal(t, "Content-Type", got.header.Get("Content-Type"), "application/json")

	s.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED",
		"Resource /api/oauth/token is limited to 50 requests every 1 minutes.", "/api/oauth/token", 50, 1).
		On(atlasmock.MatchToken).Early())
	equal(t, "the other form", s.do("POST", "/api/oauth/token", "").body,
		`{"detail":"Resource /api/oauth/token is limited to 50 requests every 1 minutes.","error":429,`+
			`"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],"reason":"Too Many Requests"}`)
}

// The application obeys the envelope; what is in front of it does not know it.
func TestFault_envelope(t *testing.T) {
	plain := errorBody(401, "NOT_IN_GROUP", "d", "")
	fault := atlasmock.FaultStatus(401, "NOT_IN_GROUP", "d")
	s := start(t, atlasmock.WithHiddenStatus())
	s.Fail(fault, fault.Early())
	early, late := s.get(checkpointPath+"?envelope=true"), s.get(checkpointPath+"?envelope=true")
	equal(t, "early status", early.status, 401)
	equal(t, "early body", early.body, plain)
	equal(t, "late status", late.status, 200)
	equal(t, "late body", late.body, `{"content":`+plain+`,"status":401}`)
	equal(t, "late challenge", late.header.Get("WWW-Authenticate"), "")
}

// try reads a checkpoint on a connection of its own, so that net/http does not send it again, and
// returns how far it came.
func (s *site) try(ctx context.Context) (reply, error) {
	s.t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return exchange(client, s.request(ctx, "GET", checkpointPath, "", "Authorization", "Bearer "+accessToken, "Accept", version))
}

func equalError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func TestFault_kinds(t *testing.T) {
	const vendorJSON = "application/vnd.atlas.2023-01-01+json;charset=utf-8"
	const page = `<!DOCTYPE html>
<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>gateway</center>
</body>
</html>
`
	whole := fixture(t, atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID)
	released := make(chan struct{})
	close(released)
	for name, test := range map[string]struct {
		fault       atlasmock.Fault
		status      int // zero if the connection breaks before the header
		contentType string
		header      [2]string
		body        string
		err         error
	}{
		"status":                    {atlasmock.FaultStatus(402, "CODE", "d", "a", 1, nil), 402, "application/json", [2]string{"X-Error-Code", "CODE"}, errorBody(402, "CODE", "d", `"a",1,null`), nil},
		"status without a code":     {atlasmock.FaultStatus(503, "", "d").With("Retry-After", "7"), 503, "application/json", [2]string{"Retry-After", "7"}, errorBody(503, "", "d", ""), nil},
		"redirect":                  {atlasmock.FaultRedirect(307, "https://b.example/x"), 307, "", [2]string{"Location", "https://b.example/x"}, "", nil},
		"own fields":                {atlasmock.Fault{Status: 418, Body: "b", Header: http.Header{"X-Own": {"1"}}}, 418, "", [2]string{"X-Own", "1"}, "b", nil},
		"header on the true answer": {atlasmock.FaultDelay(0).With("Content-Type", "text/x").With("X-Own", "1"), 200, "text/x", [2]string{"X-Own", "1"}, whole, nil},
		"body":                      {fault: atlasmock.FaultBody(500, "text/plain", "oops"), status: 500, contentType: "text/plain", body: "oops"},
		"body without a type":       {fault: atlasmock.FaultBody(500, "", "oops"), status: 500, body: "oops"},
		"empty body":                {fault: atlasmock.FaultBody(500, "", ""), status: 500},
		"no content":                {fault: atlasmock.FaultBody(204, "", ""), status: 204},
		"not modified":              {fault: atlasmock.FaultBody(304, "", ""), status: 304},
		"HTML":                      {fault: atlasmock.FaultHTML(502), status: 502, contentType: "text/html", body: page},
		"raw":                       {fault: atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more"), status: 200, body: "{}"},
		"drip":                      {fault: atlasmock.FaultDrip(0), status: 200, contentType: vendorJSON, body: whole},
		"released":                  {fault: atlasmock.FaultHold(released), status: 200, contentType: vendorJSON, body: whole},
		"cut":                       {fault: atlasmock.FaultCutBody(10), status: 200, contentType: vendorJSON, body: whole[:10], err: io.ErrUnexpectedEOF},
		"cut at once":               {fault: atlasmock.FaultCutBody(0), status: 200, contentType: vendorJSON, err: io.ErrUnexpectedEOF},
		"cut, chunked":              {fault: atlasmock.FaultCutChunked(10), status: 200, contentType: vendorJSON, body: whole[:10], err: io.ErrUnexpectedEOF},
		"reset in the body":         {fault: atlasmock.FaultResetAfter(10), status: 200, contentType: vendorJSON, body: whole[:10], err: syscall.ECONNRESET},
		"length too long":           {fault: atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), status: 200, body: "{}", err: io.ErrUnexpectedEOF},
		"reset":                     {fault: atlasmock.FaultReset(), err: syscall.ECONNRESET},
		"reset, before sign-in":     {fault: atlasmock.FaultReset().Early(), err: syscall.ECONNRESET},
		"closed":                    {fault: atlasmock.FaultRaw(""), err: io.EOF},
		"flood":                     {fault: atlasmock.FaultFlood(200, 100_000), status: 200, contentType: "application/json", body: `"` + strings.Repeat("a", 99_998) + `"`},
	} {
		s := start(t)
		s.Fail(test.fault)
		got, err := s.try(t.Context())
		equalError(t, name, err, test.err)
		equal(t, name, got.status, test.status)
		equal(t, name, got.header.Get("Content-Type"), test.contentType)
		equal(t, name, got.header.Get(test.header[0]), test.header[1])
		equal(t, name, got.body, test.body)
		if test.status == 0 {
			equal(t, name+": logged status", s.Requests()[0].Status, 0)
		}
		equal(t, name+": status after its last use", s.get(checkpointPath).status, 200)
	}
}

// What holds a response back lets it go when the client does, or else the server of start could not
// be shut down at the end of the test. Once the mock is closed it holds nothing back.
func TestFault_heldBack(t *testing.T) {
	for name, test := range map[string]struct {
		fault   atlasmock.Fault
		latency time.Duration
		closed  error
	}{
		"hang":             {atlasmock.FaultHang(), 0, io.EOF},
		"hang in the body": {atlasmock.FaultHangAfter(5), 0, io.ErrUnexpectedEOF},
		"delay":            {atlasmock.FaultDelay(time.Hour), 0, nil},
		"hold":             {atlasmock.FaultHold(make(chan struct{})), 0, nil},
		"drip":             {atlasmock.FaultDrip(time.Hour), 0, nil},
		"latency":          {atlasmock.FaultDelay(0), time.Hour, nil},
	} {
		s := start(t, atlasmock.WithLatency(test.latency))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s.Fail(test.fault.Repeat(2))
		go func() {
			for ctx.Err() == nil && s.Count("GET", checkpointPath) == 0 {
				runtime.Gosched()
			}
			time.AfterFunc(50*time.Millisecond, cancel)
		}()
		_, err := s.try(ctx)
		equalError(t, name, err, context.Canceled)

		s.Close()
		_, err = s.try(t.Context())
		equalError(t, name+", closed", err, test.closed)
	}
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
	s.Fail(atlasmock.FaultGzipBomb(500, 1_000_000).Repeat(2))
	zipped, err := s.try(t.Context())
	equalError(t, "reading", err, nil)
	equal(t, "Content-Encoding", zipped.header.Get("Content-Encoding"), "gzip")
	equal(t, "small on the wire", len(zipped.body) < 20_000, true)
	unzipped := s.get(checkpointPath) // by net/http
	equal(t, "status", unzipped.status, 500)
	equal(t, "size", len(unzipped.body), 1_000_000)
}

// A flood ends when the client has had enough, however large it claims to be.
func TestFault_floodStops(t *testing.T) {
	s := start(t)
	s.Fail(atlasmock.FaultFlood(200, 1<<40), atlasmock.FaultGzipBomb(200, 1<<40))
	for range 2 {
		resp, err := s.client.Do(s.request(t.Context(), "GET", checkpointPath, "",
			"Authorization", "Bearer "+accessToken, "Accept", version))
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
func TestFault_resetTLS(t *testing.T) {
	for proto, broken := range map[string]func(error) bool{
		"HTTP/1.1": func(err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		"HTTP/2.0": func(err error) bool { return err != nil && strings.Contains(err.Error(), "INTERNAL_ERROR") },
	} {
		s := start(t)
		server := httptest.NewUnstartedServer(s.Server)
		server.EnableHTTP2 = proto == "HTTP/2.0"
		server.StartTLS()
		t.Cleanup(server.Close)
		s.url, s.client = server.URL, server.Client()
		s.Fail(atlasmock.FaultReset())
		_, err := exchange(s.client, s.request(t.Context(), "GET", checkpointPath, "", "Authorization", "Bearer "+accessToken))
		if !broken(err) {
			t.Errorf("%s: got error %v", proto, err)
		}
		equal(t, "the log's protocol", s.Requests()[0].Proto, proto)
		equal(t, "status after its last use", s.get(checkpointPath).status, 200)
	}
}

func TestFault_raw(t *testing.T) {
	const half = "HTTP/1.1 200 OK\r\nContent-"
	s := start(t)
	s.Fail(atlasmock.FaultRaw(half).Early(), atlasmock.FaultRawReset(half).Early())
	for _, want := range []error{nil, syscall.ECONNRESET} {
		answer, err := s.raw("GET " + checkpointPath + " HTTP/1.1\r\nHost: h\r\n\r\n")
		equal(t, "bytes", answer, half)
		equalError(t, "end", err, want)
	}
}
