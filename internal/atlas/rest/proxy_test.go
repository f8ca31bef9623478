// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestTransport_proxyThatRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		status       int
		field, value string // of the response
		reason       string
		temporary    bool
	}{
		"without a reason": {status: 403},
		"Squid":            {status: 407, field: "X-Squid-Error", value: "ERR_ACCESS_DENIED 0", reason: " (ERR_ACCESS_DENIED)"},
		"NTLM":             {status: 407, field: "Proxy-Authenticate", value: "NTLM", reason: " (it offers the login NTLM)"},
		"several logins":   {status: 407, field: "Proxy-Authenticate", value: `Negotiate, Basic realm="x"`, reason: " (it offers the login Negotiate)"},
		"unavailable":      {status: 503, temporary: true},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy got %s with %v", r.Method, r.Header)
				}
				w.Header().Set(test.field, test.value)
				w.WriteHeader(test.status)
			}))
			t.Cleanup(proxy.Close)
			e := throughProxy(t, strings.Replace(proxy.URL, "//", "//user:proxy-password@", 1))
			want := fmt.Sprintf("proxy %s: HTTP %d%s", proxy.Listener.Addr(), test.status, test.reason)
			if e.Kind != KindProxy || e.Problem != want || e.Proxy != ThroughProxy || e.Temporary() != test.temporary {
				t.Errorf("got %+v, want %q", e, want)
			}
		})
	}
}

// Nearly all proxies are reached without TLS, also for https.
func TestTransport_proxyWithoutTLS(t *testing.T) {
	proxy := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(proxy.Close)
	e := throughProxy(t, strings.Replace(proxy.URL, "http://", "https://", 1))
	const want = "the proxy does not speak TLS itself: its URL must begin with http:// instead of https://"
	if e.Kind != KindProxy || e.Temporary() || e.Problem != want {
		t.Errorf("got %+v", e)
	}
}

// throughProxy fails to read through a proxy.
func throughProxy(t *testing.T, address string) *Error {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport()
	transport.Proxy = http.ProxyURL(u)
	return newReader(t, "https://atlas.test", transport).mustFail(t)
}

// A variable that can't be read is no reason to connect without the proxy.
func TestTransport_proxyVariables(t *testing.T) {
	const broken = "http://user:pass%zzword@proxy.test:3128"
	for name, test := range map[string]struct {
		variable, value, noProxy string
		to                       string // https://atlas.test unless set
		proxy, problem           string
		use                      ProxyUse
	}{
		"none":                     {variable: "HTTPS_PROXY"},
		"URL":                      {variable: "HTTPS_PROXY", value: "http://user:pass@proxy.test", proxy: "http://user:pass@proxy.test", use: ThroughProxy},
		"host":                     {variable: "https_proxy", value: "proxy.test:3128", proxy: "http://proxy.test:3128", use: ThroughProxy},
		"not for this host":        {variable: "HTTPS_PROXY", value: "proxy.test", noProxy: "atlas.test", use: ProxyExcluded},
		"http":                     {variable: "HTTP_PROXY", value: "proxy.test", to: "http://atlas.test", proxy: "http://proxy.test", use: ThroughProxy},
		"http, not for this host":  {variable: "HTTP_PROXY", value: "proxy.test", noProxy: "atlas.test", to: "http://atlas.test", use: ProxyExcluded},
		"for https, to http":       {variable: "HTTPS_PROXY", value: "proxy.test", to: "http://atlas.test"},
		"for http, to https":       {variable: "HTTP_PROXY", value: "proxy.test"},
		"stray percent sign":       {variable: "HTTPS_PROXY", value: broken, problem: "HTTPS_PROXY", use: ThroughProxy},
		"in lower case":            {variable: "https_proxy", value: broken, problem: "HTTPS_PROXY", use: ThroughProxy},
		"line end":                 {variable: "HTTPS_PROXY", value: "http://proxy.test:3128\n", problem: "HTTPS_PROXY", use: ThroughProxy},
		"no host":                  {variable: "HTTPS_PROXY", value: "http://", problem: "HTTPS_PROXY", use: ThroughProxy},
		"invalid port":             {variable: "HTTPS_PROXY", value: "http://proxy.test:port", problem: "HTTPS_PROXY", use: ThroughProxy},
		"invalid, for http":        {variable: "HTTP_PROXY", value: broken, to: "http://atlas.test", problem: "HTTP_PROXY", use: ThroughProxy},
		"invalid, not for it":      {variable: "HTTPS_PROXY", value: broken, noProxy: "atlas.test", use: ProxyExcluded},
		"invalid, of other scheme": {variable: "HTTP_PROXY", value: broken},
	} {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "no_proxy", "REQUEST_METHOD"} {
				t.Setenv(name, "")
			}
			t.Setenv(test.variable, test.value)
			t.Setenv("NO_PROXY", test.noProxy)
			if test.to == "" {
				test.to = "https://atlas.test"
			}
			transport := newTransport()
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, test.to, nil)
			proxy, err := transport.Proxy(req)
			got, problem := "", ""
			if proxy != nil {
				got = proxy.String()
			}
			if err != nil {
				problem = strings.TrimSuffix(err.Error(), " in the environment is not a valid URL")
			}
			if use := proxyUse(transport, req); got != test.proxy || problem != test.problem || use != test.use {
				t.Errorf("got proxy %q, use %d, error %v", got, use, err)
			}
		})
	}
	if use := proxyUse(&http.Transport{}, nil); use != NoProxy {
		t.Errorf("got %d for a transport without proxies", use)
	}
}
