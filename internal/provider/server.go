// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Server speaks Terraform's protocol for the provider. It is the framework's server, but for one
// thing: the framework holds on to the context of each call until the provider stops, and with it
// to the call's loggers and its request. Here each call that is made once for each read gets a
// context that is let go of when the call ends.
func (p *Provider) Server() tfprotov6.ProviderServer {
	return server{providerserver.NewProtocol6(p)()}
}

type server struct{ tfprotov6.ProviderServer }

func (s server) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.ValidateDataResourceConfig)
}

func (s server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.ReadDataSource)
}

func (s server) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
}

func (s server) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.OpenEphemeralResource)
}

// lend makes the call with a context that is empty and canceled once the call has ended.
func lend[Req, Resp any](ctx context.Context, req Req, call func(context.Context, Req) (Resp, error)) (Resp, error) {
	lent := &lentContext{}
	lent.current.Store(&ctx)
	defer lent.current.Store(&returned)
	return call(lent, req)
}

// returned is the context of a call that has ended.
var returned = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background()) //nolint:forbidigo // that of no call
	cancel()
	return ctx
}()

// lentContext is another context, until that is taken away.
type lentContext struct {
	current atomic.Pointer[context.Context]
}

func (c *lentContext) get() context.Context        { return *c.current.Load() }
func (c *lentContext) Deadline() (time.Time, bool) { return c.get().Deadline() }
func (c *lentContext) Done() <-chan struct{}       { return c.get().Done() }
func (c *lentContext) Err() error                  { return c.get().Err() }
func (c *lentContext) Value(key any) any           { return c.get().Value(key) }
