// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag

import (
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// byNetworkKind explains the failures to get a response.
var byNetworkKind = map[rest.Kind]explanation{
	rest.KindProxy: {"The proxy can't be used", "",
		"Check HTTPS_PROXY and HTTP_PROXY, the proxy's user name and password in them included, and that the proxy lets " +
			"this host through. Of a proxy's logins only Basic works, not NTLM or Negotiate. NO_PROXY names hosts that are " +
			"reached without the proxy."},
	rest.KindNameResolution: {"The Atlas host name can't be resolved", "",
		"Check that this machine can resolve names (DNS)."},
	rest.KindConnectionRefused: {"The connection to Atlas was refused", "",
		"Nothing listens at that address and port, or a firewall refuses."},
	rest.KindUnreachable: {"Atlas can't be reached", "",
		"No connection could be made. A firewall may drop it, or there is no route to that address."},
	rest.KindHandshake: {"The TLS handshake was not completed", "",
		"A connection was made, but the TLS handshake was cut off or never answered. Check any firewall or proxy on the " +
			"way: some drop the large first message of a current TLS handshake. Try it with " +
			"GODEBUG=tlsmlkem=0 in the environment, which makes it smaller."},
	rest.KindTLS: {"TLS with Atlas failed", "",
		"Server and provider could not agree on an encrypted connection, and a retry does not help. The server may demand a " +
			"client certificate or renegotiation, which the provider does not support, speak only TLS 1.1 or older, or not " +
			"speak TLS at all at that port. Check base_url and any proxy on the way; whoever runs the server must enable " +
			"TLS 1.2 or 1.3."},
	rest.KindUnknownAuthority: {"The certificate's authority is unknown", "",
		"The server's certificate was issued by an authority that this machine does not trust. If a company proxy inspects " +
			"TLS, add its authority to the system's trusted ones, or name a file of them in SSL_CERT_FILE (Linux)."},
	rest.KindHostname: {"The certificate is for another host", "",
		"The server's certificate does not carry the host name in base_url. Use the name that it was issued for."},
	rest.KindCertificate: {"The certificate is not valid", "",
		"See the reason above; a retry does not help. Whoever runs the server must replace the certificate: by one that has " +
			"not expired, names its hosts as subject alternative names, has a positive serial number and a key of a usual " +
			"size (RSA with 2048 to 8192 bits, or ECDSA). If it has expired, or is not valid yet, check this machine's clock first."},
	rest.KindConnectionLost: {"Connection to Atlas lost", "",
		"This is often temporary: try again. If it persists, look for a proxy, gateway or firewall that ends connections early."},
}

// explainNetwork adds the settings that decide where a connection goes.
func explainNetwork(e *rest.Error, known explanation) explanation {
	switch e.Kind {
	case rest.KindNameResolution, rest.KindConnectionRefused, rest.KindUnreachable, rest.KindHandshake:
	default:
		return known
	}
	if !isAtlas(e.Host) {
		known.advice += " Check the host and port in base_url."
	}
	switch e.Proxy {
	case rest.NoProxy:
		known.advice += " HTTPS_PROXY is not set, so that NO_PROXY has no effect: set HTTPS_PROXY if this machine reaches the " +
			"internet through a proxy only."
	case rest.ProxyExcluded:
		known.advice += " HTTPS_PROXY is set but not used, since NO_PROXY leaves this host out or it is this machine itself: " +
			"check both."
	case rest.ThroughProxy:
		known.advice += " The connection went through the proxy in HTTPS_PROXY: check that too."
	}
	return known
}
