// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// broken are the ways in which a connection ends while a response is awaited or arrives.
var broken = map[string]atlasmock.Fault{
	"reset before headers":  atlasmock.FaultReset(),
	"reset during headers":  atlasmock.FaultRawReset("HTTP/1.1 200 OK\r\nServer: x\r\n"),
	"reset after headers":   atlasmock.FaultResetAfter(0),
	"reset in body":         atlasmock.FaultResetAfter(40),
	"closed before headers": atlasmock.FaultRaw(""),
	"closed during headers": atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nServer: x\r\n"),
	"closed in a header":    atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Ty"),
	"closed after headers":  atlasmock.FaultCutBody(0),
	"closed in body":        atlasmock.FaultCutBody(40),
	"closed in chunks":      atlasmock.FaultCutChunked(40),
}

// A connection that breaks once is made again, whichever request of the read it carried. One that
// breaks each time is an error that says so.
func TestConnection_broken(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for how, fault := range broken {
		for name, request := range requests {
			t.Run(how+"/"+name, func(t *testing.T) {
				t.Parallel()
				recovers(t, request.struck(t, nil, fault))
				golden.Is(t, how+", "+name, fails(t, request.struck(t, nil, fault.Repeat(atlasmock.Forever)), nil))
			})
		}
	}
}

// Connections break, and gateways fail, while many read. Above all, nobody is told that the
// credentials are wrong: the server may have taken a nonce and its count before, and refuse whoever
// sends the same again, and be it net/http by itself.
func TestConnection_brokenAmongMany(t *testing.T) {
	t.Parallel()
	patient := acctest.Config{"retry": map[string]any{"max_attempts": 200, "max_delay": "1ms", "min_delay": "1ms"}}
	many := maps.Clone(requests)
	many["signed read, nonces for one use"] = requests["signed read"]
	for name, request := range many {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := atlasmock.WithDigest(atlasmock.Digest{SingleUse: strings.HasSuffix(name, "one use")})
			s := acctest.New(t, request.login, acctest.WithMock(rules)).MustConfigure(patient)
			s.Atlas.Fail(request.at(atlasmock.FaultHTML(http.StatusBadGateway).Repeat(8)))
			for _, fault := range broken {
				s.Atlas.Fail(request.at(fault.Repeat(8)))
			}
			together(func() { recovers(t, s) })
		})
	}
}

// net/http itself sends a request again if a connection breaks that it had kept. A server that saw
// both refuses the second signature, which says nothing about the credentials, nor about how often
// the server takes a nonce.
func TestConnection_resetWhileKept(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey).MustConfigure(acctest.Config{"retry": map[string]any{"max_attempts": 1}})
	for read, requests := range []int{
		2, // a handshake
		3, // reset, refused, and signed with a fresh nonce
		1, 1, 1,
	} {
		s.Atlas.ResetLog()
		if read == 1 {
			s.Atlas.Fail(atlasmock.FaultReset())
		}
		recovers(t, s)
		if n := s.Atlas.Count("", ""); n != requests {
			t.Errorf("read %d took %d requests, want %d", read+1, n, requests)
		}
	}
}

// Nothing listens, for one read and for many.
func TestConnection_refused(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for _, name := range []string{"bearer read", "handshake", "token request"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// What one read waits on the scene's clock, the others have less time.
			quick := acctest.Config{"retry": map[string]any{"min_delay": "1ms", "max_delay": "2ms"}}
			s := acctest.New(t, requests[name].login).MustConfigure(with(quick, "base_url", "http://"+bound(t).address))
			golden.Is(t, name, fails(t, s, nil))
			together(func() {
				_, got := readOrders(s, nil)
				got.One(t, "Error: The connection to Atlas was refused", "after 5 attempts")
			})
		})
	}
}

var (
	// Attempts are many where the fault ends, since a busy machine may need more of them: the time
	// that it takes is not what is tested.
	impatient = acctest.Config{
		"request_timeout": "100ms", "retry": map[string]any{"max_attempts": 50, "max_delay": "1ms", "min_delay": "1ms"},
	}
	hasty     = acctest.Config{"request_timeout": "50ms", "retry": map[string]any{"max_attempts": 2}}
	shortRead = acctest.Config{"timeouts": map[string]any{"read": "50ms"}}
)

// with adds an argument to those of a block.
func with(block acctest.Config, name string, value any) acctest.Config {
	more := acctest.Config{name: value}
	maps.Copy(more, block)
	return more
}

