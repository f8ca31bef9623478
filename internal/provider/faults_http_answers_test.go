// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// answers are those that are neither an error of Atlas' nor the document.
var answers = map[string]struct {
	fault   atlasmock.Fault
	summary string
	facts   []string
	// broken is true if the answer did not come whole: then it is asked for again.
	broken bool
}{
	"204": {
		fault: atlasmock.FaultBody(204, "", ""), summary: "Unexpected status from Atlas",
		facts: []string{"Atlas answered HTTP 204 No Content.\n", "Check base_url"},
	},
	"206": {
		fault: atlasmock.FaultBody(206, "application/json", "{}"), summary: "Unexpected status from Atlas",
		facts: []string{"Atlas answered HTTP 206 Partial Content.\n", "Check base_url"},
	},
	"300 without an address": {
		fault: atlasmock.FaultBody(300, "", ""), summary: "Unexpected status from Atlas",
		facts: []string{"Atlas answered HTTP 300 Multiple Choices.\n", "Check base_url"},
	},
	"304": {
		fault: atlasmock.FaultBody(304, "", ""), summary: "Unexpected status from Atlas",
		facts: []string{"Atlas answered HTTP 304 Not Modified.\n", "Check base_url"},
	},
	"status 999": {
		fault: atlasmock.FaultRaw("HTTP/1.1 999 Go away\r\nContent-Length: 2\r\n\r\nno"), summary: "Unexpected status from Atlas",
		facts: []string{"Atlas answered HTTP 999.\nThe answer begins: no\n"},
	},
	"200 with a sign-in page": {
		fault:   atlasmock.FaultBody(200, "text/html", "<html><h1>Welcome</h1><form>Room: <input></form></html>"),
		summary: undocumented,
		facts: []string{
			"Atlas answered HTTP 200 OK.\nProblem: not a JSON object: invalid character '<'",
			"The answer begins: Welcome Room:", "sign-in page", "Check base_url",
		},
	},
	"200 without a body": {
		fault: atlasmock.FaultBody(200, "application/json", ""), summary: undocumented,
		facts: []string{"Problem: not a JSON object: unexpected end (byte 0)."},
	},
	"200 of 1 GiB": {
		fault: atlasmock.FaultFlood(200, huge), summary: "The response is too large",
		facts: []string{"HTTP 200 OK", "above 8 MiB", "Check base_url"},
	},
	"200 with a gzip bomb": {
		fault: atlasmock.FaultGzipBomb(200, huge>>6), summary: "The response is too large",
		facts: []string{"HTTP 200 OK", "above 8 MiB", "Check base_url"},
	},
	"200 with gzip that is none": {
		fault: atlasmock.Fault{}.With("Content-Encoding", "gzip"), broken: true,
		facts: []string{"gzip: invalid header"},
	},
	"200 with Content-Length too small": {
		fault: raw("Content-Length: 10\r\n\r\n" + `{"id": "64ff86e9f3580c7d1b6a2e94"}`)(200), summary: undocumented,
		facts: []string{"Problem: not a JSON object: unexpected end (byte 10).", `The answer begins: {"id": "64` + "\n"},
	},
	"200 with Content-Length too large": {
		fault: raw("Content-Length: 1000\r\n\r\n" + `{"id": "64ff86e9f3580c7d1b6a2e94"}`)(200), broken: true,
		facts: []string{"the answer ended early"},
	},
	"200 with Content-Length negative": {
		fault: raw("Content-Length: -1\r\n\r\n{}")(200), broken: true, facts: []string{"Content-Length"},
	},
	"200 with Content-Length twice": {
		fault: raw("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")(200), broken: true, facts: []string{"Content-Length"},
	},
	"200 with unknown transfer coding": {
		fault: raw("Transfer-Encoding: rot13\r\n\r\n{}")(200), broken: true, facts: []string{"transfer encoding"},
	},
	"200 chunked and cut": {
		fault: raw("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")(200), broken: true, facts: []string{"the answer ended early"},
	},
	"200 with a chunk of no size": {
		fault: raw("Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n")(200), broken: true, facts: []string{"chunk"},
	},
	"headers of 1 MiB": {
		fault:  atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n{}"),
		broken: true, facts: []string{"headers exceeded 262144 bytes"},
	},
	"not HTTP": {
		fault: atlasmock.FaultRaw("SSH-2.0-OpenSSH_9.9\r\n"), broken: true,
		facts: []string{`malformed HTTP response "SSH-2.0-OpenSSH_9.9"`},
	},
}

