// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// networkKind says at which point a failure to get a response happened, and
// whether the same request may succeed a moment later. It is the only place that
// takes errors of net, crypto/tls and crypto/x509 apart.
func networkKind(err error) (kind Kind, temporary bool) {
	var (
		dns       *net.DNSError
		proxy     *ProxyError
		variable  *proxyVariableError
		handshake *handshakeError
		timeout   net.Error
		record    tls.RecordHeaderError
	)
	op := operation(err)
	switch {
	case errors.Is(err, errClosed):
		return KindConnectionLost, false
	case errors.As(err, &variable):
		return KindProxy, false
	case errors.As(err, &proxy):
		return KindProxy, proxy.Status >= http.StatusInternalServerError
	case op == "proxyconnect", strings.HasPrefix(op, "socks"):
		return KindProxy, true
	case errors.As(err, &dns):
		return KindNameResolution, !dns.IsNotFound
	case errors.Is(err, syscall.ECONNREFUSED):
		return KindConnectionRefused, true
	case errors.As(err, &handshake):
		return handshakeKind(handshake.cause)
	case op == "remote error", op == "local error" && strings.Contains(err.Error(), "renegotiation"), errors.As(err, &record):
		// An alert of the other side, such as TLS 1.3 sends after the handshake.
		return KindTLS, false
	case op == "dial", errors.As(err, &timeout) && timeout.Timeout():
		return KindUnreachable, true
	default:
		return KindConnectionLost, true
	}
}

// handshakeError is the failure of a TLS handshake.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string { return "TLS handshake: " + e.cause.Error() }
func (e *handshakeError) Unwrap() error { return e.cause }

// handshakeKind tells a handshake that was cut off from one that was judged: that
// one ends in the same way each time.
func handshakeKind(err error) (kind Kind, temporary bool) {
	var (
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		verification *tls.CertificateVerificationError
		timeout      net.Error
	)
	op, text := operation(err), err.Error()
	switch {
	case op == "remote error", op == "local error":
		return KindTLS, false
	case op == "read", op == "write", errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.As(err, &timeout) && timeout.Timeout():
		return KindHandshake, true
	case errors.As(err, &authority):
		return KindUnknownAuthority, false
	case errors.As(err, &hostname) && !strings.Contains(text, "Common Name"):
		return KindHostname, false
	case errors.As(err, &verification), strings.Contains(text, "certificate"), strings.Contains(text, "x509"):
		// A certificate that can't be parsed, or whose key is too small or too
		// large, has no type of its own.
		return KindCertificate, false
	default:
		return KindTLS, false
	}
}

func operation(err error) string {
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return e.Op
	}
	return ""
}
