// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// explainNetwork tells apart the ways in which a server can't be reached.
func explainNetwork(e *rest.Error) explanation {
	var (
		dns          *net.DNSError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		verification *tls.CertificateVerificationError
	)
	switch {
	case proxyFailed(e):
		return explanation{"The proxy can't be used", "",
			"Check HTTPS_PROXY and HTTP_PROXY, the proxy's user name and password in them included, and that the proxy lets " +
				"this host through. NO_PROXY names hosts that are reached without the proxy."}
	case errors.As(e, &dns):
		return explanation{"The Atlas host name can't be resolved", "",
			"Check the host in base_url, and that this machine can resolve names (DNS)."}
	case errors.Is(e, syscall.ECONNREFUSED):
		return explanation{"The connection to Atlas was refused", "",
			"Nothing listens at that address and port, or a firewall refuses. Check base_url, and whether this machine needs a " +
				"proxy (HTTPS_PROXY)."}
	case errors.As(e, &authority):
		return explanation{"The certificate's authority is unknown", "",
			"The server's certificate was issued by an authority that this machine does not trust. If a company proxy inspects " +
				"TLS, add its authority to the system's trusted ones, or name a file of them in SSL_CERT_FILE (Linux)."}
	case errors.As(e, &hostname):
		return explanation{"The certificate is for another host", "",
			"The server's certificate does not carry the host name in base_url. Use the name that it was issued for."}
	case errors.As(e, &verification):
		return explanation{"The certificate is not valid", "",
			"See the reason above. An expired certificate must be renewed on the server; check this machine's clock, too."}
	case handshakeFailed(e):
		return explanation{"TLS with Atlas failed", "",
			"Server and provider could not agree on an encrypted connection: the server may want a client certificate, speak only " +
				"TLS 1.1 or older, or not speak TLS at all at that port. Check base_url and any proxy on the way."}
	case unreachable(e):
		return explanation{"Atlas can't be reached", "",
			"No connection could be made. A firewall may drop it, or there is no route to that address. Check base_url, and " +
				"whether this machine needs a proxy (HTTPS_PROXY)."}
	default:
		return explanation{"The connection to Atlas broke", "",
			"This is often temporary: try again. If it stays, look for a proxy, gateway or firewall that ends connections early."}
	}
}

func proxyFailed(e *rest.Error) bool {
	var proxy *rest.ProxyError
	op := operation(e)
	return errors.As(e, &proxy) || op == "proxyconnect" || strings.HasPrefix(op, "socks")
}

// handshakeFailed looks at names and texts where crypto/tls has no type to look for.
func handshakeFailed(e *rest.Error) bool {
	var record tls.RecordHeaderError
	switch operation(e) {
	case "remote error", "local error":
		return true
	}
	return errors.As(e, &record) || strings.HasPrefix(e.Problem, "tls: ")
}

func unreachable(e *rest.Error) bool {
	var network net.Error
	return operation(e) == "dial" || errors.As(e, &network) && network.Timeout()
}

func operation(e *rest.Error) string {
	var operation *net.OpError
	if !errors.As(e, &operation) {
		return ""
	}
	return operation.Op
}
