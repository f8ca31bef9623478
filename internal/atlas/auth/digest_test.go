// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const unauthorizedBody = `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource.","errorCode":"UNEXPECTED_ERROR"}`

// counts are the nonce counts that were sent, by nonce, in order of arrival.
func counts(t *testing.T, mock *atlasmock.Server) map[string][]int {
	t.Helper()
	byNonce := map[string][]int{}
	for _, r := range mock.Requests() {
		header := r.Header.Get("Authorization")
		if header == "" {
			continue
		}
		c, err := digest.ParseCredentials(header)
		if err != nil || strings.Contains(header, atlastest.APIKey.PrivateKey) {
			t.Fatalf("sent %s: %v", header, err)
		}
		byNonce[c.Nonce] = append(byNonce[c.Nonce], c.Nc)
	}
	return byNonce
}

// Parallel reads share one handshake, and the nonce count rises with each.
func TestDigest_oneHandshake(t *testing.T) {
	const n = 64
	mock := atlastest.NewMock(t)
	client := atlastest.InProcess(mock, atlastest.APIKey)
	atlastest.ReadParallel(t, n, client)
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "requests", mock.Count("", ""), 1+n+1)
	byNonce := counts(t, mock)
	atlastest.WantCount(t, "nonces", len(byNonce), 1)
	for _, got := range byNonce {
		atlastest.WantCount(t, "as the last nonce count", got[n], n+1)
		slices.Sort(got)
		for i, count := range got {
			atlastest.WantCount(t, "as nonce count", count, i+1)
		}
	}
}

func TestDigest_noncesOfFewUses(t *testing.T) {
	for name, server := range map[string]atlasmock.Digest{"one": {SingleUse: true}, "two": {MaxUses: 2}} {
		t.Run(name, func(t *testing.T) {
			const n = 64
			mock := atlastest.NewMock(t, atlasmock.WithDigest(server))
			client := atlastest.InProcess(mock, atlastest.APIKey)
			for range 2 {
				mock.ResetLog()
				atlastest.ReadParallel(t, n, client)
				atlastest.WantAtMost(t, "requests", mock.Count("", ""), 2*n)
			}
		})
	}
	t.Run("three, one read after the other", func(t *testing.T) {
		mock := atlastest.NewMock(t, atlasmock.WithDigest(atlasmock.Digest{MaxUses: 3}))
		client := atlastest.InProcess(mock, atlastest.APIKey)
		for range 7 {
			atlastest.MustRead(t, client)
		}
		// 7 reads, the first challenge, and a refusal after each third use.
		atlastest.WantCount(t, "requests", mock.Count("", ""), 7+1+2)
	})
}

// A server that once refuses a nonce that it does not call stale, as one that wants rising counts
// does when two requests overtake each other, need not do so for good.
func TestDigest_nonceRefusedOnce(t *testing.T) {
	for _, refused := range []int64{2, 4} {
		const n = 20
		var signed atomic.Int64
		server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" || signed.Add(1) == refused {
				atlastest.Respond(http.StatusUnauthorized, unauthorizedBody, fmt.Sprintf(`WWW-Authenticate: Digest realm="r", nonce="n%d", qop="auth"`, signed.Load()))(w, r)
				return
			}
			atlastest.RespondWithDocument(w, r)
		})
		client := atlastest.InProcess(server, atlastest.APIKey)
		for range n {
			atlastest.MustRead(t, client)
		}
		atlastest.WantCount(t, "requests", server.Count(""), n+2)
	}
}

func TestDigest_nonceThatGoesStale(t *testing.T) {
	const n = 64
	clock := atlastest.NewClock()
	mock := atlastest.NewMock(t, atlasmock.WithClock(clock.Now))
	client := atlastest.InProcess(mock, atlastest.APIKey)
	atlastest.MustRead(t, client)
	clock.Advance(61 * time.Second)
	mock.ResetLog()
	atlastest.MustRead(t, client)
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "requests for two reads", mock.Count("", ""), 3)

	mock.ExpireNonces()
	mock.ResetLog()
	atlastest.ReadParallel(t, n, client)
	// One refusal for each read that was already signed, and no more.
	atlastest.WantAtMost(t, "requests to renew the nonce", mock.Count("", ""), 2*n)

	mock.ResetLog()
	atlastest.ReadParallel(t, n, client)
	atlastest.WantCount(t, "requests after that", mock.Count("", ""), n)
	atlastest.WantCount(t, "nonces after that", len(counts(t, mock)), 1)
}

