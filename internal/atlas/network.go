// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
)

func unknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// tlsFailure reports a failed verification or a refused handshake, as opposed
// to a connection that broke during one.
func tlsFailure(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		roots        x509.SystemRootsError
		record       tls.RecordHeaderError
		operation    *net.OpError
	)
	// An alert of the other side has no exported type, only this operation.
	if errors.As(err, &operation) && operation.Op == "remote error" {
		return true
	}
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &invalid) || errors.As(err, &roots) || errors.As(err, &record)
}
