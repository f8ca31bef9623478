// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// silences are the ways in which a server that took a request leaves it without
// a whole answer, but does not end the connection either.
var silences = map[string]atlasmock.Fault{
	"no headers":          atlasmock.FaultHang(),
	"no body":             atlasmock.FaultHangAfter(0),
	"half a body":         atlasmock.FaultHangAfter(40),
	"one byte per second": atlasmock.FaultDrip(time.Second),
}

var (
	patient = config{"retry": map[string]any{"max_attempts": 200, "max_delay": "1ms", "min_delay": "1ms"}}
	// Attempts are many where the fault ends, since a busy machine may need more
	// of them: the time that it takes is not what is tested.
	impatient = config{"request_timeout": "100ms", "retry": map[string]any{"max_attempts": 50, "max_delay": "1ms", "min_delay": "1ms"}}
	hasty     = config{"request_timeout": "50ms", "retry": map[string]any{"max_attempts": 2, "max_delay": "1ms", "min_delay": "1ms"}}

	shortRead = config{"timeouts": map[string]any{"read": "50ms"}}
)

// noAnswerIn expects the error of attempts that ran out of time.
func noAnswerIn(attempt, host string) diagnostic {
	return diagnostic{
		summary: "Atlas did not answer in time",
		detail: []string{
			host, "No complete answer within " + attempt + ".", "after 2 attempts",
			"Check that this machine can reach the host", "raise request_timeout", "timeouts.read",
		},
	}
}

// noAnswerForRead expects the error of a read that ran out of time in its first attempt.
func noAnswerForRead(host string) diagnostic {
	return diagnostic{
		summary: "Atlas did not answer in time",
		detail: []string{
			host, "No complete answer before the time for this read ran out.", "raise request_timeout", "timeouts.read",
		},
	}
}

func TestFaults_connection_silent(t *testing.T) {
	t.Parallel()

	for name, fault := range silences {
		for request, login := range logins {
			t.Run(name+"/"+request+"/once", func(t *testing.T) {
				t.Parallel()

				w := newWire(t, login, impatient, nil)
				w.atlas.Fail(login.at(fault))
				w.succeeds(nil)
			})
			t.Run(name+"/"+request+"/always", func(t *testing.T) {
				t.Parallel()

				w := newWire(t, login, hasty, nil)
				w.atlas.Fail(login.at(fault).Repeat(atlasmock.Forever))
				w.fails(nil, noAnswerIn("50ms", w.host))
			})
			t.Run(name+"/"+request+"/longer than the read", func(t *testing.T) {
				t.Parallel()

				w := newWire(t, login, nil, nil)
				w.atlas.Fail(login.at(fault).Repeat(atlasmock.Forever))
				w.fails(shortRead, noAnswerForRead(w.host))
			})
		}
	}
}

// silent makes a listener whose first connections answer with a beginning and
// then do nothing, ever.
func silent(t *testing.T, answer string, connections int) func(net.Listener) net.Listener {
	t.Helper()

	return func(l net.Listener) net.Listener {
		return &listener{Listener: l, accepted: func(n int, c net.Conn) net.Conn {
			if n >= connections {
				return c
			}
			if answer == closed {
				_ = c.Close()
				return nil
			}
			t.Cleanup(func() { _ = c.Close() })
			go func() {
				_, _ = c.Read(make([]byte, 1)) // who speaks first is no HTTP server
				_, _ = c.Write([]byte(answer))
			}()
			return nil
		}}
	}
}

const (
	always = 1 << 30
	// closed, in place of an answer, ends a connection at once.
	closed = "closed"
)

// A connection is made, but what should come over it first does not.
func TestFaults_connection_silentFromTheStart(t *testing.T) {
	t.Parallel()

	for name, answer := range map[string]string{
		"nothing":      "",
		"half a line":  "HTTP/1.1 20",
		"half headers": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			newWire(t, byToken, impatient, silent(t, answer, 1)).succeeds(nil)
			w := newWire(t, byToken, hasty, silent(t, answer, always))
			w.fails(nil, noAnswerIn("50ms", w.host))
			w = newWire(t, byToken, nil, silent(t, answer, always))
			w.fails(shortRead, noAnswerForRead(w.host))
		})
	}
	t.Run("TLS", func(t *testing.T) {
		t.Parallel()

		listener := loopback(t)
		serve(t, silent(t, "", always)(listener), nil)
		address := "https://" + listener.Addr().String()
		newWireTo(t, byToken, address, hasty, nil).fails(nil, noAnswerIn("50ms", listener.Addr().String()))
		newWireTo(t, byToken, address, nil, nil).fails(shortRead, noAnswerForRead(listener.Addr().String()))
	})
}
