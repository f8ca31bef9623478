// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package auth holds the ways to authenticate with Atlas: HTTP Digest with an API key, a service
// account's OAuth2 tokens, and an access token.
package auth

import (
	"context"
	"net/http"
	"net/url"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

// Credentials is one way to authenticate: an APIKey, a ServiceAccount or an AccessToken. Each has
// an Origin, a phrase that says where its parts came from ("public_key and private_key in the
// provider block"), so that an error can name what to fix without naming a value.
type Credentials interface {
	// Login is what they are, and the Origin.
	Login() rest.Login
	// New returns what authenticates the reads of one client.
	New(Connection) Authenticator
}

// Connection is what credentials need of the client that they are for.
type Connection struct {
	Client  *rest.Client
	Retrier *retry.Retrier
	// Address returns the URL of an escaped path.
	Address func(path string) *url.URL
}

// Authenticator authenticates the reads of one client.
type Authenticator interface {
	// Attempt calls send with what signs and sends the requests of one attempt to read from a
	// project. Before that it may fetch what it needs, for as long as ctx allows.
	Attempt(ctx context.Context, projectID string, send func(rest.Signer) error) error
	// Close gives up what was fetched.
	Close(ctx context.Context)
}

// APIKey authenticates with HTTP Digest (RFC 7616).
type APIKey struct {
	PublicKey, PrivateKey string
	Origin                string
}

// Login names an API key and the Origin.
func (k APIKey) Login() rest.Login { return rest.Login{Credential: rest.APIKey, Origin: k.Origin} }

// New returns what authenticates with the key.
func (k APIKey) New(c Connection) Authenticator {
	c.Client.Redactor.Add(k.PublicKey, k.PrivateKey)
	return fixed{&digestTransport{
		base: c.Client.Transport, redactor: c.Client.Redactor, username: k.PublicKey, password: k.PrivateKey,
	}}
}

// AccessToken authenticates with a bearer token (RFC 6750) obtained elsewhere.
type AccessToken struct {
	Token  string
	Origin string
}

// Login names an access token and the Origin.
func (t AccessToken) Login() rest.Login {
	return rest.Login{Credential: rest.AccessToken, Origin: t.Origin}
}

// New returns what authenticates with the token.
func (t AccessToken) New(c Connection) Authenticator {
	c.Client.Redactor.Add("", t.Token)
	return fixed{header{base: c.Client.Transport, value: "Bearer " + t.Token}}
}

// fixed is an authenticator that needs nothing but its signer.
type fixed struct{ signer rest.Signer }

func (f fixed) Attempt(_ context.Context, _ string, send func(rest.Signer) error) error {
	return send(f.signer)
}
func (fixed) Close(context.Context) {}

// header signs with the same Authorization header each time.
type header struct {
	base  http.RoundTripper
	value string
}

func (h header) RoundTrip(req *http.Request) (*http.Response, error) {
	return h.base.RoundTrip(authorized(req, h.value))
}

func (header) Unauthorized(_ *http.Response, code string) (rest.Kind, string) {
	if accessRefused(code) {
		return rest.KindNoAccess, ""
	}
	return rest.KindCredentials, ""
}

// authorized returns a copy of a request with an Authorization header: a RoundTripper must not
// change the request that it is given.
func authorized(req *http.Request, value string) *http.Request {
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", value)
	return signed
}

// accessRefused reports the error codes that only the application sends, once authentication has
// let a request through.
func accessRefused(code string) bool {
	return code == "NOT_IN_GROUP" || code == "USER_UNAUTHORIZED"
}
