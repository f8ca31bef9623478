// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
)

// errWindowsRefused is what a refused connection is on Windows (WSAECONNREFUSED), where Go's
// ECONNREFUSED is a number that the system does not know.
const errWindowsRefused = syscall.Errno(10061)

// networkKind says at which point a failure to get a response happened, and whether the same
// request may succeed a moment later. It is the only place that takes errors of net, crypto/tls and
// crypto/x509 apart.
func networkKind(err error) (kind Kind, temporary bool) {
	var (
		dns       *net.DNSError
		proxy     *ProxyError
		variable  *proxyVariableError
		handshake *handshakeError
		timeout   net.Error
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
		return KindProxy, !isRecordHeader(err)
	case errors.As(err, &dns):
		return KindNameResolution, !dns.IsNotFound
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, errWindowsRefused):
		return KindConnectionRefused, true
	case errors.As(err, &handshake):
		return handshakeKind(handshake.cause)
	case op == "remote error", op == "local error" && strings.Contains(err.Error(), "renegotiation"), isRecordHeader(err):
		// An alert of the other side, such as TLS 1.3 sends after the handshake.
		return KindTLS, false
	case op == "dial", errors.As(err, &timeout) && timeout.Timeout():
		return KindUnreachable, true
	default:
		return KindConnectionLost, true
	}
}

// isRecordHeader reports a server that does not speak TLS.
func isRecordHeader(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record)
}

// certificatesProblem says what is wrong with the file of trusted authorities that SSL_CERT_FILE
// names: crypto/x509 does without one that it can't use.
func certificatesProblem() string {
	name := os.Getenv("SSL_CERT_FILE")
	if name == "" {
		return ""
	}
	data, err := os.ReadFile(name) //nolint:gosec // the user's own
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "SSL_CERT_FILE names a file that does not exist"
	case err != nil:
		return "SSL_CERT_FILE names a file that can't be read"
	case len(data) == 0:
		return "SSL_CERT_FILE names an empty file"
	case !x509.NewCertPool().AppendCertsFromPEM(data):
		return "SSL_CERT_FILE names a file without a certificate in PEM"
	}
	return ""
}

// handshakeError is the failure of a TLS handshake.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string { return "TLS handshake: " + e.cause.Error() }
func (e *handshakeError) Unwrap() error { return e.cause }

// handshakeKind tells a handshake that was cut off from one that was refused: that one ends in the
// same way each time.
func handshakeKind(err error) (kind Kind, temporary bool) {
	var (
		authority    x509.UnknownAuthorityError
		roots        x509.SystemRootsError
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
	case errors.As(err, &authority), errors.As(err, &roots):
		return KindUnknownAuthority, false
	case errors.As(err, &hostname) && !strings.Contains(text, "Common Name"):
		return KindHostname, false
	case errors.As(err, &verification), strings.Contains(text, "certificate"), strings.Contains(text, "x509"):
		// A certificate that can't be parsed, or whose key is too small or too large, has no type
		// of its own.
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
