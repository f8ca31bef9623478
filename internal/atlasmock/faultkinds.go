// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"net/http"
	"time"
)

// FaultStatus responds with an error as Atlas' application writes it; an empty errorCode is left
// out. After authentication it obeys the envelope and pretty parameters like any other response.
func FaultStatus(status int, errorCode, detail string, params ...any) Fault {
	return Fault{Status: status, err: newAPIError(status, errorCode, detail, params...)}
}

// FaultBody responds with this body and nothing of Atlas'. An empty content type is left out.
func FaultBody(status int, contentType, body string) Fault {
	fault := Fault{Status: status, Body: body}
	if contentType != "" {
		fault = fault.With("Content-Type", contentType)
	}
	return fault
}

// FaultHTML responds with a gateway's error page.
func FaultHTML(status int) Fault {
	page := htmlPage(status)
	return Fault{Status: status, Header: page.header, Body: string(page.body)}
}

// FaultRedirect responds with a redirect.
func FaultRedirect(status int, location string) Fault {
	return Fault{Status: status}.With("Location", location)
}

// FaultOAuth responds to requests for a token with the token endpoint's own form of error, before
// their credentials are looked at.
func FaultOAuth(status int, code, description string) Fault {
	ans := oauthError(status, code, description)
	return Fault{
		Match:      MatchToken,
		BeforeAuth: true,
		Status:     status,
		Header:     ans.header,
		Body:       string(ans.body),
	}
}

// FaultDelay gives the true response, later.
func FaultDelay(d time.Duration) Fault {
	return Fault{Delay: d}
}

// FaultHold gives the true response once release is closed.
func FaultHold(release <-chan struct{}) Fault {
	return Fault{Hold: release}
}

// FaultHang never responds. The connection ends when the client goes away or the server is closed.
func FaultHang() Fault {
	return Fault{send: func(s *Server, _ http.ResponseWriter, r *http.Request, _ response) {
		s.awaitEnd(r)
		abort()
	}}
}

// FaultHangAfter sends the header and n bytes of the true body, then hangs like [FaultHang].
func FaultHangAfter(n int) Fault {
	return Fault{send: func(s *Server, w http.ResponseWriter, r *http.Request, a response) {
		a.writePart(w, n, len(a.body))
		s.awaitEnd(r)
		abort()
	}}
}

// FaultDrip sends the true body byte by byte, with a pause before each.
func FaultDrip(pause time.Duration) Fault {
	return Fault{send: func(s *Server, w http.ResponseWriter, r *http.Request, a response) {
		a.writePart(w, 0, len(a.body))
		flusher := http.NewResponseController(w)
		for _, b := range a.body {
			s.pause(r.Context(), pause)
			if _, err := w.Write([]byte{b}); err != nil {
				abort()
			}
			_ = flusher.Flush() // the next write reports what is wrong
		}
	}}
}

// FaultCutBody sends the header and n bytes of the true body, then closes the connection.
func FaultCutBody(n int) Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writePart(w, n, len(a.body))
		abort()
	}}
}

// FaultCutChunked is [FaultCutBody] with chunked transfer: no length tells how much is missing.
func FaultCutChunked(n int) Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writePart(w, n, unknownLength)
		abort()
	}}
}

// FaultCloseAfter gives the true response and then closes the connection, unannounced.
func FaultCloseAfter() Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writePart(w, len(a.body), len(a.body))
		abort()
	}}
}

// FaultReset resets the connection instead of responding.
func FaultReset() Fault {
	return FaultRawReset("")
}

// FaultResetAfter sends the header and n bytes of the true body, then resets the connection.
func FaultResetAfter(n int) Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writePart(w, n, len(a.body))
		hijack(w, "", true)
	}}
}

// FaultRaw sends these bytes as they are, status line included, then closes the connection. For
// lies that net/http refuses to tell, such as a wrong Content-Length.
func FaultRaw(raw string) Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, _ response) {
		hijack(w, raw, false)
	}}
}

// FaultRawReset sends these bytes as they are, then resets the connection.
func FaultRawReset(raw string) Fault {
	return Fault{send: func(_ *Server, w http.ResponseWriter, _ *http.Request, _ response) {
		hijack(w, raw, true)
	}}
}

// FaultFlood responds with a JSON string of that many bytes, as long as the client takes them.
func FaultFlood(status int, size int64) Fault {
	fault := FaultBody(status, "application/json", "")
	fault.send = func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writeHead(w, unknownLength)
		flood(w, size)
	}
	return fault
}

// FaultGzipBomb is [FaultFlood] behind gzip, which shrinks it a thousandfold.
func FaultGzipBomb(status int, size int64) Fault {
	fault := FaultBody(status, "application/json", "").With("Content-Encoding", "gzip")
	fault.send = func(_ *Server, w http.ResponseWriter, _ *http.Request, a response) {
		a.writeHead(w, unknownLength)
		bomb(w, size)
	}
	return fault
}
