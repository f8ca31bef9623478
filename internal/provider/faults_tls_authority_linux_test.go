// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority issues certificates.
type authority struct {
	t           *testing.T
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()

	a := &authority{t: t, key: newKey(t)}
	a.certificate = a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Authority of a test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, a.key)
	return a
}

// trust makes an authority the only one that this process trusts. It must not
// have trusted any before.
func trust(t *testing.T, a *authority) {
	t.Helper()

	file := filepath.Join(t.TempDir(), "authorities.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"SSL_CERT_FILE": file, "SSL_CERT_DIR": filepath.Dir(file)} {
		if err := os.Setenv(name, value); err != nil { //nolint:usetesting // t.Setenv is not for parallel tests
			t.Fatal(err)
		}
	}
}

// certificate is what is wrong with one; its zero value is good for loopback.
type certificate struct {
	from, to   time.Duration // from now
	name       string
	address    net.IP
	forClients bool
}

// serving is the configuration of a server with such a certificate.
func (a *authority) serving(c certificate) *tls.Config {
	a.t.Helper()

	if c.to == 0 {
		c.from, c.to = -time.Hour, time.Hour
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Server of a test"}, NotBefore: time.Now().Add(c.from), NotAfter: time.Now().Add(c.to),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	switch {
	case c.name != "":
		template.DNSNames = []string{c.name}
	case c.address != nil:
		template.IPAddresses = []net.IP{c.address}
	default:
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	if c.forClients {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	key := newKey(a.t)
	return &tls.Config{Certificates: []tls.Certificate{{
		Certificate: [][]byte{a.sign(template, a.certificate, key).Raw}, PrivateKey: key,
	}}}
}

// sign issues a certificate for a key; without a parent it signs itself.
func (a *authority) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	a.t.Helper()

	if parent == nil {
		parent = template
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return signed
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
