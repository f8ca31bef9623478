// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// newTransport returns a transport with connections of its own: Go's default,
// which trusts the system's authorities and takes proxies from the environment,
// but keeping as many idle connections to the one host it talks to as Terraform
// has parallel reads.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.MaxResponseHeaderBytes = 256 << 10
	t.OnProxyConnectResponse = proxyAnswer
	// A dead HTTP/2 connection would otherwise swallow every attempt of every read.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	return t
}

// ProxyError says that the proxy, not Atlas, refused a request.
type ProxyError struct {
	// Host is the proxy's host.
	Host string
	// Status is the HTTP status that the proxy answered with.
	Status int
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("proxy %s: HTTP %d", e.Host, e.Status)
}

func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Host: proxy.Host, Status: resp.StatusCode}
}

// lasting reports whether a failure to reach the server is one that trying
// again can't mend: a name that does not exist, a certificate that can't be
// trusted, a TLS handshake that one side refuses, a proxy that says no and does
// not merely fail, a client that was closed.
func lasting(err error) bool {
	if proxy, ok := errors.AsType[*ProxyError](err); ok {
		return proxy.Status < http.StatusInternalServerError
	}
	return unknownHost(err) || tlsFailure(err) || errors.Is(err, errClosed)
}
