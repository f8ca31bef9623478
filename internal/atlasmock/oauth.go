// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"mime"
	"net/http"
	"net/url"
	"time"
)

// oauth authenticates the service account and hands its form to one of the two endpoints.
func (s *Server) oauth(
	r *http.Request, body string, endpoint func(clientID string, form url.Values) response,
) response {
	if r.Method != http.MethodPost {
		ans := oauthError(http.StatusMethodNotAllowed, "invalid_request", "Only POST is allowed.")
		ans.header.Set("Allow", http.MethodPost)
		return ans
	}
	clientID, ok := s.serviceAccount(r)
	if !ok {
		return oauthError(http.StatusUnauthorized, "invalid_client", "Invalid credentials provided.")
	}
	return s.underFault(r, afterAuth, view{}, func() response {
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != "application/x-www-form-urlencoded" {
			return oauthError(http.StatusBadRequest, "invalid_request", "The body is not a form.")
		}
		form, err := url.ParseQuery(body)
		if err != nil {
			return oauthError(http.StatusBadRequest, "invalid_request", "The form is malformed.")
		}
		return endpoint(clientID, form)
	})
}

// serviceAccount checks the Basic credentials, both halves of which are form-encoded (RFC 6749,
// 2.3.1).
func (s *Server) serviceAccount(r *http.Request) (clientID string, ok bool) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", false
	}
	clientID, err := url.QueryUnescape(user)
	if err != nil {
		return "", false
	}
	secret, err := url.QueryUnescape(password)
	if err != nil {
		return "", false
	}
	want, known := s.config.accounts[clientID]
	return clientID, known && secret == want
}

func (s *Server) issueToken(clientID string, form url.Values) response {
	if form.Get("grant_type") != "client_credentials" {
		return oauthError(http.StatusBadRequest, "invalid_request", "grant_type must be client_credentials.")
	}
	token, ok := s.tokens.issue(clientID, s.config.now())
	if !ok {
		return oauthError(http.StatusForbidden, "access_denied",
			"The service account has reached its limit of active tokens.")
	}
	reply := struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   *int   `json:"expires_in,omitempty"`
		TokenType   string `json:"token_type"`
	}{AccessToken: token, TokenType: "Bearer"}
	if !s.config.withoutExpiresIn {
		seconds := int(s.config.tokenLifetime / time.Second)
		reply.ExpiresIn = &seconds
		if s.config.claimedExpiresIn != nil {
			reply.ExpiresIn = s.config.claimedExpiresIn
		}
	}
	return oauthResponse(http.StatusOK, marshal(reply))
}

func (s *Server) revokeToken(clientID string, form url.Values) response {
	token := form.Get("token")
	if token == "" {
		return oauthError(http.StatusBadRequest, "invalid_request", "token is missing.")
	}
	// An unknown token is as good as revoked (RFC 7009, 2.2).
	s.tokens.revoke(clientID, token)
	return oauthResponse(http.StatusOK, nil)
}

func oauthError(status int, code, description string) response {
	return oauthResponse(status, marshal(struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{code, description}))
}

func oauthResponse(status int, body []byte) response {
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	return response{status: status, header: header, body: body}
}

// RevokeTokens makes every token that a service account fetched so far invalid.
func (s *Server) RevokeTokens() {
	s.tokens.revokeAll()
}

// LiveTokens counts the fetched tokens that would still be accepted.
func (s *Server) LiveTokens() int {
	return s.tokens.count(s.config.now())
}
