// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// raw responds with what follows the status line, as it is.
func raw(status int, rest string) atlasmock.Fault {
	return atlasmock.FaultRaw(fmt.Sprintf("HTTP/1.1 %d Whatever\r\n%s", status, rest))
}

// bodies are what may come with an error status and break on the wire: the status survives each of
// them.
var bodies = map[string]func(status int) atlasmock.Fault{
	"gzip that is none": func(status int) atlasmock.Fault {
		return atlasmock.FaultBody(status, "application/json", `{"detail":"x"}`).With("Content-Encoding", "gzip")
	},
	"Content-Length too large": func(status int) atlasmock.Fault {
		return raw(status, "Content-Length: 1000\r\n\r\n"+`{"detail":"Words`)
	},
	// Without the announced end, the next attempt might get the connection, and what is left of the
	// body.
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

// The status decides what an error means, whatever becomes of its body. What the body says is
// shown.
func TestHTTP_statuses(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for status, attempts := range map[int]int{401: 1, 404: 1, 503: 5} {
		for body, fault := range bodies {
			name := fmt.Sprintf("%d %s", status, body)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
				s.Atlas.Fail(fault(status).Repeat(atlasmock.Forever))
				golden.Is(t, name, fails(t, s, nil))
				if n := s.Atlas.Count("", ""); n != attempts {
					t.Errorf("%d requests, want %d", n, attempts)
				}
				if attempts > 1 {
					s.Atlas.ClearFaults()
					s.Atlas.Fail(fault(status))
					recovers(t, s)
				}
			})
		}
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
		"206":                               {fault: atlasmock.FaultBody(206, "application/json", "{}")},
		"200 with gzip that is none":        {fault: atlasmock.Fault{}.With("Content-Encoding", "gzip"), broken: true},
		"200 with Content-Length too small": {fault: raw(200, "Content-Length: 10\r\n\r\n"+`{"id": "64ff86e9f3580c7d1b6a2e94"}`)},
		"200 with Content-Length negative":  {fault: raw(200, "Content-Length: -1\r\n\r\n{}"), broken: true},
		"200 with Content-Length twice":     {fault: raw(200, "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), broken: true},
		"200 with unknown transfer coding":  {fault: raw(200, "Transfer-Encoding: rot13\r\n\r\n{}"), broken: true},
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
				recovers(t, s)
			}
		})
	}
}

// No redirect is followed, whichever request it strikes: the credentials stay where the user sent
// them.
func TestHTTP_redirects(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			elsewhere := acctest.New(t, request.login)
			golden.Is(t, name, fails(t, request.struck(t, nil, atlasmock.FaultRedirect(307, elsewhere.URL+"/x?y=z")), nil))
			if n := elsewhere.Atlas.Count("", ""); n != 0 {
				t.Errorf("%d requests followed", n)
			}
		})
	}
}

// Over a connection that the server calls switched to another protocol, it may send nothing for
// ever: the body of such a response has no end.
func TestHTTP_switchedProtocols(t *testing.T) {
	t.Parallel()
	const response = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for _, words := range []string{"", "words"} {
		s := acctest.New(t, acctest.AccessToken, silent(t, response+words, always)).MustConfigure(nil)
		_, got := readOrders(s, nil)
		got.One(t, "Error: Unexpected status from Atlas", "HTTP 101 Switching Protocols")
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