// While one read renews the nonce, the reads that begin wait for it: the old one would be refused
// again.
func TestDigest_readsWaitForARenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		mock := atlastest.NewMock(t)
		client := atlastest.InProcess(mock, atlastest.APIKey)
		atlastest.MustRead(t, client)
		mock.ExpireNonces()
		mock.ResetLog()

		release := make(chan struct{})
		mock.Fail(atlasmock.FaultHold(release)) // strikes the renewed signature
		first := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
		others := atlastest.Start(func() { atlastest.ReadParallel(t, n, client) })
		atlastest.WantCount(t, "requests while the renewal is under way", mock.Count("", ""), 2)
		close(release)
		first()
		others()
		atlastest.WantCount(t, "requests in all", mock.Count("", ""), n+2)
	})
}

// The body of a challenge is read: otherwise its connection would be lost.
func TestDigest_handshakeUsesOneConnection(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.OverTCP(t, mock, atlastest.APIKey)
	for range 5 {
		atlastest.MustRead(t, client)
	}
	mock.ExpireNonces()
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "connections", mock.Connections(), 1)
	atlastest.WantCount(t, "requests", mock.Count("", ""), 1+5+2)
}

// Under the race detector: nonces that are spent and expire while 64 reads run.
func TestDigest_noncesThatExpireAllTheTime(t *testing.T) {
	const reads, rounds = 64, 8
	clock := atlastest.NewClock()
	mock := atlastest.NewMock(t, atlasmock.WithClock(clock.Now), atlasmock.WithDigest(atlasmock.Digest{MaxUses: 7}))
	readInRounds(t, atlastest.InProcess(mock, atlastest.APIKey, atlastest.WithClock(clock)), reads, rounds, func(call int) {
		if call%50 == 0 {
			clock.Advance(2 * time.Minute)
		}
	})
	// Whatever happens to nonces, a read costs few requests.
	atlastest.WantAtMost(t, "requests", mock.Count("", ""), 4*reads*rounds)
}

// readInRounds makes reads in parallel, each several times. Before each call something may happen.
func readInRounds(t *testing.T, client *atlas.Client, reads, rounds int, happen func(call int)) {
	t.Helper()
	var (
		mu    sync.Mutex
		calls int
	)
	for _, err := range atlastest.Parallel(reads, func(int) error {
		for range rounds {
			mu.Lock()
			calls++
			happen(calls)
			mu.Unlock()
			if err := atlastest.Read(t.Context(), client); err != nil {
				return err
			}
		}
		return nil
	}) {
		atlastest.WantNoError(t, err)
	}
}

// What a server calls itself goes back byte for byte, with the two characters escaped that RFC 9110
// has escaped.
func TestDigest_quotedStringsComeBackUnchanged(t *testing.T) {
	for _, realm := range []string{"a\tb", "caf\xe9", "café", `with \"quotes\"`, `back\\slash`, "%41&amp;"} {
		var sent string
		server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
			if sent = r.Header.Get("Authorization"); sent == "" {
				atlastest.Respond(http.StatusUnauthorized, "", `WWW-Authenticate: Digest realm="`+realm+`", nonce="`+realm+`", opaque="`+realm+`", qop="auth"`)(w, r)
				return
			}
			atlastest.RespondWithDocument(w, r)
		})
		atlastest.MustRead(t, atlastest.InProcess(server, atlastest.APIKey))
		for _, name := range []string{"realm", "nonce", "opaque"} {
			if want := name + `="` + realm + `",`; !strings.Contains(sent, want) {
				t.Errorf("sent %s, want %s", sent, want)
			}
		}
	}
}