const undocumented = "Unexpected response from Atlas"

func TestFaults_http_answers(t *testing.T) {
	t.Parallel()

	for name, tc := range answers {
		if tc.broken {
			tc.summary = "Connection to Atlas lost"
			tc.facts = append([]string{"No complete answer came: ", "after 5 attempts", "This is often temporary"}, tc.facts...)
			t.Run(name+"/once", func(t *testing.T) {
				t.Parallel()

				w := newWire(t, byToken, nil, nil)
				w.atlas.Fail(tc.fault)
				w.succeeds(nil)
			})
		}
		t.Run(name+"/always", func(t *testing.T) {
			t.Parallel()

			w := newWire(t, byToken, nil, nil)
			w.atlas.Fail(tc.fault.Repeat(atlasmock.Forever))
			w.fails(nil, diagnostic{summary: tc.summary, detail: tc.facts})
		})
	}
}

// Over a connection that the server calls switched to another protocol, it may
// send nothing for ever: the body of such an answer has no end.
func TestFaults_http_switchedProtocols(t *testing.T) {
	t.Parallel()

	const answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for name, said := range map[string]string{"and silence": "", "and words": "words"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWire(t, byToken, config{"request_timeout": "100ms"}, silent(t, answer+said, always))
			w.fails(nil, diagnostic{summary: "Unexpected status from Atlas", detail: []string{
				"Atlas answered HTTP 101 Switching Protocols.", "Check base_url",
			}})
		})
	}
}

// A server that speaks first is something else than Atlas: a mail server, say.
func TestFaults_http_speaksFirst(t *testing.T) {
	t.Parallel()

	w := newWire(t, byToken, nil, func(l net.Listener) net.Listener {
		return &listener{Listener: l, accepted: func(_ int, c net.Conn) net.Conn {
			t.Cleanup(func() { _ = c.Close() })
			_, _ = c.Write([]byte("220 mail.example.com ESMTP\r\n"))
			return nil
		}}
	})
	w.fails(nil, diagnostic{summary: "Connection to Atlas lost", detail: []string{
		w.host, "No complete answer came: ", "after 5 attempts",
	}})
}

// Interim answers come before the true one.
func TestFaults_http_interimAnswers(t *testing.T) {
	t.Parallel()

	w := newWire(t, byToken, nil, nil)
	document := `{"id": "64ff86e9f3580c7d1b6a2e94", "restorable": true}`
	w.atlas.Fail(atlasmock.FaultRaw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
		"HTTP/1.1 200 OK\r\n\r\n" + document + "\n"))
	got, diagnostics := w.readOrders(t.Context(), nil)
	assertDiagnostics(t, diagnostics)
	if plain(t, got["restorable"]) != true {
		t.Errorf("got %v", got)
	}
}

// Every field is optional, so that a document may say nothing at all. It is
// still one, and nothing is made up for it.
func TestFaults_http_otherObject(t *testing.T) {
	t.Parallel()

	w := newWire(t, byToken, nil, nil)
	w.atlas.Fail(atlasmock.FaultBody(200, "application/json", `{"message": "blocked"}`))
	_, diagnostics := w.readOrders(t.Context(), nil)
	assertDiagnostics(t, diagnostics, diagnostic{
		summary: notDocumented, detail: []string{"it has no id", "blocked", "envelope = true"},
	})
}
