// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

const (
	maxToken = 1 << 20
	// tokenMargin is how long before its expiry a token is no longer used, so that it does not
	// expire on the way; a short-lived one gets a tenth.
	tokenMargin = time.Minute
	// closeTimeout leaves room in the two seconds that Terraform gives a provider to stop.
	closeTimeout = time.Second
)

// token is an access token.
type token struct {
	value string
	// number counts the tokens of a client from 1.
	number int
	// useUntil is zero if Atlas named no expiry: then it is used until refused.
	useUntil time.Time
}

func (t *token) usable(now time.Time) bool {
	return t != nil && (t.useUntil.IsZero() || now.Before(t.useUntil))
}

// tokenEndpoint issues and revokes a service account's tokens.
type tokenEndpoint struct {
	client    *rest.Client
	basic     rest.Signer
	tokenURL  *url.URL
	revokeURL *url.URL
}

func newTokenEndpoint(c Connection, a ServiceAccount) *tokenEndpoint {
	// The two parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
	pair := url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.ClientSecret)
	return &tokenEndpoint{
		client:    c.Client,
		basic:     header{base: c.Client.Transport, value: "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))},
		tokenURL:  c.Address("/api/oauth/token"),
		revokeURL: c.Address("/api/oauth/revoke"),
	}
}

// job is the request for a token. Its rate limit is none of a project's.
func (e *tokenEndpoint) job() retry.Job {
	return retry.Job{Limit: "token endpoint", Method: http.MethodPost, URL: e.tokenURL, Token: true}
}

// fetch makes one attempt to get a token.
func (e *tokenEndpoint) fetch(ctx context.Context) (*token, error) {
	type tokenDocument struct {
		AccessToken string         `json:"access_token"`
		ExpiresIn   jsontext.Value `json:"expires_in"`
	}
	var doc *tokenDocument
	requested := e.client.Clock.Now()
	err := e.client.Exchange(ctx, e.basic, call(e.tokenURL,
		url.Values{"grant_type": {"client_credentials"}}, func(data []byte) (err error) {
			if doc, err = rest.Decode[tokenDocument](data); err != nil {
				return fmt.Errorf("not a token: %w", err)
			}
			if doc.AccessToken == "" {
				return errors.New("not a token: no access_token in it")
			}
			// It is going to be a part of a header (RFC 6750, section 2.1).
			if strings.ContainsFunc(doc.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
				return errors.New("not a token: the access_token holds characters that none can have")
			}
			return nil
		}))
	if err != nil {
		return nil, err
	}
	e.client.Redactor.Add("", doc.AccessToken)
	t := &token{value: doc.AccessToken}
	// Some servers write the number in quotes. What is no number is no expiry: then the token is
	// used until it is refused.
	seconds, err := strconv.ParseInt(strings.Trim(string(doc.ExpiresIn), `"`), 10, 64)
	if err == nil && seconds > 0 {
		life := time.Duration(min(seconds, int64(rest.LongestWait/time.Second))) * time.Second
		t.useUntil = requested.Add(life - min(tokenMargin, life/10))
	}
	return t, nil
}

// revoke gives a token back. Nothing depends on it: the token expires anyway.
func (e *tokenEndpoint) revoke(ctx context.Context, t *token) {
	_ = e.client.Exchange(ctx, e.basic, call(e.revokeURL, url.Values{"token": {t.value}},
		func([]byte) error { return nil }))
}

func call(u *url.URL, form url.Values, decode func([]byte) error) rest.Call {
	return rest.Call{
		Method: http.MethodPost, URL: u, Accept: "application/json",
		Form: form, Limit: maxToken, Decode: decode,
	}
}

// closed is the error of a read that would need a token after the end.
func (e *tokenEndpoint) closed() *rest.Error {
	return &rest.Error{
		Kind: rest.KindCanceled, Problem: "the client was closed",
		Token: true, Method: http.MethodPost, Host: e.tokenURL.Host, Path: e.tokenURL.EscapedPath(),
	}
}
