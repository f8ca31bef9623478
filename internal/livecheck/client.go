// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/icholy/digest"
)

const (
	accept     = "application/vnd.atlas.2023-01-01+json"
	apiPath    = "/api/atlas/v2/groups/"
	grantPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"

	pace    = 500 * time.Millisecond
	timeout = time.Minute
	maxBody = 32 << 20
)

// guard lets only reads of the API and requests for a token through, and no more than were
// announced.
type guard struct {
	base *url.URL
	left int
	next http.RoundTripper
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	path, below := strings.CutPrefix(req.URL.EscapedPath(), g.base.EscapedPath())
	below = below && req.URL.Scheme == g.base.Scheme && req.URL.Host == g.base.Host
	read := req.Method == http.MethodGet && strings.HasPrefix(path, apiPath)
	token := req.Method == http.MethodPost && (path == grantPath || path == revokePath)
	var err error
	switch {
	case !below || !read && !token:
		err = errors.New("refused to send anything but reads of the API and requests for a token")
	case g.left == 0:
		err = errors.New("refused to send more requests than announced")
	default:
		g.left--
		return g.next.RoundTrip(req)
	}
	if req.Body != nil {
		err = errors.Join(err, req.Body.Close())
	}
	return nil, err
}

// reply is a response, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// client sends requests, one after the other.
type client struct {
	settings settings
	http     *http.Client
	now      func() time.Time
	wait     func(context.Context, time.Duration) error

	sent int
	// prepaid is how many requests need no wait, since it is over already.
	prepaid int
	// ended is why no more requests are sent.
	ended error
	token struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
		TokenType   string `json:"token_type"`
	}
}

func newClient(s settings, most int, now func() time.Time, wait func(context.Context, time.Duration) error) *client {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	return &client{settings: s, now: now, wait: wait, http: &http.Client{
		Transport:     &guard{base: s.base, left: most, next: transport},
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) do(req *http.Request) (*reply, error) {
	if c.prepaid > 0 {
		c.prepaid--
	} else if err := c.wait(req.Context(), pace); err != nil {
		c.ended = err
		return nil, err
	}
	c.sent++
	resp, err := c.http.Do(req)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // the wrapper quotes the address
	}
	if err != nil {
		c.ended = err
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		err = errors.New("rate limit exceeded (429): wait a minute, and run it while nothing else reads the project")
	}
	if err != nil {
		c.ended = err
		return nil, err
	}
	return &reply{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// send reads a target with this Authorization header, or without one.
func (c *client) send(ctx context.Context, target, accept, authorization string) (*reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.settings.base.String()+target, nil)
	if err != nil {
		return nil, errors.New("the address is invalid")
	}
	req.Header.Set("Accept", accept)
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	return c.do(req)
}

// get reads a target with the credentials. An API key takes a nonce of its own for each read, so
// that no read depends on how often a nonce is accepted.
func (c *client) get(ctx context.Context, target, accept string) (*reply, error) {
	switch {
	case c.settings.credentials.accessToken != "":
		return c.send(ctx, target, accept, "Bearer "+c.settings.credentials.accessToken)
	case c.settings.credentials.clientID != "":
		return c.send(ctx, target, accept, "Bearer "+c.token.AccessToken)
	}
	refused, err := c.send(ctx, target, accept, "")
	if err != nil || refused.status != http.StatusUnauthorized {
		return refused, err
	}
	challenge, err := digest.FindChallenge(refused.header)
	if err != nil {
		return nil, err
	}
	return c.sign(ctx, challenge, target, accept, 1)
}

// sign reads a target with the nonce of a challenge, and this nonce count.
func (c *client) sign(ctx context.Context, challenge *digest.Challenge, target, accept string, count int) (*reply, error) {
	keys := c.settings.credentials
	signed, err := digest.Digest(challenge, digest.Options{
		Method: http.MethodGet, URI: c.settings.base.EscapedPath() + target, Count: count,
		Username: keys.publicKey, Password: keys.privateKey,
	})
	if err != nil {
		return nil, err
	}
	return c.send(ctx, target, accept, signed.String())
}

// login fetches a service account's token; the other credentials need nothing.
func (c *client) login(ctx context.Context) error {
	if c.settings.credentials.clientID == "" {
		return nil
	}
	got, err := c.post(ctx, grantPath, url.Values{"grant_type": {"client_credentials"}})
	if err != nil {
		return err
	}
	if got.status != http.StatusOK || json.Unmarshal(got.body, &c.token) != nil || c.token.AccessToken == "" {
		c.ended = fmt.Errorf("no access token: status %d", got.status)
	}
	return c.ended
}

// logout revokes the token, also after the context has ended.
func (c *client) logout(ctx context.Context) error {
	if c.token.AccessToken == "" {
		return nil
	}
	c.prepaid = 1
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	got, err := c.post(ctx, revokePath, url.Values{"token": {c.token.AccessToken}})
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("status %d", got.status)
	}
	return err
}

func (c *client) post(ctx context.Context, path string, form url.Values) (*reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.settings.base.String()+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("the address is invalid")
	}
	req.SetBasicAuth(url.QueryEscape(c.settings.credentials.clientID), url.QueryEscape(c.settings.credentials.clientSecret))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	return c.do(req)
}
