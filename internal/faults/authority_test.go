// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

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
	"time"
)

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// trusted is the one authority that the tests' process trusts.
var trusted = newAuthority()

func newAuthority() *authority {
	a := &authority{key: newKey()}
	a.certificate = a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Authority of a test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, a.key)
	return a
}

// trust makes an authority the only one of this process, and returns what removes its file.
func trust(a *authority) (remove func()) {
	dir := must(os.MkdirTemp("", "authorities"))
	file := filepath.Join(dir, "authorities.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
	must(0, os.WriteFile(file, block, 0o600))
	must(0, os.Setenv("SSL_CERT_FILE", file))
	must(0, os.Setenv("SSL_CERT_DIR", dir))
	return func() { _ = os.RemoveAll(dir) }
}

// must is for what fails only if the machine does.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// serving is the configuration of a server with a certificate for loopback, unless change makes
// another of it.
func (a *authority) serving(change func(*x509.Certificate)) *tls.Config {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Server of a test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if change != nil {
		change(template)
	}
	key := newKey()
	return &tls.Config{Certificates: []tls.Certificate{{
		Certificate: [][]byte{a.sign(template, a.certificate, key).Raw}, PrivateKey: key,
	}}}
}

// sign issues a certificate for a key; without a parent it signs itself.
func (a *authority) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	if parent == nil {
		parent = template
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), a.key))))
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }
