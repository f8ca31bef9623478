// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestTransport_proxyThatRefuses(t *testing.T) {
	for status, temporary := range map[int]bool{403: false, 407: false, 500: true, 502: true, 503: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy got %s with %v", r.Method, r.Header)
				}
				w.WriteHeader(status)
			}))
			t.Cleanup(proxy.Close)
			address, err := url.Parse(proxy.URL)
			if err != nil {
				t.Fatal(err)
			}
			address.User = url.UserPassword("user", "proxy-password")
			transport := newTransport()
			transport.Proxy = http.ProxyURL(address)
			err = readOne(t, newReader(t, "https://atlas.test", transport))
			var (
				e       *Error
				refusal *ProxyError
			)
			if !errors.As(err, &e) || !errors.As(err, &refusal) || e.Temporary() != temporary {
				t.Fatalf("got %v, want temporary: %t", err, temporary)
			}
			if want := fmt.Sprintf("proxy %s: HTTP %d", address.Host, status); !strings.Contains(e.Problem, want) {
				t.Errorf("problem %q, want %q in it", e.Problem, want)
			}
			if strings.Contains(err.Error(), "proxy-password") {
				t.Errorf("shows the proxy's password: %v", err)
			}
		})
	}
}

func TestTransport_proxyThatSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		field, value, want string
	}{
		"Squid":   {"X-Squid-Error", "ERR_ACCESS_DENIED 0", "HTTP 407 (ERR_ACCESS_DENIED)"},
		"NTLM":    {"Proxy-Authenticate", "NTLM", "HTTP 407 (it offers the login NTLM)"},
		"several": {"Proxy-Authenticate", `Negotiate, Basic realm="x"`, "HTTP 407 (it offers the login Negotiate)"},
		"nothing": {"X", "", "HTTP 407"},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(test.field, test.value)
				w.WriteHeader(http.StatusProxyAuthRequired)
			}))
			t.Cleanup(proxy.Close)
			e := throughProxy(t, proxy.URL)
			if !strings.HasSuffix(e.Problem, test.want) || e.Proxy != ThroughProxy {
				t.Errorf("got %q, proxy %d", e.Problem, e.Proxy)
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
	var e *Error
	if !errors.As(readOne(t, newReader(t, "https://atlas.test", transport)), &e) {
		t.Fatal("no error")
	}
	return e
}

func TestTransport_saysWhetherAProxyIsSet(t *testing.T) {
	for want, variables := range map[ProxyUse][2]string{
		NoProxy: {"", ""}, ProxyExcluded: {"http://proxy.test:3128", "atlas.test"}, ThroughProxy: {"http://proxy.test:3128", ""},
	} {
		clearProxies(t)
		t.Setenv("HTTPS_PROXY", variables[0])
		t.Setenv("NO_PROXY", variables[1])
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := proxyUse(newTransport(), req); got != want {
			t.Errorf("%v: got %d, want %d", variables, got, want)
		}
	}
}

func clearProxies(t *testing.T) {
	t.Helper()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		t.Setenv(name, "")
	}
}

// A variable that can't be read is no reason to connect without the proxy.
func TestTransport_proxyVariables(t *testing.T) {
	const secret = "pass%zzword"
	for name, test := range map[string]struct {
		variable, value, noProxy string
		invalid                  bool
		proxy                    string
	}{
		"none":                 {variable: "HTTPS_PROXY"},
		"URL":                  {variable: "HTTPS_PROXY", value: "http://user:pass@proxy.test:3128", proxy: "http://user:pass@proxy.test:3128"},
		"host":                 {variable: "https_proxy", value: "proxy.test:3128", proxy: "http://proxy.test:3128"},
		"stray percent sign":   {variable: "HTTPS_PROXY", value: "http://user:" + secret + "@proxy.test:3128", invalid: true},
		"in lower case":        {variable: "https_proxy", value: "http://user:" + secret + "@proxy.test:3128", invalid: true},
		"line end":             {variable: "HTTPS_PROXY", value: "http://proxy.test:3128\n", invalid: true},
		"no host":              {variable: "HTTPS_PROXY", value: "http://", invalid: true},
		"port that is none":    {variable: "HTTPS_PROXY", value: "http://proxy.test:port", invalid: true},
		"invalid, not for it":  {variable: "HTTPS_PROXY", value: "http://user:" + secret + "@proxy.test", noProxy: "atlas.test"},
		"invalid, other's own": {variable: "HTTP_PROXY", value: "http://user:" + secret + "@proxy.test"},
	} {
		t.Run(name, func(t *testing.T) {
			clearProxies(t)
			t.Setenv(test.variable, test.value)
			t.Setenv("NO_PROXY", test.noProxy)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test/", nil)
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := newTransport().Proxy(req)
			got := ""
			if proxy != nil {
				got = proxy.String()
			}
			if got != test.proxy || (err != nil) != test.invalid {
				t.Errorf("got proxy %q, error %v", got, err)
			}
			if err == nil {
				return
			}
			if err.Error() != "HTTPS_PROXY in the environment is not a valid URL" {
				t.Errorf("got %v", err)
			}
			if kind, temporary := networkKind(err); kind != KindProxy || temporary {
				t.Errorf("got kind %d, temporary: %t", kind, temporary)
			}
		})
	}
}
