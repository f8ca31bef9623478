// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestError_temporary(t *testing.T) {
	for status, want := range map[int]bool{
		408: true, 425: true, 429: true, 500: true, 502: true, 503: true, 504: true, 507: true, 509: true, 520: true, 530: true, 598: true, 599: true,
		201: false, 204: false, 304: false, 400: false, 402: false, 403: false, 404: false, 405: false, 406: false, 409: false, 410: false, 418: false,
		421: false, 451: false, 499: false, 501: false, 505: false, 506: false, 508: false, 510: false, 511: false, 600: false, 999: false,
	} {
		if e := (&Error{Kind: KindStatus, Response: &Response{Status: status}}); e.Temporary() != want {
			t.Errorf("status %d: got %t", status, e.Temporary())
		}
	}
	for kind := KindStatus; kind <= KindConnectionLost; kind++ {
		earlier := &Error{Kind: kind, Response: &Response{Status: 503}, Earlier: true}
		if want := kind == KindTimeout || kind == KindStaleNonce; earlier.Temporary() != want {
			t.Errorf("kind %d: got %t", kind, earlier.Temporary())
		}
	}
}

func TestNetworkKind(t *testing.T) {
	operation := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	handshake := func(cause error) error { return &handshakeError{cause: cause} }
	for name, test := range map[string]struct {
		err       error
		kind      Kind
		temporary bool
	}{
		"closed client":          {errClosed, KindConnectionLost, false},
		"reset":                  {operation("read", syscall.ECONNRESET), KindConnectionLost, true},
		"closed":                 {io.EOF, KindConnectionLost, true},
		"body that ends early":   {io.ErrUnexpectedEOF, KindConnectionLost, true},
		"alert of our own":       {operation("local error", tls.AlertError(20)), KindConnectionLost, true},
		"refused":                {operation("dial", syscall.ECONNREFUSED), KindConnectionRefused, true},
		"refused on Windows":     {operation("dial", os.NewSyscallError("connectex", syscall.Errno(10061))), KindConnectionRefused, true},
		"no route":               {operation("dial", syscall.EHOSTUNREACH), KindUnreachable, true},
		"silent":                 {os.ErrDeadlineExceeded, KindUnreachable, true},
		"unknown host":           {operation("dial", &net.DNSError{IsNotFound: true}), KindNameResolution, false},
		"name server fails":      {operation("dial", &net.DNSError{IsTemporary: true}), KindNameResolution, true},
		"proxy variable":         {&proxyVariableError{variable: "HTTPS_PROXY"}, KindProxy, false},
		"proxy refused":          {operation("proxyconnect", syscall.ECONNREFUSED), KindProxy, true},
		"proxy without TLS":      {operation("proxyconnect", tls.RecordHeaderError{}), KindProxy, false},
		"SOCKS proxy":            {operation("socks connect", syscall.ECONNREFUSED), KindProxy, true},
		"proxy says 407":         {&ProxyError{Status: 407}, KindProxy, false},
		"proxy says 500":         {fmt.Errorf("connect: %w", &ProxyError{Status: 500}), KindProxy, true},
		"alert after handshake":  {operation("remote error", tls.AlertError(116)), KindTLS, false},
		"renegotiation":          {operation("local error", errors.New("tls: no renegotiation")), KindTLS, false},
		"no TLS":                 {tls.RecordHeaderError{}, KindTLS, false},
		"handshake without TLS":  {handshake(tls.RecordHeaderError{}), KindTLS, false},
		"alert in handshake":     {handshake(operation("remote error", tls.AlertError(70))), KindTLS, false},
		"own alert in handshake": {handshake(operation("local error", tls.AlertError(40))), KindTLS, false},
		"handshake cut by read":  {handshake(operation("read", syscall.ECONNRESET)), KindHandshake, true},
		"handshake cut by write": {handshake(operation("write", syscall.EPIPE)), KindHandshake, true},
		"handshake cut":          {handshake(io.EOF), KindHandshake, true},
		"handshake ends early":   {handshake(io.ErrUnexpectedEOF), KindHandshake, true},
		"handshake given up":     {handshake(net.ErrClosed), KindHandshake, true},
		"silent handshake":       {handshake(os.ErrDeadlineExceeded), KindHandshake, true},
		"unknown authority":      {handshake(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), KindUnknownAuthority, false},
		"no authorities":         {handshake(x509.SystemRootsError{}), KindUnknownAuthority, false},
		"wrong name":             {handshake(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a"}}, Host: "b"}), KindHostname, false},
		"Common Name only":       {handshake(&tls.CertificateVerificationError{Err: errors.New("relies on legacy Common Name field")}), KindCertificate, false},
		"expired":                {handshake(x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}), KindCertificate, false},
		"malformed certificate":  {handshake(errors.New("tls: failed to parse certificate")), KindCertificate, false},
		"weak key":               {handshake(errors.New("x509: RSA key too small")), KindCertificate, false},
		"no common version":      {handshake(errors.New("tls: unsupported version")), KindTLS, false},
	} {
		t.Run(name, func(t *testing.T) {
			if kind, temporary := networkKind(test.err); kind != test.kind || temporary != test.temporary || !kind.Network() {
				t.Errorf("got kind %d, temporary: %t; want %d, %t", kind, temporary, test.kind, test.temporary)
			}
		})
	}
}

func TestError_text(t *testing.T) {
	notFound := &Response{Status: 404, Code: "GROUP_NOT_FOUND", Detail: "No group.", Reason: "unused", Excerpt: "unused"}
	for want, e := range map[string]Error{
		"GET host/path: HTTP 404 Not Found: GROUP_NOT_FOUND: No group.": {Response: notFound, Attempts: 1},
		"GET host/path: HTTP 502 Bad Gateway (attempt 2)":               {Response: &Response{Status: 502}, Attempts: 2},
		"GET host/path: HTTP 599: X: a problem":                         {Response: &Response{Status: 599, Code: "X"}, Problem: "a problem"},
		"GET host/path: a problem":                                      {Response: notFound, Earlier: true, Problem: "a problem"},
	} {
		e.Method, e.Host, e.Path = "GET", "host", "/path"
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if e.Earlier && (e.Code() != "" || e.Status() != 0) {
			t.Errorf("got %s of %d for a response to another attempt", e.Code(), e.Status())
		}
	}
}
