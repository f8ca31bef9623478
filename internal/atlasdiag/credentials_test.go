// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
)

// challenge is Atlas' own, but for the nonce.
const challenge = `WWW-Authenticate: Digest realm="MMS Public API", domain="", nonce="bm9uY2U", algorithm=MD5, qop="auth", stale=false`

// unauthorized is what Atlas says to no, unknown and wrong credentials alike.
func unauthorized(headers ...string) http.HandlerFunc {
	return atlastest.Respond(http.StatusUnauthorized, `{"detail":"You are not authorized for this resource.","error":401,`+
		`"errorCode":"UNEXPECTED_ERROR","reason":"Unauthorized"}`, headers...)
}

func TestRead_unauthorized(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"wrong API key": {server: unauthorized(challenge), credentials: apiKey},
		"refused token": {server: unauthorized()},
		"no access to the project": {
			server: atlastest.Respond(http.StatusUnauthorized, `{"detail":"The current user is not in the group.","error":401,`+
				`"errorCode":"NOT_IN_GROUP"}`),
		},
		"no access to the resource": {
			server: atlastest.Respond(http.StatusUnauthorized, `{"detail":"The current user is not authorized.","error":401,`+
				`"errorCode":"USER_UNAUTHORIZED"}`),
		},
		"signed, and refused without a challenge": {
			server: func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "" {
					unauthorized(challenge)(w, r)
				}
				w.WriteHeader(http.StatusUnauthorized)
			},
			credentials: apiKey,
		},
		"no challenge": {server: unauthorized(), credentials: apiKey},
		"another way to authenticate": {
			server:      atlastest.Respond(http.StatusUnauthorized, "", `WWW-Authenticate: Basic realm="proxy"`),
			credentials: apiKey,
		},
		"401 of a gateway that wants a key of its own": {
			server: atlastest.Respond(http.StatusUnauthorized, `{"message":"Access denied due to missing subscription key."}`),
		},
		"wrong API key behind a gateway with a path": {
			server: unauthorized(challenge), credentials: apiKey,
			configure: func(_ *testing.T, cfg *atlas.Config) { cfg.BaseURL.Path = "/gateway" },
		},
		"API key that was accepted before": {server: acceptsOnce(), credentials: apiKey, reads: 2},
		"wrong API key again":              {server: unauthorized(challenge), credentials: apiKey, reads: 2},
		"token of a service account": {
			server: func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					atlastest.Respond(http.StatusOK, `{"access_token":"fetched-secret"}`)(w, r)
					return
				}
				unauthorized()(w, r)
			},
			credentials: serviceAccount,
		},
		"always stale": {
			server:      unauthorized(strings.Replace(challenge, "stale=false", "stale=true", 1)),
			credentials: apiKey,
		},
	})
}

// acceptsOnce lets one signed request through and refuses all others.
func acceptsOnce() http.HandlerFunc {
	var accepted atomic.Bool
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" && !accepted.Swap(true) {
			atlastest.Respond(http.StatusOK, `{"id":"`+subject.ID+`"}`)(w, r)
			return
		}
		unauthorized(challenge)(w, r)
	}
}

func TestRead_tokenEndpoint(t *testing.T) {
	t.Parallel()

	failures := map[string]failure{
		"wrong secret": {
			server: atlastest.Respond(http.StatusUnauthorized,
				`{"error":"invalid_client","error_description":"Invalid credentials provided."}`),
		},
		"refused form": {
			server: atlastest.Respond(http.StatusBadRequest, `{"error":"invalid_request","error_description":"No grant type."}`),
		},
		"denied": {
			server: atlastest.Respond(http.StatusForbidden, `{"error":"access_denied","error_description":"Too many tokens"}`),
		},
		"address not listed": {
			server: atlastest.Respond(http.StatusForbidden, `{"detail":"IP address 203.0.113.7 is not allowed to access this resource.",`+
				`"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.7"]}`),
		},
		"project named missing": {
			server: atlastest.Respond(http.StatusNotFound, `{"error":404,"errorCode":"GROUP_NOT_FOUND"}`),
		},
		"nothing there": {server: atlastest.Respond(http.StatusNotFound, "")},
		"rate limit": {
			server: atlastest.Respond(http.StatusTooManyRequests, `{"detail":"Resource /api/oauth/token is limited to 50 requests every `+
				`1 minutes.","error":429,"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],`+
				`"reason":"Too Many Requests"}`),
		},
		"failure": {
			server: atlastest.Respond(http.StatusInternalServerError, `{"error":"server_error","error_description":"Try again"}`),
		},
		"403 of a gateway": {
			server: atlastest.Respond(http.StatusForbidden, "<h1>Blocked</h1>", "Content-Type: text/html"),
		},
		"401 of a gateway": {
			server: atlastest.Respond(http.StatusUnauthorized, "<h1>Sign in</h1>", "Content-Type: text/html"),
		},
		"no token in the answer": {server: atlastest.Respond(http.StatusOK, "{}")},
	}
	for name, f := range failures {
		f.credentials = serviceAccount
		failures[name] = f
	}
	run(t, failures)
}

func TestRead_failureAfterToken(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"of the read itself": {
			server: func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					atlastest.Respond(http.StatusOK, `{"access_token":"fetched-secret","expires_in":3600,"token_type":"Bearer"}`)(w, r)
					return
				}
				atlastest.Respond(http.StatusForbidden,
					`{"detail":"Refused `+r.Header.Get("Authorization")+`.","errorCode":"ACCESS_FORBIDDEN"}`)(w, r)
			},
			credentials: serviceAccount,
		},
	})
}
