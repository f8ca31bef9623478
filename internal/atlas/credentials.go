// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
)

// Credentials is one way to prove to Atlas who asks: an APIKey, a
// ServiceAccount or an AccessToken. Each has an Origin, a phrase that says where
// its parts came from ("public_key and private_key in the provider block"), so
// that an error can name the place to mend without naming a value.
type Credentials interface {
	origin() string
	authenticator(c *Client) authenticator
}

// authenticator is what the client needs of a method of authentication.
type authenticator interface {
	// attempt calls send with what signs and sends the requests of one attempt to
	// read from a project. Before that it may fetch what it needs, for as long as
	// ctx allows.
	attempt(ctx context.Context, projectID string, send func(http.RoundTripper) error) error
	// close gives up what was fetched.
	close(ctx context.Context)
}

// APIKey authenticates with HTTP Digest (RFC 7616).
type APIKey struct {
	PublicKey, PrivateKey string
	Origin                string
}

func (k APIKey) origin() string { return k.Origin }

func (k APIKey) authenticator(c *Client) authenticator {
	c.redactor.add(k.PublicKey, k.PrivateKey)
	return fixed{&digestTransport{base: c.wire, username: k.PublicKey, password: k.PrivateKey}}
}

// AccessToken authenticates with a bearer token (RFC 6750) made elsewhere.
type AccessToken struct {
	Token  string
	Origin string
}

func (t AccessToken) origin() string { return t.Origin }

func (t AccessToken) authenticator(c *Client) authenticator {
	c.redactor.add("", t.Token)
	return fixed{&bearerTransport{base: c.wire, token: t.Token}}
}

// fixed is an authenticator that needs nothing but its transport.
type fixed struct{ rt http.RoundTripper }

func (f fixed) attempt(_ context.Context, _ string, send func(http.RoundTripper) error) error {
	return send(f.rt)
}
func (fixed) close(context.Context) {}

type bearerTransport struct {
	base  http.RoundTripper
	token string
}

func (b *bearerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return b.base.RoundTrip(authorized(req, "Bearer "+b.token))
}

// authorized returns a copy of a request with an Authorization header: a
// RoundTripper must not change the request that it is given.
func authorized(req *http.Request, value string) *http.Request {
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", value)
	return signed
}
