// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"bytes"
	"context"
	"net"
	"strings"
)

// flags are those of the responses about the names that the name server knows something about, with
// their codes (RFC 1035, section 4.1.1).
var flags = map[string]string{
	"no-such-name.test": "\x81\x83",
	"no-address.test":   "\x81\x80",
	"server-fails.test": "\x81\x82",
}

// resolver asks a name server that runs as long as the process, which has but one resolver.
func resolver() *net.Resolver {
	conn := must((&net.ListenConfig{}).ListenPacket(context.Background(), "udp", "127.0.0.1:0"))
	go func() {
		query := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			if response := respond(query[:n]); response != nil {
				_, _ = conn.WriteTo(response, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// respond repeats the question and gives no records. What it has no flags for gets no response.
func respond(query []byte) []byte {
	const header = 12
	label := query[header+1 : header+1+int(query[header])]
	for name, flags := range flags {
		if strings.HasPrefix(name, string(label)+".") {
			question := bytes.IndexByte(query[header:], 0) + len("\x00") + len("type") // and class, in two bytes each
			response := append([]byte{query[0], query[1]}, flags+"\x00\x01\x00\x00\x00\x00\x00\x00"...)
			return append(response, query[header:header+question]...)
		}
	}
	return nil
}
