// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Command baseline is a provider as plain as the plugin framework's tutorial. `make bench-cli`
// measures the real provider beside it: what Terraform and the framework cost by themselves, and
// what a GET adds that is neither signed, checked nor repeated.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return baseline{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/legacybackup/baseline",
	})
	if err != nil {
		log.Fatal(err)
	}
}

type baseline struct{}

func (baseline) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "baseline"
}

func (baseline) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (baseline) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (baseline) Resources(context.Context) []func() resource.Resource                              { return nil }

func (baseline) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return dataSource{"constant", constant} },
		func() datasource.DataSource { return dataSource{"get", get} },
	}
}

// dataSource reads a checkpoint by its URL.
type dataSource struct {
	name string
	read func(ctx context.Context, url string) (checkpoint, error)
}

type checkpoint struct {
	ID         string `json:"id"`
	Timestamp  string `json:"timestamp"`
	Restorable bool   `json:"restorable"`
}

type model struct {
	URL        types.String `tfsdk:"url"`
	ID         types.String `tfsdk:"id"`
	Timestamp  types.String `tfsdk:"timestamp"`
	Restorable types.Bool   `tfsdk:"restorable"`
}

func (d dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"url":        schema.StringAttribute{Required: true},
		"id":         schema.StringAttribute{Computed: true},
		"timestamp":  schema.StringAttribute{Computed: true},
		"restorable": schema.BoolAttribute{Computed: true},
	}}
}

func (d dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	document, err := d.read(ctx, m.URL.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("Unable to read", err.Error())
		return
	}
	m.ID = types.StringValue(document.ID)
	m.Timestamp = types.StringValue(document.Timestamp)
	m.Restorable = types.BoolValue(document.Restorable)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func constant(context.Context, string) (checkpoint, error) {
	return checkpoint{ID: "5e43c6a19c41d20e7b3f5a68", Timestamp: "2024-01-01T00:00:08Z", Restorable: true}, nil
}

// get sends a token that is ready-made.
func get(ctx context.Context, url string) (c checkpoint, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return c, err
	}
	req.Header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
	req.Header.Set("Authorization", "Bearer "+os.Getenv("MONGODB_ATLAS_ACCESS_TOKEN"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return c, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return c, fmt.Errorf("status %s", resp.Status)
	}
	return c, json.NewDecoder(resp.Body).Decode(&c)
}