// The server comes up while the provider waits: at first it refuses connections, or not even makes
// one, since the queue of those that wait for it is full.
func TestConnection_serverComesUp(t *testing.T) {
	t.Parallel()
	for name, full := range map[string]bool{"refused": false, "never made": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port := bound(t)
			if full {
				port.fillQueue(t)
			}
			s := acctest.New(t, acctest.AccessToken).MustConfigure(with(impatient, "base_url", "http://"+port.address))
			s.Clock.Slept = func(waits int) {
				if waits == 2 {
					serve(t, port.listen(t), s.Atlas, nil)
				}
			}
			recovers(t, s)
		})
	}
}

// Not even a connection is made, ever.
func TestConnection_silentToConnect(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	port := bound(t)
	port.fillQueue(t)
	staysSilent(t, golden, "connection", func(block acctest.Config) *acctest.Scene {
		return acctest.New(t, acctest.AccessToken).MustConfigure(with(block, "base_url", "http://"+port.address))
	})
}

// staysSilent expects the errors of attempts that run out of their time, and of a read that does,
// from scenes with such arguments.
func staysSilent(t *testing.T, golden *acctest.Golden, name string, scene func(acctest.Config) *acctest.Scene) {
	t.Helper()
	golden.Is(t, name+", until the attempts end", fails(t, scene(hasty), nil))
	golden.Is(t, name+", until the read ends", fails(t, scene(nil), shortRead))
}

// silences are the ways in which a server that took a request leaves it without a whole response,
// but does not end the connection either.
var silences = map[string]atlasmock.Fault{
	"no headers":          atlasmock.FaultHang(),
	"no body":             atlasmock.FaultHangAfter(0),
	"half a body":         atlasmock.FaultHangAfter(40),
	"one byte per second": atlasmock.FaultDrip(time.Second),
}

func TestConnection_silent(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for how, fault := range silences {
		for name, request := range requests {
			t.Run(how+"/"+name, func(t *testing.T) {
				t.Parallel()
				recovers(t, request.struck(t, impatient, fault))
				staysSilent(t, golden, how+", "+name, func(block acctest.Config) *acctest.Scene {
					return request.struck(t, block, fault.Repeat(atlasmock.Forever))
				})
			})
		}
	}
}

// A connection is made, but what should come over it first does not.
func TestConnection_silentFromTheStart(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for name, beginning := range map[string]string{
		"nothing":      "",
		"half a line":  "HTTP/1.1 20",
		"half headers": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
		"no handshake": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secure := name == "no handshake"
			if !secure {
				recovers(t, acctest.New(t, acctest.AccessToken, silent(t, beginning, 1)).MustConfigure(impatient))
			}
			staysSilent(t, golden, name, func(block acctest.Config) *acctest.Scene {
				s := acctest.New(t, acctest.AccessToken, silent(t, beginning, always))
				if secure {
					block = with(block, "base_url", strings.Replace(s.URL, "http", "https", 1))
				}
				return s.MustConfigure(block)
			})
		})
	}
}

// A name that can't be resolved. That it does not exist is final; that nobody knows is not.
func TestConnection_names(t *testing.T) {
	t.Parallel()
	const unresolved = "Error: The Atlas host name can't be resolved"
	for host, tc := range map[string]struct {
		read  acctest.Config
		facts []string
		waits int
	}{
		"no-such-name.test":  {facts: []string{unresolved, "lookup no-such-name.test", "no such host", "Check the host and port in base_url", "DNS"}},
		"no-address.test":    {facts: []string{unresolved, "lookup no-address.test", "no such host"}},
		"server-fails.test":  {facts: []string{unresolved, "lookup server-fails.test", "server misbehaving", "after 5 attempts"}, waits: 4},
		"server-silent.test": {facts: []string{"Error: Atlas did not respond in time", "before the time for this read ran out"}, read: shortRead},
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(acctest.Config{"base_url": "https://" + host})
			_, got := readOrders(s, tc.read)
			got.One(t, tc.facts...)
			if n := len(s.Clock.Waits()); n != tc.waits {
				t.Errorf("%d waits, want %d", n, tc.waits)
			}
		})
	}
}

// The one test that may be skipped: not every host has IPv6.
func TestConnection_ipv6(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "[::1]:0")
	if err != nil {
		t.Skip("this host has no IPv6: ", err) //nolint:forbidigo // as said above
	}
	s := acctest.New(t, acctest.AccessToken)
	serve(t, listener, s.Atlas, nil)
	host := listener.Addr().String()
	s.MustConfigure(acctest.Config{"base_url": "http://" + host})
	s.Atlas.Fail(broken["reset in body"])
	recovers(t, s)
	for _, r := range s.Atlas.Requests() {
		if r.Host != host || !strings.HasPrefix(host, "[::1]:") {
			t.Errorf("Host: %s, want %s", r.Host, host)
		}
	}
}
