// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"strings"
	"testing"
)

// challenge is Atlas' own, but for the nonce.
const challenge = `Digest realm="MMS Public API", domain="", nonce="bm9uY2U", algorithm=MD5, qop="auth", stale=false`

// unauthorized is what Atlas says to no, unknown and wrong credentials alike.
func unauthorized(headers ...string) http.HandlerFunc {
	return answer(http.StatusUnauthorized, `{"detail":"You are not authorized for this resource.","error":401,`+
		`"errorCode":"UNEXPECTED_ERROR","reason":"Unauthorized"}`, headers...)
}

const saidUnauthorized = "Atlas answered HTTP 401 Unauthorized: UNEXPECTED_ERROR: You are not authorized for this resource."

func TestRead_unauthorized(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"wrong API key": {
			server:      unauthorized("WWW-Authenticate", challenge),
			credentials: apiKey,
			summary:     "Atlas refused the credentials",
			said:        saidUnauthorized,
			advice: []string{
				host + " does not accept the credentials from public_key and private_key in the provider block.",
				"mistyped, deleted or expired", "is_mongodbgov_cloud",
			},
		},
		"refused token": {
			server:  unauthorized(),
			summary: "Atlas refused the credentials",
			said:    saidUnauthorized,
			advice:  []string{host + " does not accept the credentials from access_token in the provider block.", "an hour"},
		},
		"no access to the project": {
			server: answer(http.StatusUnauthorized, `{"detail":"The current user is not in the group.","error":401,`+
				`"errorCode":"NOT_IN_GROUP"}`),
			summary:   "No access to the Atlas project",
			attribute: "project_id",
			said:      "Atlas answered HTTP 401 Unauthorized: NOT_IN_GROUP: The current user is not in the group.",
			advice:    []string{"accepted the credentials (access_token in the provider block)", "Check project_id", role},
		},
		"no access to the resource": {
			server: answer(http.StatusUnauthorized, `{"detail":"The current user is not authorized.","error":401,`+
				`"errorCode":"USER_UNAUTHORIZED"}`),
			summary:   "No access to the Atlas project",
			attribute: "project_id",
			said:      "Atlas answered HTTP 401 Unauthorized: USER_UNAUTHORIZED: The current user is not authorized.",
			advice:    []string{"Check project_id", role},
		},
		"signed, and refused without a challenge": {
			server: func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "" {
					w.Header().Set("WWW-Authenticate", challenge)
				}
				w.WriteHeader(http.StatusUnauthorized)
			},
			credentials: apiKey,
			summary:     "No access to the Atlas project",
			attribute:   "project_id",
			said:        "Atlas answered HTTP 401 Unauthorized.",
			advice:      []string{"accepted the credentials (public_key and private_key in the provider block)", role},
		},
		"no challenge": {
			server:      unauthorized(),
			credentials: apiKey,
			summary:     "Digest authentication is not offered",
			said:        saidUnauthorized + "\nProblem: it offers no way to authenticate (no WWW-Authenticate header).",
			advice:      []string{"public_key and private_key in the provider block", "base_url", "WWW-Authenticate", "client_id"},
		},
		"another way to authenticate": {
			server:      answer(http.StatusUnauthorized, "", "WWW-Authenticate", `Basic realm="proxy"`),
			credentials: apiKey,
			summary:     "Digest authentication is not offered",
			said: "Atlas answered HTTP 401 Unauthorized.\n" +
				"Problem: it offers no digest authentication, only Basic.",
			advice: []string{"base_url"},
		},
		"always stale": {
			server:      unauthorized("WWW-Authenticate", strings.Replace(challenge, "stale=false", "stale=true", 1)),
			credentials: apiKey,
			summary:     "Digest nonces expire too soon",
			said:        saidUnauthorized + "\nProblem: every nonce, even the newest, was called expired.",
			advice:      []string{"The API key may well be right", "load balancer", "client_id"},
		},
	})
}

