// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
)

// Answers of a name server: the flags of its header with the response code
// (RFC 1035, section 4.1.1).
const (
	dnsNoData   = "\x81\x80"
	dnsFailure  = "\x81\x82"
	dnsNoDomain = "\x81\x83"
)

// resolveWith makes a name server of the test's own that of the whole process.
func resolveWith(t *testing.T, answer func(query []byte) []byte) {
	t.Helper()

	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		query := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			if reply := answer(query[:n]); reply != nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// dnsAnswer repeats the question and gives no records.
func dnsAnswer(query []byte, flags string) []byte {
	const header = 12
	question := bytes.IndexByte(query[header:], 0) + len("\x00") + len("type") // and class, in two bytes each
	reply := append([]byte{query[0], query[1]}, flags+"\x00\x01\x00\x00\x00\x00\x00\x00"...)
	return append(reply, query[header:header+question]...)
}

// A name that can't be resolved. That it does not exist is final; that nobody
// knows is not.
func TestFaults_connection_dns(t *testing.T) {
	t.Parallel()

	for name, tc := range map[string]struct {
		answer func(query []byte) []byte
		read   config
		want   diagnostic
		waits  int
	}{
		"no such name": {
			answer: func(query []byte) []byte { return dnsAnswer(query, dnsNoDomain) },
			want:   unresolved("no such host"),
		},
		"no address": {
			answer: func(query []byte) []byte { return dnsAnswer(query, dnsNoData) },
			want:   unresolved("no such host"),
		},
		"server fails": {
			answer: func(query []byte) []byte { return dnsAnswer(query, dnsFailure) },
			want:   unresolved("server misbehaving", "after 5 attempts"),
			waits:  4,
		},
		"server silent": {
			answer: func([]byte) []byte { return nil },
			read:   shortRead,
			want:   noAnswerForRead("atlas.test"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if !alone(t) {
				return
			}
			resolveWith(t, tc.answer)
			clock := &wireClock{}
			w := newWireTo(t, byToken, "https://atlas.test", nil, nil, WithClock(clock))
			w.fails(tc.read, tc.want)
			if clock.n != tc.waits {
				t.Errorf("%d waits, want %d", clock.n, tc.waits)
			}
		})
	}
}

func unresolved(facts ...string) diagnostic {
	return diagnostic{
		summary: "The Atlas host name can't be resolved",
		detail:  append(facts, "lookup atlas.test", "Check the host in base_url", "DNS"),
	}
}

// The one test that may be skipped: not every host has IPv6.
func TestFaults_connection_ipv6(t *testing.T) {
	t.Parallel()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "[::1]:0")
	if err != nil {
		t.Skip("this host has no IPv6: ", err) //nolint:forbidigo // as said above
	}
	server := newAtlas(t, byToken)
	serve(t, listener, server)
	address := listener.Addr().String()
	if !strings.HasPrefix(address, "[::1]:") {
		t.Fatal(address)
	}
	w := newWireTo(t, byToken, "http://"+address, nil, server)
	w.atlas.Fail(broken["reset in body"].fault)
	w.succeeds(nil)
	for _, r := range server.Requests() {
		if r.Host != address {
			t.Errorf("Host: %s, want %s", r.Host, address)
		}
	}
}
