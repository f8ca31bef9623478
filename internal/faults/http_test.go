// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const huge = 1 << 30

// raw answers with what follows the status line, as it is.
func raw(status int, rest string) atlasmock.Fault {
	return atlasmock.FaultRaw(fmt.Sprintf("HTTP/1.1 %d Whatever\r\n%s", status, rest))
}

// bodies are what may come with an error status: it survives each of them.
var bodies = map[string]func(status int) atlasmock.Fault{
	"Atlas' own": func(status int) atlasmock.Fault {
		return atlasmock.FaultStatus(status, "SOME_CODE", "Words of Atlas.", "p1", 2)
	},
	"empty": func(status int) atlasmock.Fault { return atlasmock.FaultBody(status, "", "") },
	"HTML": func(status int) atlasmock.Fault {
		return atlasmock.FaultBody(status, "text/html",
			"<html><style>p{}</style><h1>Gateway</h1>\n<p>Words of\x1b[31m a gateway.</p></html>")
	},
	"JSON of another shape": func(status int) atlasmock.Fault {
		return atlasmock.FaultBody(status, "application/json", `{"message": {"text": "words of a gateway"}, "errorCode": 7}`)
	},
	"1 GiB":     func(status int) atlasmock.Fault { return atlasmock.FaultFlood(status, huge) },
	"gzip bomb": func(status int) atlasmock.Fault { return atlasmock.FaultGzipBomb(status, huge>>6) },
	"gzip that is none": func(status int) atlasmock.Fault {
		return atlasmock.FaultBody(status, "application/json", `{"detail":"x"}`).With("Content-Encoding", "gzip")
	},
	"Content-Length too large": func(status int) atlasmock.Fault {
		return raw(status, "Content-Length: 1000\r\n\r\n"+`{"detail":"Words`)
	},
	// Without the announced end, the next attempt might get the connection, and what is left of the body.
	"Content-Length too small": func(status int) atlasmock.Fault {
		return raw(status, "Connection: close\r\nContent-Length: 12\r\n\r\n"+`{"detail":"Words of Atlas."}`)
	},
	"chunked and cut": func(status int) atlasmock.Fault {
		return raw(status, "Transfer-Encoding: chunked\r\n\r\n20\r\n"+`{"detail":"Words`)
	},
	"chunked and cut between chunks": func(status int) atlasmock.Fault {
		return raw(status, "Transfer-Encoding: chunked\r\n\r\nf\r\n"+`{"detail":"Words`+"\r\n")
	},
}

// The status decides what an error means, and survives every body. What can be
// told of the body is told.
func TestHTTP_statuses(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	test := func(status int, body string, attempts int) {
		name := fmt.Sprintf("%d %s", status, body)
		t.Run(name, func(t *testing.T) {
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			s.Atlas.Fail(bodies[body](status).Repeat(atlasmock.Forever))
			golden.Is(t, name, fails(t, s, nil))
			if n := s.Atlas.Count("", ""); n != attempts {
				t.Errorf("%d requests, want %d", n, attempts)
			}
			if attempts > 1 {
				s.Atlas.ClearFaults()
				s.Atlas.Fail(bodies[body](status))
				recovers(t, s, nil)
			}
		})
	}
	for body := range bodies {
		test(http.StatusNotFound, body, 1)
		test(http.StatusServiceUnavailable, body, 5)
	}
	for status, attempts := range map[int]int{
		400: 1, 401: 1, 402: 1, 403: 1, 406: 1, 408: 5, 409: 1, 410: 1, 418: 1, 425: 5, 429: 5, 500: 5, 501: 1, 502: 5, 504: 5, 520: 5,
	} {
		test(status, "Atlas' own", attempts)
	}
}

// With an API key, a 401 has more than one meaning. That survives every body, too.
func TestHTTP_unauthorized(t *testing.T) {
	t.Parallel()
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.APIKey).MustConfigure(nil)
			s.Atlas.Fail(body(401).Repeat(atlasmock.Forever).Early())
			_, got := readOrders(s, nil)
			got.One(t, "Error: Digest authentication is not offered", "HTTP 401 Unauthorized")
			s.Atlas.ClearFaults()
			s.Atlas.Fail(body(401).Repeat(atlasmock.Forever))
			_, got = readOrders(s, nil)
			got.One(t, "Error: No access to the Atlas project (project_id)", "HTTP 401 Unauthorized", "Project Read Only")
		})
	}
}