func TestRead_tokenEndpoint(t *testing.T) {
	t.Parallel()

	failures := map[string]failure{
		"wrong secret": {
			server: answer(http.StatusUnauthorized,
				`{"error":"invalid_client","error_description":"Invalid credentials provided."}`),
			summary: "Atlas refused the credentials",
			said:    "Atlas answered HTTP 401 Unauthorized: invalid_client: Invalid credentials provided.",
			advice:  []string{host, serviceAccount.Origin, "mistyped, deleted or expired"},
		},
		"refused form": {
			server:  answer(http.StatusBadRequest, `{"error":"invalid_request","error_description":"No grant type."}`),
			summary: "Atlas refused the credentials",
			said:    "Atlas answered HTTP 400 Bad Request: invalid_request: No grant type.",
			advice:  []string{serviceAccount.Origin},
		},
		"denied": {
			server:  answer(http.StatusForbidden, `{"error":"access_denied","error_description":"Too many tokens"}`),
			summary: "Atlas issues no access token",
			said:    "Atlas answered HTTP 403 Forbidden: access_denied: Too many tokens.",
			advice:  []string{"API access list", serviceAccount.Origin, "100 live tokens"},
		},
		"address not listed": {
			server: answer(http.StatusForbidden, `{"detail":"IP address 203.0.113.7 is not allowed to access this resource.",`+
				`"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.7"]}`),
			summary: "IP address not on the API access list",
			said: "Atlas answered HTTP 403 Forbidden: IP_ADDRESS_NOT_ON_ACCESS_LIST: " +
				"IP address 203.0.113.7 is not allowed to access this resource.\n" +
				"Parameters: 203.0.113.7",
			advice: []string{databaseList},
		},
		"project named missing": {
			server:  answer(http.StatusNotFound, `{"error":404,"errorCode":"GROUP_NOT_FOUND"}`),
			summary: "Atlas project not found",
			said:    "Atlas answered HTTP 404 Not Found: GROUP_NOT_FOUND.",
		},
		"nothing there": {
			server:  answer(http.StatusNotFound, ""),
			summary: "Atlas has nothing at this address",
			said:    "Atlas answered HTTP 404 Not Found.",
			advice:  []string{"base_url", host + "/api/oauth/token"},
		},
		"rate limit": {
			server: answer(http.StatusTooManyRequests, `{"detail":"Resource /api/oauth/token is limited to 50 requests every `+
				`1 minutes.","error":429,"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],`+
				`"reason":"Too Many Requests"}`),
			summary: "The Atlas rate limit for access tokens is used up",
			said: "Atlas answered HTTP 429 Too Many Requests: RATE_LIMITED: " +
				"Resource /api/oauth/token is limited to 50 requests every 1 minutes.\n" +
				"Parameters: /api/oauth/token, 50, 1\n" +
				"Stopped after 1 attempt, without waiting (retry.max_attempts).",
			advice: []string{"one token for each run", "access_token"},
		},
		"failure": {
			server:  answer(http.StatusInternalServerError, `{"error":"server_error","error_description":"Try again"}`),
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 500 Internal Server Error: server_error: Try again.",
			advice:  []string{"Try again later"},
		},
		"no token in the answer": {
			server:  answer(http.StatusOK, "{}"),
			summary: "The answer is not what Atlas documents",
			said:    "Atlas answered HTTP 200 OK.\nProblem: not a token: no access_token in it.",
			advice:  []string{"base_url"},
		},
	}
	for name, f := range failures {
		f.credentials, f.asked = serviceAccount, askedForToken
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
					answer(http.StatusOK, `{"access_token":"fetched-secret","expires_in":3600,"token_type":"Bearer"}`)(w, r)
					return
				}
				answer(http.StatusForbidden,
					`{"detail":"Refused `+r.Header.Get("Authorization")+`.","errorCode":"ACCESS_FORBIDDEN"}`)(w, r)
			},
			credentials: serviceAccount,
			summary:     "Atlas forbids this read",
			said:        "Atlas answered HTTP 403 Forbidden: ACCESS_FORBIDDEN: Refused Bearer (redacted).",
			advice:      []string{"(MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET) " + role},
		},
	})
}
