// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider: it turns the provider block and the environment into
// a client of the Atlas Administration API and hands that to the data sources.
package provider

import (
	"context"
	"net/http"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

var (
	_ provider.Provider                       = (*Provider)(nil)
	_ provider.ProviderWithValidateConfig     = (*Provider)(nil)
	_ provider.ProviderWithEphemeralResources = (*Provider)(nil)
)

// Provider reads MongoDB Atlas. It manages nothing: it has data sources and ephemeral resources
// only.
type Provider struct {
	version   string
	getenv    func(string) string
	transport http.RoundTripper
	clock     rest.Clock

	mu      sync.Mutex
	clients []*atlas.Client
}

// New returns the provider in the version that the User-Agent names.
func New(version string, opts ...Option) *Provider {
	p := &Provider{version: version, getenv: os.Getenv}
	for _, opt := range opts {
		opt(p)
	}
	return p
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "atlas"
	resp.Version = p.version
}

// Schema describes the provider block.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig checks what needs neither the environment nor the network.
func (p *Provider) ValidateConfig(
	ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse,
) {
	var block model
	resp.Diagnostics.Append(req.Config.Get(ctx, &block)...)
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(validate(ctx, block)...)
}

// Configure makes the client that all reads share. It sends nothing, and fails only for what is
// wrong in the provider block: a configuration that reads nothing needs neither credentials nor an
// Atlas that can be reached.
func (p *Provider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var arguments types.Object
	resp.Diagnostics.Append(req.Config.Get(ctx, &arguments)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := refuseUnknown(arguments); unknown.HasError() {
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		provide(resp, cluster.NewProviderData(nil, unknown))
		return
	}

	var block model
	resp.Diagnostics.Append(req.Config.Get(ctx, &block)...)
	resp.Diagnostics.Append(validate(ctx, block)...)
	if resp.Diagnostics.HasError() {
		return
	}

	config, diags := resolve(ctx, block, p.getenv)
	if diags.HasError() {
		provide(resp, cluster.NewProviderData(nil, diags))
		return
	}

	config.UserAgent = userAgent(p.version, req.TerraformVersion)
	config.Log = tflog.Debug
	config.Transport = p.transport
	config.Clock = p.clock
	provide(resp, cluster.NewProviderData(p.newClient(config), diags))
}

// provide hands data to everything that reads.
func provide(resp *provider.ConfigureResponse, data *cluster.ProviderData) {
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

// DataSources lists what the provider reads.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return datasources.All()
}

// EphemeralResources lists what the provider reads without storing it.
func (p *Provider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return datasources.Ephemeral()
}

// Resources is empty: the provider is read-only on purpose.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return nil
}

// Close ends every client that Configure made. All at once, since Terraform kills a process that
// takes more than two seconds to stop, and each client takes up to one to revoke its token.
func (p *Provider) Close() {
	p.mu.Lock()
	clients := p.clients
	p.clients = nil
	p.mu.Unlock()

	var closing sync.WaitGroup
	for _, client := range clients {
		closing.Go(func() { client.Close(context.Background()) })
	}
	closing.Wait()
}

// newClient remembers the client for Close: one process may be configured more than once.
func (p *Provider) newClient(config atlas.Config) *atlas.Client {
	client := atlas.New(config)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients = append(p.clients, client)
	return client
}

func userAgent(version, terraformVersion string) string {
	agent := "terraform-provider-atlas/" + version
	if terraformVersion == "" {
		return agent
	}
	return agent + " Terraform/" + terraformVersion
}
