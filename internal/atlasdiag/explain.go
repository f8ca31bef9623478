// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag

import (
	"fmt"
	"strings"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// explanation is what a kind of failure means to a user.
type explanation struct {
	// summary is static: the same failure always has the same one.
	summary string
	// attribute is the argument of the data source at fault, if it is one.
	attribute string
	// advice says what to do next.
	advice string
}

const (
	projectID   = "project_id"
	clusterName = "cluster_name"
)

func explain(op atlas.Operation, of atlas.Target, e *rest.Error) explanation {
	switch e.Kind {
	case rest.KindStatus:
		return explainResponse(op, of, e)
	case rest.KindCredentials:
		return explainCredentials(e)
	case rest.KindNoAccess:
		return explanation{"No access to the Atlas project", projectID, fmt.Sprintf(`
			Atlas accepted the credentials (%s), but they have no access to this project. Check project_id, and add the
			API key or service account to the project with the role Project Read Only.`, e.Origin)}
	case rest.KindNoChallenge:
		return explanation{"Digest authentication is not offered", "", fmt.Sprintf(`
			An API key (%s) needs HTTP Digest, and the server did not ask for that. Check base_url: it must lead to Atlas,
			and a gateway on the way must pass on the WWW-Authenticate header. Behind a gateway that can't, authenticate
			with a service account (client_id, client_secret).`, e.Origin)}
	case rest.KindMalformed:
		return explainMalformed(e)
	case rest.KindNameResolution, rest.KindConnectionRefused, rest.KindUnreachable, rest.KindHandshake:
		return explainUnreachable(e)
	default:
		return byKind[e.Kind]
	}
}

// byKind explains the failures that mean the same wherever they happen.
var byKind = map[rest.Kind]explanation{
	rest.KindStaleNonce: {"Digest nonces are refused", "", `
		The API key may well be right: the server refuses even a nonce that it has just issued. Look for a gateway or
		load balancer that delays requests or spreads them over servers that don't know each other's nonces, or
		authenticate with a service account (client_id, client_secret). If the key worked a moment ago, see whether it
		has been deleted meanwhile.`},
	rest.KindRedirect: {"Atlas redirected the request", "", `
		The provider follows no redirects, so that credentials go to no other place than base_url. If that other place
		is Atlas or your gateway to it, set base_url to it. If it is a login page, a proxy or portal wants you to sign
		in first.`},
	rest.KindTooLarge: {"The response is too large", "",
		"Atlas sends nothing that large here. Check base_url: something else seems to have responded in its place."},
	rest.KindMismatch: {"The response does not match the request", "", `
		The response was not used. Look for a cache or gateway on the way to Atlas that mixes up responses; without one,
		please report this to the provider's developers.`},
	rest.KindCanceled: {"The read was interrupted", "", "Nothing was changed: run Terraform again."},
	rest.KindTimeout: {"Atlas did not respond in time", "", `
		Check that this machine can reach the host, and whether it needs a proxy (HTTPS_PROXY, NO_PROXY). If Atlas is
		just slow, raise request_timeout in the provider block, which bounds one attempt, or timeouts.read in the block
		that reads, which bounds all of them.`},
	rest.KindProxy: {"The proxy can't be used", "", `
		Check HTTPS_PROXY and HTTP_PROXY, the proxy's user name and password in them included, and that the proxy
		lets this host through. Of a proxy's logins only Basic works, not NTLM or Negotiate. NO_PROXY names hosts
		that are reached without the proxy.`},
	rest.KindNameResolution: {"The Atlas host name can't be resolved", "",
		"Check that this machine can resolve names (DNS)."},
	rest.KindConnectionRefused: {"The connection to Atlas was refused", "",
		"Nothing listens at that address and port, or a firewall refuses."},
	rest.KindUnreachable: {"Atlas can't be reached", "",
		"No connection could be made. A firewall may drop it, or there is no route to that address."},
	rest.KindHandshake: {"The TLS handshake was not completed", "", `
		A connection was made, but the TLS handshake was cut off or never answered. Check any firewall or proxy on
		the way: some drop the large first message of a current TLS handshake. Try it with GODEBUG=tlsmlkem=0 in
		the environment, which makes it smaller.`},
	rest.KindTLS: {"TLS with Atlas failed", "", `
		Server and provider could not agree on an encrypted connection, and a retry does not help. The server may
		demand a client certificate or renegotiation, which the provider does not support, speak only TLS 1.1 or
		older, or not speak TLS at all at that port. Check base_url and any proxy on the way; whoever runs the
		server must enable TLS 1.2 or 1.3.`},
	rest.KindUnknownAuthority: {"The certificate's authority is unknown", "", `
		The server's certificate was issued by an authority that this machine does not trust. If a company proxy
		inspects TLS, add its authority to the system's trusted ones, or name a file of them in SSL_CERT_FILE
		(Linux).`},
	rest.KindHostname: {"The certificate is for another host", "",
		"The server's certificate does not carry the host name in base_url. Use the name that it was issued for."},
	rest.KindCertificate: {"The certificate is not valid", "", `
		See the reason above; a retry does not help. Whoever runs the server must replace the certificate: by one
		that has not expired, names its hosts as subject alternative names, has a positive serial number and a key
		of a usual size (RSA with 2048 to 8192 bits, or ECDSA). If it has expired, or is not valid yet, check this
		machine's clock first.`},
	rest.KindConnectionLost: {"Connection to Atlas lost", "",
		"This is often temporary: try again. If it persists, look for a proxy, gateway or firewall that ends connections early."},
}

// causes are the likeliest reasons for which a credential is refused.
var causes = map[rest.Credential]string{
	rest.APIKey: `
		The two keys may be swapped or belong to two API keys, one may be mistyped or cut, or the API key has been
		deleted.`,
	rest.ServiceAccount: `
		The secret may have expired or been replaced, it may belong to another client ID, or the service account has
		been deleted.`,
	rest.AccessToken: `
		It has probably expired: an access token lives for an hour. Get a new one, or set client_id and client_secret,
		with which the provider gets and renews tokens by itself.`,
}

func explainCredentials(e *rest.Error) explanation {
	advice := fmt.Sprintf("%s does not accept the %s from %s. %s", e.Host, e.Credential, e.Origin, causes[e.Credential])
	if e.Credential == rest.ServiceAccount && !e.Token {
		advice = fmt.Sprintf(`
			%s issued a token for the service account from %s, and refuses it. Look for a gateway that changes the
			Authorization header, and whether the service account has been deleted.`, e.Host, e.Origin)
	}
	if e.Credential == rest.APIKey && !strings.HasPrefix(e.Path, "/api/") {
		advice += `
			Or the gateway changes the path in base_url on the way: digest signs the path, so that Atlas then refuses
			even the right key. A service account works behind such a gateway.`
	}
	advice += " The credentials of cloud.mongodb.com and cloud.mongodbgov.com (is_mongodbgov_cloud) are separate."
	return explanation{refused, "", orGateway(e, advice)}
}

const refused = "Atlas refused the credentials"

func explainMalformed(e *rest.Error) explanation {
	advice := `
		Check base_url: a gateway, a proxy or a sign-in page may have responded in Atlas' place. If Atlas itself
		answered, please report this, with the text above, to the provider's developers.`
	if !e.Token {
		advice += " A gateway that hides the HTTP status needs envelope = true in the provider block."
	}
	return explanation{"Unexpected response from Atlas", "", advice}
}

// explainUnreachable adds the settings that decide where a connection goes.
func explainUnreachable(e *rest.Error) explanation {
	known := byKind[e.Kind]
	if e.Host != atlas.Host && e.Host != atlas.GovernmentHost { // base_url is set
		known.advice += " Check the host and port in base_url."
	}
	switch e.Proxy {
	case rest.NoProxy:
		known.advice += `
			HTTPS_PROXY is not set, so that NO_PROXY has no effect: set HTTPS_PROXY if this machine reaches the
			internet through a proxy only.`
	case rest.ProxyExcluded:
		known.advice += `
			HTTPS_PROXY is set but not used, since NO_PROXY leaves this host out or it is this machine itself: check
			both.`
	case rest.ThroughProxy:
		known.advice += " The connection went through the proxy in HTTPS_PROXY: check that too."
	}
	return known
}
