// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Once the credentials are refused, the other reads fail without a request.
func TestVerdict(t *testing.T) {
	const refused = `{"error":401,"errorCode":"UNEXPECTED_ERROR"}`
	challenge := `WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"`
	for name, test := range map[string]struct {
		credentials auth.Credentials
		body        string
		requests    int
		again       bool
	}{
		"API key":                   {apiKey, refused, 2, true},
		"access token":              {accessToken, refused, 1, true},
		"service account":           {serviceAccount, `{"error":"invalid_client"}`, 1, true},
		"401 of something else":     {accessToken, `{"message":"no key"}`, 20, false},
		"token endpoint of another": {serviceAccount, `<h1>Sign in</h1>`, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := script(answer(http.StatusUnauthorized, test.body, challenge))
			client := inProcess(server, test.credentials)
			for i := range 20 {
				e := wantKind(t, read(t.Context(), client), rest.KindCredentials)
				if e.Again != (test.again && i > 0) || e.Status() != http.StatusUnauthorized || e.Origin == "" {
					t.Errorf("read %d: %+v", i, e)
				}
			}
			wantCount(t, "requests", server.count(""), test.requests)
		})
	}
}

// A success shows that the verdict was none.
func TestVerdict_isTakenBack(t *testing.T) {
	held := make(chan struct{})
	server := count(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, otherProjectID) {
			<-held
			answerDocument(w, r)
			return
		}
		answer(http.StatusUnauthorized, `{"errorCode":"UNEXPECTED_ERROR"}`)(w, r)
	})
	client := inProcess(server, accessToken)
	var other error
	reading := sync.WaitGroup{}
	reading.Go(func() { other = readOf(t.Context(), client, otherProjectID) })
	for server.count("") == 0 {
		runtime.Gosched()
	}
	_ = wantKind(t, read(t.Context(), client), rest.KindCredentials)
	close(held)
	reading.Wait()
	mustSucceed(t, other)
	if e := wantKind(t, read(t.Context(), client), rest.KindCredentials); e.Again {
		t.Error("not asked again after a success")
	}
}

// balancer spreads requests over two servers, each with nonces of its own. A cookie,
// if it sets one, leads back to the same server.
func balancer(sticky bool) *counting {
	var turn atomic.Int64
	return count(func(w http.ResponseWriter, r *http.Request) {
		node := fmt.Sprint(turn.Add(1) % 2)
		if c, err := r.Cookie("node"); err == nil {
			node = c.Value
		}
		if strings.Contains(r.Header.Get("Authorization"), `nonce="`+node+`"`) {
			answerDocument(w, r)
			return
		}
		if sticky {
			w.Header().Add("Set-Cookie", "node="+node+"; Path=/; HttpOnly")
		}
		answer(http.StatusUnauthorized, "", `WWW-Authenticate: Digest realm="x", nonce="`+node+`", qop="auth"`)(w, r)
	})
}

func TestDigest_behindABalancer(t *testing.T) {
	t.Run("with a cookie", func(t *testing.T) {
		server := balancer(true)
		client := inProcess(server, apiKey, instantly)
		for range 20 {
			mustRead(t, client)
		}
		wantCount(t, "requests", server.count(""), 21)
	})
	t.Run("that loses its way later", func(t *testing.T) {
		accepted := false
		server := count(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" && !accepted {
				accepted = true
				answerDocument(w, r)
				return
			}
			answer(http.StatusUnauthorized, "", `WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"`)(w, r)
		})
		client := inProcess(server, apiKey, instantly)
		mustRead(t, client)
		e := wantKind(t, read(t.Context(), client), rest.KindStaleNonce)
		wantCount(t, "attempts", e.Attempts, 5)
	})
}
