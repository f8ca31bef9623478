// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"net"
	"testing"
	"time"
)

// Certificates are judged by the system's authorities, which on Linux are those
// in SSL_CERT_FILE. Go reads them once a process, so each test has its own.
// None is tried again: a moment later it is the same certificate.
func TestFaults_tls(t *testing.T) {
	t.Parallel()

	for name, tc := range map[string]struct {
		server func(trusted, other *authority) *tls.Config
		want   diagnostic
		// lost is true if the server's word may be lost with the connection
		// that it ends: then trying again finds out.
		lost bool
	}{
		"unknown authority": {
			server: func(_, other *authority) *tls.Config { return other.serving(certificate{}) },
			want: diagnostic{summary: "The certificate's authority is unknown", detail: []string{
				"certificate signed by unknown authority", "SSL_CERT_FILE", "inspects TLS",
			}},
		},
		"expired": {
			server: func(trusted, _ *authority) *tls.Config {
				return trusted.serving(certificate{from: -2 * time.Hour, to: -time.Hour})
			},
			want: diagnostic{summary: "The certificate is not valid", detail: []string{
				"certificate has expired or is not yet valid", "replace the certificate", "this machine's clock",
			}},
		},
		"not valid yet": {
			server: func(trusted, _ *authority) *tls.Config {
				return trusted.serving(certificate{from: time.Hour, to: 2 * time.Hour})
			},
			want: diagnostic{summary: "The certificate is not valid", detail: []string{
				"certificate has expired or is not yet valid", "this machine's clock",
			}},
		},
		"wrong address": {
			server: func(trusted, _ *authority) *tls.Config {
				return trusted.serving(certificate{address: net.IPv4(127, 0, 0, 2)})
			},
			want: diagnostic{summary: "The certificate is for another host", detail: []string{
				"127.0.0.2", "not 127.0.0.1", "does not carry the host name in base_url",
			}},
		},
		"wrong name": {
			server: func(trusted, _ *authority) *tls.Config {
				return trusted.serving(certificate{name: "atlas.test"})
			},
			want: diagnostic{summary: "The certificate is for another host", detail: []string{
				"127.0.0.1", "does not carry the host name in base_url",
			}},
		},
		"for clients only": {
			server: func(trusted, _ *authority) *tls.Config {
				return trusted.serving(certificate{forClients: true})
			},
			want: diagnostic{summary: "The certificate is not valid", detail: []string{
				"certificate specifies an incompatible key usage", "See the reason above",
			}},
		},
		"client certificate demanded, TLS 1.2": {
			server: func(trusted, _ *authority) *tls.Config {
				config := trusted.serving(certificate{})
				config.ClientAuth, config.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
				return config
			},
			want: noTLS("handshake failure"),
		},
		"client certificate demanded, TLS 1.3": {
			server: func(trusted, _ *authority) *tls.Config {
				config := trusted.serving(certificate{})
				config.ClientAuth, config.MinVersion = tls.RequireAnyClientCert, tls.VersionTLS13
				return config
			},
			want: noTLS("certificate required"),
			lost: true,
		},
		"TLS 1.1 only": {
			server: func(trusted, _ *authority) *tls.Config {
				config := trusted.serving(certificate{})
				config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
				return config
			},
			want: noTLS("protocol version not supported"),
		},
		"not TLS at all": {
			server: func(*authority, *authority) *tls.Config { return nil },
			want:   noTLS("first record does not look like a TLS handshake"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if !alone(t) {
				return
			}
			trusted, other := newAuthority(t), newAuthority(t)
			trust(t, trusted)
			for request, login := range distinctLogins {
				t.Run(request, func(t *testing.T) {
					listener, server := loopback(t), newAtlas(t, login)
					if config := tc.server(trusted, other); config != nil {
						serveTLS(t, listener, server, config)
					} else {
						serve(t, listener, server)
					}
					clock := &wireClock{}
					w := newWireTo(t, login, "https://"+listener.Addr().String(), patient, server, WithClock(clock))
					assertDiagnostics(t, w.hides(login), tc.want)
					if clock.n != 0 && !tc.lost {
						t.Errorf("waited %d times to try again", clock.n)
					}
					if requests := server.Requests(); len(requests) != 0 {
						t.Errorf("requests arrived: %v", requests)
					}
				})
			}
		})
	}
}

func noTLS(alert string) diagnostic {
	return diagnostic{summary: "TLS with Atlas failed", detail: []string{
		alert, "may demand a client certificate", "TLS 1.1 or older", "Check base_url",
	}}
}

// An authority in SSL_CERT_FILE is trusted, with HTTP/2 and without; what goes
// wrong with such connections once leaves no trace.
func TestFaults_tls_trusted(t *testing.T) {
	t.Parallel()

	if !alone(t) {
		return
	}
	ours := newAuthority(t)
	trust(t, ours)
	for protocol, offered := range map[string][]string{"HTTP/1.1": {"http/1.1"}, "HTTP/2.0": {"h2"}} {
		for request, login := range logins {
			t.Run(protocol+"/"+request, func(t *testing.T) {
				t.Parallel()

				config := ours.serving(certificate{})
				config.NextProtos = offered
				listener, server := loopback(t), newAtlas(t, login)
				serveTLS(t, listener, server, config)
				w := newWireTo(t, login, "https://"+listener.Addr().String(), impatient, server)
				w.succeeds(nil)
				for _, r := range server.Requests() {
					if r.Proto != protocol {
						t.Errorf("request over %s", r.Proto)
					}
				}
				for _, tc := range broken {
					server.Fail(login.at(tc.fault))
					w.succeeds(nil)
				}
				for _, fault := range silences {
					server.Fail(login.at(fault))
					w.succeeds(nil)
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

			listener, server := loopback(t), newAtlas(t, byToken)
			serveTLS(t, silent(t, greeting, 1)(listener), server, ours.serving(certificate{}))
			newWireTo(t, byToken, "https://"+listener.Addr().String(), impatient, server).succeeds(nil)
		})
	}
}
