// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"crypto/md5" //nolint:gosec // what HTTP Digest asks for, not a choice of ours
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Digest says how HTTP Digest is done. Its zero value is what Atlas does.
type Digest struct {
	Algorithm string // MD5 (default) or SHA-256
	QOP       string // auth (default), or none as in RFC 2069
	Realm     string // default MMS Public API
	Opaque    string // if set, clients must send it back

	NonceLifetime time.Duration // default 60s; an older nonce is refused with stale=true
	MaxUses       int           // default 1024; a higher nonce count is refused with stale=true
	SingleUse     bool          // a nonce that was used is refused with stale=false
	AlwaysStale   bool          // every nonce is refused with stale=true
}

func (d Digest) withDefaults() Digest {
	if d.Algorithm == "" {
		d.Algorithm = "MD5"
	}
	if d.QOP == "" {
		d.QOP = "auth"
	}
	if d.Realm == "" {
		d.Realm = "MMS Public API"
	}
	if d.NonceLifetime == 0 {
		d.NonceLifetime = time.Minute
	}
	if d.MaxUses == 0 {
		d.MaxUses = 1024
	}
	return d
}

func (d Digest) validate() error {
	switch {
	case d.Algorithm != "MD5" && d.Algorithm != "SHA-256":
		return fmt.Errorf("digest: algorithm %q is neither MD5 nor SHA-256", d.Algorithm)
	case d.QOP != "auth" && d.QOP != "none":
		return fmt.Errorf("digest: qop %q is neither auth nor none", d.QOP)
	case d.NonceLifetime < 0 || d.MaxUses < 0:
		return fmt.Errorf("digest: nonce lifetime %s and uses %d must not be negative", d.NonceLifetime, d.MaxUses)
	}
	return nil
}

// challenges are the WWW-Authenticate fields of a 401, each with a nonce of its own.
func (s *Server) challenges(stale bool) []string {
	if s.config.challenges == nil {
		return []string{s.challenge(stale)}
	}
	fields := make([]string, 0, len(*s.config.challenges))
	for _, field := range *s.config.challenges {
		if strings.Contains(field, "%nonce%") {
			field = strings.ReplaceAll(field, "%nonce%", s.nonces.issue(s.config.now()))
		}
		fields = append(fields, strings.ReplaceAll(field, "%stale%", strconv.FormatBool(stale)))
	}
	return fields
}

// challenge is written the way that Atlas writes it, down to the empty domain and the quotes.
func (s *Server) challenge(stale bool) string {
	d := s.config.digest
	out := fmt.Sprintf(`Digest realm="%s", domain="", nonce="%s", algorithm=%s`,
		d.Realm, s.nonces.issue(s.config.now()), d.Algorithm)
	if d.QOP == "auth" {
		out += `, qop="auth"`
	}
	if d.Opaque != "" {
		out += fmt.Sprintf(`, opaque="%s"`, d.Opaque)
	}
	return out + fmt.Sprintf(`, stale=%t`, stale)
}

// authenticate says whether the request's credentials are accepted and, if not, whether only its
// nonce is to blame.
func (s *Server) authenticate(r *http.Request) (ok, stale bool) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		return s.tokens.accepts(credentials, s.config.now()), false
	case "digest":
		return s.verifyDigest(r, credentials)
	}
	return false, false
}

// verifyDigest checks the nonce before the response, as the authenticator does whose challenge
// Atlas writes: stale=true says nothing about the key.
func (s *Server) verifyDigest(r *http.Request, credentials string) (ok, stale bool) {
	d := s.config.digest
	p, err := parseParameters(credentials)
	if err != nil || p["realm"] != d.Realm || p["uri"] != r.RequestURI || p["opaque"] != d.Opaque {
		return false, false
	}
	algorithm, named := p["algorithm"]
	if !named {
		algorithm = "MD5"
	}
	if !strings.EqualFold(algorithm, d.Algorithm) {
		return false, false
	}
	count, ok := d.nonceCount(p)
	if !ok {
		return false, false
	}
	switch s.nonces.use(p["nonce"], count, s.config.now()) {
	case nonceStale:
		return false, true
	case nonceRefused:
		return false, false
	}

	private, known := s.config.apiKeys[p["username"]]
	return known && p["response"] == d.response(r.Method, private, p), false
}

// nonceCount reads nc. Without qop a client sends neither that nor cnonce, and the count is zero.
func (d Digest) nonceCount(p map[string]string) (uint64, bool) {
	if d.QOP == "none" {
		return 0, p["qop"] == "" && p["nc"] == "" && p["cnonce"] == ""
	}
	if p["qop"] != "auth" || p["cnonce"] == "" || len(p["nc"]) != 8 {
		return 0, false
	}
	count, err := strconv.ParseUint(p["nc"], 16, 32)
	return count, err == nil && count > 0
}

func (d Digest) response(method, private string, p map[string]string) string {
	secret := d.hash(p["username"] + ":" + d.Realm + ":" + private)
	request := d.hash(method + ":" + p["uri"])
	if d.QOP == "none" {
		return d.hash(secret + ":" + p["nonce"] + ":" + request)
	}
	return d.hash(strings.Join([]string{secret, p["nonce"], p["nc"], p["cnonce"], p["qop"], request}, ":"))
}

func (d Digest) hash(text string) string {
	if d.Algorithm == "SHA-256" {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum([]byte(text)) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}

// ExpireNonces makes every nonce that was handed out so far stale.
func (s *Server) ExpireNonces() {
	s.nonces.expireAll()
}
