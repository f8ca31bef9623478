// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"
)

// verdict is what becomes of a nonce that a client sent.
type verdict int

const (
	nonceAccepted verdict = iota
	nonceStale
	nonceRefused
)

// nonces hands out nonces and remembers how the live ones were used. A nonce signs itself, so that
// one which was dropped as expired can be distinguished from one that was never handed out.
type nonces struct {
	rules Digest
	key   []byte

	mu     sync.Mutex
	issued uint64
	live   map[string]*nonceUse
	oldest []string // the live ones, in order of age
}

type nonceUse struct {
	issued time.Time
	total  int
	counts map[uint64]bool
}

func newNonces(rules Digest) *nonces {
	return &nonces{rules: rules, key: []byte(rand.Text()), live: map[string]*nonceUse{}}
}

// issue makes a nonce of 32 base64 characters: a serial number and its signature.
func (n *nonces) issue(now time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dropExpired(now)
	n.issued++
	serial := binary.BigEndian.AppendUint64(nil, n.issued)
	nonce := base64.StdEncoding.EncodeToString(append(serial, n.sign(serial)...))
	n.live[nonce] = &nonceUse{issued: now, counts: map[uint64]bool{}}
	n.oldest = append(n.oldest, nonce)
	return nonce
}

// use checks a nonce with its count. A count of zero means that the client keeps none (no qop).
func (n *nonces) use(nonce string, count uint64, now time.Time) verdict {
	if !n.genuine(nonce) {
		return nonceRefused
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dropExpired(now)
	use, live := n.live[nonce]
	switch {
	case !live || n.rules.AlwaysStale:
		return nonceStale
	case n.rules.SingleUse && use.total > 0:
		return nonceRefused
	case count > 0 && use.counts[count]:
		return nonceRefused
	case use.total >= n.rules.MaxUses || count > uint64(n.rules.MaxUses): //nolint:gosec // validated above zero
		return nonceStale
	}
	use.total++
	use.counts[count] = true
	return nonceAccepted
}

func (n *nonces) expireAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.live)
	n.oldest = nil
}

func (n *nonces) dropExpired(now time.Time) {
	for len(n.oldest) > 0 && now.Sub(n.live[n.oldest[0]].issued) > n.rules.NonceLifetime {
		delete(n.live, n.oldest[0])
		n.oldest = n.oldest[1:]
	}
}

func (n *nonces) genuine(nonce string) bool {
	raw, err := base64.StdEncoding.DecodeString(nonce)
	return err == nil && len(raw) == 24 && hmac.Equal(raw[8:], n.sign(raw[:8]))
}

func (n *nonces) sign(serial []byte) []byte {
	mac := hmac.New(sha256.New, n.key)
	mac.Write(serial)
	return mac.Sum(nil)[:16]
}
