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
	answer := func(status int) *Error { return &Error{Kind: KindAnswer, Answer: &Answer{Status: status}} }
	network := func(cause error) *Error {
		e := &Error{cause: cause}
		e.Kind, e.temporary = networkKind(cause)
		return e
	}
	handshake := func(cause error) *Error { return network(&handshakeError{cause: cause}) }
	for name, test := range map[string]struct {
		err  *Error
		want bool
	}{
		"429": {answer(429), true},
		"500": {answer(500), true},
		"502": {answer(502), true},
		"503": {answer(503), true},
		"504": {answer(504), true},

		"204": {answer(204), false},
		"304": {answer(304), false},
		"400": {answer(400), false},
		"402": {answer(402), false},
		"403": {answer(403), false},
		"404": {answer(404), false},
		"406": {answer(406), false},
		"409": {answer(409), false},
		"410": {answer(410), false},
		"418": {answer(418), false},
		"501": {answer(501), false},
		"505": {answer(505), false},

		"answer of an earlier attempt": {&Error{Kind: KindAnswer, Answer: &Answer{Status: 503}, Earlier: true}, false},

		"timeout of an attempt": {&Error{Kind: KindTimeout}, true},
		"stale nonce":           {&Error{Kind: KindStaleNonce}, true},
		"credentials":           {&Error{Kind: KindCredentials}, false},
		"no access":             {&Error{Kind: KindNoAccess}, false},
		"no challenge":          {&Error{Kind: KindNoChallenge}, false},
		"redirect":              {&Error{Kind: KindRedirect}, false},
		"malformed":             {&Error{Kind: KindMalformed}, false},
		"too large":             {&Error{Kind: KindTooLarge}, false},
		"mismatch":              {&Error{Kind: KindMismatch}, false},
		"cancelled":             {&Error{Kind: KindCanceled}, false},

		"refused connection":      {network(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), true},
		"reset connection":        {network(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), true},
		"closed connection":       {network(io.EOF), true},
		"body that ends early":    {network(io.ErrUnexpectedEOF), true},
		"unknown host":            {network(&net.DNSError{IsNotFound: true}), false},
		"name server unreachable": {network(&net.DNSError{IsTemporary: true}), true},
		"proxy refused":           {network(&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}), true},
		"proxy says 407":          {network(&ProxyError{Status: 407}), false},
		"proxy says 503":          {network(fmt.Errorf("connect: %w", &ProxyError{Status: 503})), true},
		"unknown authority":       {handshake(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), false},
		"wrong name":              {handshake(x509.HostnameError{Certificate: &x509.Certificate{}}), false},
		"expired":                 {handshake(x509.CertificateInvalidError{Reason: x509.Expired}), false},
		"no system authorities":   {handshake(x509.SystemRootsError{}), false},
		"alert of the server":     {handshake(&net.OpError{Op: "remote error", Err: tls.AlertError(70)}), false},
		"alert of our own":        {network(&net.OpError{Op: "local error", Err: tls.AlertError(20)}), true},
		"cut off handshake":       {handshake(io.EOF), true},
		"silent handshake":        {handshake(os.ErrDeadlineExceeded), true},
		"own alert in one":        {handshake(&net.OpError{Op: "local error", Err: tls.AlertError(40)}), false},
		"renegotiation":           {network(&net.OpError{Op: "local error", Err: errors.New("tls: no renegotiation")}), false},
		"not TLS at all":          {handshake(tls.RecordHeaderError{}), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.err.Temporary(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
