// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Once a client is closed, no goroutine and no connection of it is left, whatever became of its
// reads. The server goes on: a connection that the client keeps would show by the goroutine that
// serves it.
func TestClose_leavesNothingBehind(t *testing.T) {
	const reads = 4
	twice := func(c *atlas.Config) {
		c.Retry = retry.Policy{MaxAttempts: 2, MinDelay: time.Millisecond, MaxDelay: time.Millisecond}
	}
	impatient := func(c *atlas.Config) {
		twice(c)
		c.RequestTimeout = 20 * time.Millisecond
	}
	for name, test := range map[string]struct {
		credentials auth.Credentials
		options     []atlasmock.Option
		faults      []atlasmock.Fault
		settings    []atlastest.Option
		canceled    bool
		want        rest.Kind // zero for success
	}{
		"API key":           {credentials: atlastest.APIKey},
		"service account":   {credentials: atlastest.ServiceAccount},
		"access token":      {credentials: atlastest.AccessToken},
		"single-use nonces": {credentials: atlastest.APIKey, options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{SingleUse: true})}},
		"wrong credentials": {credentials: auth.APIKey{PublicKey: "other", PrivateKey: "other"}, want: rest.KindCredentials},
		"no response": {
			credentials: atlastest.AccessToken, faults: forever(atlasmock.FaultHang()), settings: []atlastest.Option{impatient}, want: rest.KindTimeout,
		},
		"half a response": {
			credentials: atlastest.AccessToken, faults: forever(atlasmock.FaultHangAfter(10)), settings: []atlastest.Option{impatient}, want: rest.KindTimeout,
		},
		"no handshake": {
			credentials: atlastest.APIKey, faults: forever(atlasmock.FaultHang().Early()), settings: []atlastest.Option{impatient}, want: rest.KindTimeout,
		},
		"no token": {
			credentials: atlastest.ServiceAccount, faults: forever(atlasmock.FaultHang().On(atlasmock.MatchToken).Early()),
			settings: []atlastest.Option{impatient}, want: rest.KindTimeout,
		},
		"cut bodies": {
			credentials: atlastest.AccessToken, faults: forever(atlasmock.FaultCutBody(10)), settings: []atlastest.Option{twice}, want: rest.KindConnectionLost,
		},
		"resets": {
			credentials: atlastest.AccessToken, faults: forever(atlasmock.FaultReset()), settings: []atlastest.Option{twice}, want: rest.KindConnectionLost,
		},
		"redirects": {
			credentials: atlastest.AccessToken, faults: forever(atlasmock.FaultRedirect(http.StatusFound, "/elsewhere")), want: rest.KindRedirect,
		},
		"canceled during a request": {
			credentials: atlastest.ServiceAccount, faults: forever(atlasmock.FaultHang()), canceled: true, want: rest.KindCanceled,
		},
		"canceled during a wait": {
			credentials: atlastest.ServiceAccount, canceled: true, want: rest.KindCanceled,
			faults: forever(atlasmock.FaultStatus(http.StatusTooManyRequests, "", "").With("Retry-After", "3600")),
		},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/HTTP2=%t", name, http2), func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				mock := atlastest.NewMock(t, test.options...)
				for _, fault := range test.faults {
					if test.canceled {
						fault = striking(fault, cancel)
					}
					mock.Fail(fault)
				}
				server := httptest.NewUnstartedServer(mock)
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.EnableHTTP2 = http2
				server.StartTLS()
				defer server.Close()
				before := goleak.IgnoreCurrent()

				client := atlastest.NewClient(server.URL, test.credentials, append(test.settings, atlastest.WithTransport(trusting(server)))...)
				for _, err := range atlastest.Parallel(reads, func(int) error { return atlastest.Read(ctx, client) }) {
					if test.want != 0 {
						_ = atlastest.WantKind(t, err, test.want)
					} else if err != nil {
						t.Error(err)
					}
				}
				client.Close(context.Background())

				wantNothingLeft(t, before)
			})
		}
	}
}

// A connection that is still being made when the client is closed is given up.
func TestClose_givesUpConnectionsBeingMade(t *testing.T) {
	// The connection is never accepted, so that the TLS handshake does not end.
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	before := goleak.IgnoreCurrent()
	client := atlastest.NewClient("https://"+listener.Addr().String(), atlastest.AccessToken, atlastest.WithAttempts(1),
		atlastest.WithTimeout(20*time.Millisecond))
	_ = atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindTimeout)
	client.Close(context.Background())
	wantNothingLeft(t, before)
}

func forever(fault atlasmock.Fault) []atlasmock.Fault {
	return []atlasmock.Fault{fault.Repeat(atlasmock.Forever)}
}

// striking calls back when the fault strikes for the first time.
func striking(fault atlasmock.Fault, strikes func()) atlasmock.Fault {
	return fault.On(func(r *http.Request) bool {
		matches := atlasmock.MatchAPI(r)
		if matches {
			strikes()
		}
		return matches
	})
}

// wantNothingLeft waits until the goroutines that are about to end have ended.
func wantNothingLeft(t *testing.T, before goleak.Option) {
	t.Helper()
	var err error
	for range 10 { // of about half a second each
		if err = goleak.Find(before); err == nil {
			return
		}
	}
	t.Error(err)
}

// trusting is a transport that trusts a test server.
func trusting(server *httptest.Server) *http.Transport {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
}
