// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
)

// abort ends the connection (over HTTP/2, the stream) without finishing the response.
func abort() {
	panic(http.ErrAbortHandler)
}

// awaitEnd waits until the client goes away or the server is closed.
func (s *Server) awaitEnd(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.closed:
	}
}

// writePart sends the header, which claims length bytes, and the first n bytes of the body.
func (a response) writePart(w http.ResponseWriter, n, length int) {
	a.writeHead(w, length)
	_, _ = w.Write(a.body[:min(n, len(a.body))])
	_ = http.NewResponseController(w).Flush()
}

// hijack takes the connection over, sends the bytes and ends it: with a reset if asked to, else in
// order. HTTP/2 cannot be taken over; there the stream is reset.
func hijack(w http.ResponseWriter, response string, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		abort()
	}
	defer closeQuietly(conn)
	_, _ = io.WriteString(conn, response)
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok && reset {
		conn = secure.NetConn()
		defer closeQuietly(conn)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
}

// closeQuietly closes a connection that ends either way.
func closeQuietly(conn net.Conn) {
	_ = conn.Close()
}

// flood writes one JSON string of size bytes until the client has had enough.
func flood(w io.Writer, size int64) {
	filler := []byte(strings.Repeat("a", 32<<10))
	if _, err := io.WriteString(w, `"`); err != nil {
		return
	}
	for left := size - 2; left > 0; left -= int64(len(filler)) {
		if _, err := w.Write(filler[:min(left, int64(len(filler)))]); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"`)
}

func bomb(w io.Writer, size int64) {
	zipped, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		abort() // impossible: the level is a constant
	}
	flood(zipped, size)
	_ = zipped.Close()
}
