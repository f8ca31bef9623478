// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Option replaces something that the provider takes from its process, so that tests can run in
// parallel and without waiting.
type Option func(*Provider)

// WithEnv replaces os.Getenv.
func WithEnv(getenv func(string) string) Option {
	return func(p *Provider) { p.getenv = getenv }
}

// WithTransport replaces the connections to Atlas.
func WithTransport(transport http.RoundTripper) Option {
	return func(p *Provider) { p.transport = transport }
}

// WithClock replaces the system's clock.
func WithClock(clock rest.Clock) Option {
	return func(p *Provider) { p.clock = clock }
}
