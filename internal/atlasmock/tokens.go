// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"crypto/rand"
	"sync"
	"time"
)

// maxLiveTokens is how many tokens a service account may hold at once.
const maxLiveTokens = 100

// tokens holds the bearer tokens that are accepted.
type tokens struct {
	static   map[string]bool
	lifetime time.Duration

	mu   sync.Mutex
	live map[string]grant
}

type grant struct {
	clientID string
	expires  time.Time
}

func newTokens(static map[string]bool, lifetime time.Duration) *tokens {
	return &tokens{static: static, lifetime: lifetime, live: map[string]grant{}}
}

func (t *tokens) issue(clientID string, now time.Time) (token string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropExpired(now)
	held := 0
	for _, g := range t.live {
		if g.clientID == clientID {
			held++
		}
	}
	if held >= maxLiveTokens {
		return "", false
	}
	token = "mdb_sa_token_" + rand.Text()
	t.live[token] = grant{clientID: clientID, expires: now.Add(t.lifetime)}
	return token, true
}

func (t *tokens) accepts(token string, now time.Time) bool {
	if t.static[token] {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropExpired(now)
	_, live := t.live[token]
	return live
}

// revoke drops a token if it is the account's own.
func (t *tokens) revoke(clientID, token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live[token].clientID == clientID {
		delete(t.live, token)
	}
}

func (t *tokens) revokeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.live)
}

func (t *tokens) count(now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropExpired(now)
	return len(t.live)
}

func (t *tokens) dropExpired(now time.Time) {
	for token, g := range t.live {
		if !now.Before(g.expires) {
			delete(t.live, token)
		}
	}
}