// Responses that are neither an error of Atlas' nor the document.
func TestHTTP_responses(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for name, tc := range map[string]struct {
		fault atlasmock.Fault
		// broken is true if the response does not come whole: then it is asked for again.
		broken bool
	}{
		"204":                    {fault: atlasmock.FaultBody(204, "", "")},
		"206":                    {fault: atlasmock.FaultBody(206, "application/json", "{}")},
		"300 without an address": {fault: atlasmock.FaultBody(300, "", "")},
		"304":                    {fault: atlasmock.FaultBody(304, "", "")},
		"status 999":             {fault: atlasmock.FaultRaw("HTTP/1.1 999 Go away\r\nContent-Length: 2\r\n\r\nno")},
		"200 with a sign-in page": {
			fault: atlasmock.FaultBody(200, "text/html", "<html><h1>Welcome</h1><form>Room: <input></form></html>"),
		},
		"200 without a body":                {fault: atlasmock.FaultBody(200, "application/json", "")},
		"200 with another object":           {fault: atlasmock.FaultBody(200, "application/json", `{"message": "blocked"}`)},
		"200 of 1 GiB":                      {fault: atlasmock.FaultFlood(200, huge)},
		"200 with a gzip bomb":              {fault: atlasmock.FaultGzipBomb(200, huge>>6)},
		"200 with gzip that is none":        {fault: atlasmock.Fault{}.With("Content-Encoding", "gzip"), broken: true},
		"200 with Content-Length too small": {fault: raw(200, "Content-Length: 10\r\n\r\n"+`{"id": "64ff86e9f3580c7d1b6a2e94"}`)},
		"200 with Content-Length too large": {fault: raw(200, "Content-Length: 1000\r\n\r\n{}"), broken: true},
		"200 with Content-Length negative":  {fault: raw(200, "Content-Length: -1\r\n\r\n{}"), broken: true},
		"200 with Content-Length twice":     {fault: raw(200, "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), broken: true},
		"200 with unknown transfer coding":  {fault: raw(200, "Transfer-Encoding: rot13\r\n\r\n{}"), broken: true},
		"200 chunked and cut":               {fault: raw(200, "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), broken: true},
		"200 with a chunk of no size":       {fault: raw(200, "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"), broken: true},
		"headers of 1 MiB":                  {fault: raw(200, "X: "+strings.Repeat("x", 1<<20)+"\r\n\r\n{}"), broken: true},
		"not HTTP":                          {fault: atlasmock.FaultRaw("SSH-2.0-OpenSSH_9.9\r\n"), broken: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			s.Atlas.Fail(tc.fault.Repeat(atlasmock.Forever))
			golden.Is(t, name, fails(t, s, nil))
			if tc.broken {
				s.Atlas.ClearFaults()
				s.Atlas.Fail(tc.fault)
				recovers(t, s, nil)
			}
		})
	}
}

// No redirect is followed: the credentials stay where the user sent them.
func TestHTTP_redirects(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			elsewhere := acctest.New(t, request.login)
			for _, status := range []int{301, 302, 303, 307, 308} {
				s := request.struck(t, nil, atlasmock.FaultRedirect(status, elsewhere.URL+"/x?y=z").Repeat(atlasmock.Forever))
				golden.Is(t, fmt.Sprintf("%d to a %s", status, name), fails(t, s, nil))
				want := 1
				if name == "signed read" {
					want = 2
				}
				if n := s.Atlas.Count("", ""); n != want {
					t.Errorf("%d: %d requests, want %d", status, n, want)
				}
			}
			if n := elsewhere.Atlas.Count("", ""); n != 0 {
				t.Errorf("%d requests followed", n)
			}
		})
	}
}

// Over a connection that the server calls switched to another protocol, it may
// send nothing for ever: the body of such a response has no end.
func TestHTTP_switchedProtocols(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	const response = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for name, more := range map[string]string{"and silence": "", "and words": "words"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken, silent(t, response+more, always)).MustConfigure(nil)
			golden.Is(t, name, fails(t, s, nil))
		})
	}
}

// A server that speaks first is something else than Atlas: a mail server, say.
func TestHTTP_speaksFirst(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken, connections(func(_ int, c net.Conn) net.Conn {
		t.Cleanup(func() { _ = c.Close() })
		_, _ = c.Write([]byte("220 mail.example.com ESMTP\r\n"))
		return nil
	})).MustConfigure(nil)
	_, got := readOrders(s, nil)
	got.One(t, "Error: Connection to Atlas lost", "No complete response: ", "after 5 attempts")
}

// Interim responses come before the true one.
func TestHTTP_interimResponses(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
	s.Atlas.Fail(atlasmock.FaultRaw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
		"HTTP/1.1 200 OK\r\n\r\n" + `{"id": "` + atlasmock.ReplicaSetCheckpointID + `", "restorable": true}`))
	got, diagnostics := readOrders(s, nil)
	diagnostics.None(t)
	if got["restorable"] != true {
		t.Errorf("got %v", got)
	}
}

// What a server sends after the end of its response is nothing that anybody asked
// for. net/http quotes it in the process's log, which Terraform shows with its own.
func TestAccHTTP_unsolicited(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken)
	s.Atlas.Fail(atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"id\":\"" + atlasmock.ShardedCheckpointID +
		"\"} Authorization: Bearer " + acctest.BearerToken))
	cli := acctest.NewCLI(t, s.HCL("", theCheckpoint), acctest.AccessToken.Env)
	cli.Env = append(cli.Env, "TF_LOG=TRACE")

	cli.Run("plan")

	shows(t, cli, "Sent Atlas request")
	for _, form := range acctest.AccessToken.Secrets[0].Forms() {
		if strings.Contains(cli.Output.String(), form) {
			t.Errorf("%q is in the log", form)
		}
	}
}
