// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net"
	"regexp"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// secure is a scene whose mock listens once more, over TLS.
func secure(t *testing.T, login acctest.Login, listener net.Listener, config *tls.Config, block acctest.Config) *acctest.Scene {
	t.Helper()
	s := acctest.New(t, login)
	serve(t, listener, s.Atlas, config)
	return s.MustConfigure(with(block, "base_url", "https://"+listener.Addr().String()))
}

var times = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z`)

// Certificates are verified by the system's authorities, which on Linux are those in SSL_CERT_FILE.
// None is tried again: a moment later it is the same certificate.
func TestTLS_refused(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	future := func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)
	}
	elsewhere := func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)} }
	client := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }
	demanding := trusted.serving(nil)
	demanding.MinVersion, demanding.ClientAuth = tls.VersionTLS13, tls.RequireAnyClientCert
	for name, config := range map[string]*tls.Config{
		"unknown authority":           newAuthority().serving(nil),
		"not valid yet":               trusted.serving(future),
		"wrong address":               trusted.serving(elsewhere),
		"for clients only":            trusted.serving(client),
		"client certificate demanded": demanding,
	} {
		for _, request := range []string{"bearer read", "handshake", "token request"} {
			t.Run(name+"/"+request, func(t *testing.T) {
				t.Parallel()
				// On a busy machine a handshake takes its time, and no text may depend on it.
				s := secure(t, requests[request].login, loopback(t), config, acctest.Config{"retry": impatient["retry"]})
				_, got := readOrders(s, nil)
				if config == demanding {
					// The server's word may be lost with the connection that it ends: then trying
					// again finds out.
					got.One(t, "Error: TLS with Atlas failed", "certificate required", "may demand a client certificate")
				} else {
					golden.Is(t, name+", "+request, times.ReplaceAllString(got.String(), "TIME"))
					if waits := s.Clock.Waits(); len(waits) > 0 {
						t.Errorf("waited %v to try again", waits)
					}
				}
				if n := s.Atlas.Count("", ""); n != 0 {
					t.Errorf("%d requests arrived", n)
				}
			})
		}
	}
}

// An authority in SSL_CERT_FILE is trusted, with HTTP/2 and without; what goes wrong with such
// connections once leaves no trace.
func TestTLS_trusted(t *testing.T) {
	t.Parallel()
	faults := map[string]atlasmock.Fault{"nothing": {}}
	maps.Copy(faults, broken)
	maps.Copy(faults, silences)
	for protocol, offered := range map[string]string{"HTTP/1.1": "http/1.1", "HTTP/2.0": "h2"} {
		for name, request := range requests {
			t.Run(protocol+"/"+name, func(t *testing.T) {
				t.Parallel()
				for fault := range faults {
					config := trusted.serving(nil)
					config.NextProtos = []string{offered}
					s := secure(t, request.login, loopback(t), config, impatient)
					s.Atlas.Fail(request.at(faults[fault]))
					recovers(t, s)
					for _, r := range s.Atlas.Requests() {
						if r.Proto != protocol {
							t.Errorf("%s: request over %s", fault, r.Proto)
						}
					}
				}
			})
		}
	}
	for name, greeting := range map[string]string{
		"silent in the handshake":     "",
		"half a handshake":            "\x16\x03\x03\x00\x7a\x02",
		"closed before the handshake": closed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			silent := &listener{Listener: loopback(t), accepted: silence(t, greeting, 1)}
			recovers(t, secure(t, acctest.AccessToken, silent, trusted.serving(nil), impatient))
		})
	}
}
