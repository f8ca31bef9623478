// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// A copy of the test's binary under the name of another provider stands in for that provider, with
// as much of its schema as the examples use.
const standInPrefix = "terraform-provider-"

// serveStandIn serves the provider that the binary is named after, if it is.
func serveStandIn() bool {
	name, ok := strings.CutPrefix(filepath.Base(os.Args[0]), standInPrefix)
	if !ok {
		return false
	}
	addresses := map[string]string{"mongodbatlas": "mongodb/mongodbatlas", "vault": "hashicorp/vault", "atlas": "ariga/atlas"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return standIn{name} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/" + addresses[name],
	})
	if err != nil {
		log.Fatal(err)
	}
	return true
}

type standIn struct{ name string }

func (s standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (standIn) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (standIn) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return sqlSchema{} }}
}

func (standIn) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return cloudSnapshots{} },
		func() datasource.DataSource { return cloudProject{} },
	}
}

func (standIn) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return vaultSecret{} }}
}

// cloudSnapshots is mongodbatlas_cloud_backup_snapshots, with one snapshot that was just completed.
type cloudSnapshots struct{}

func (cloudSnapshots) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "mongodbatlas_cloud_backup_snapshots"
}

func (cloudSnapshots) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"project_id":     schema.StringAttribute{Required: true},
		"cluster_name":   schema.StringAttribute{Required: true},
		"items_per_page": schema.Int64Attribute{Optional: true},
		"results": schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				"created_at": schema.StringAttribute{Computed: true},
				"status":     schema.StringAttribute{Computed: true},
			},
		}},
	}}
}

func (cloudSnapshots) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	type snapshot struct {
		CreatedAt types.String `tfsdk:"created_at"`
		Status    types.String `tfsdk:"status"`
	}
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("results"), []snapshot{{
		CreatedAt: types.StringValue(time.Now().UTC().Format(time.RFC3339)), Status: types.StringValue("completed"),
	}})...)
}

// vaultSecret is vault_kv_secret_v2, with the access token that the mock accepts.
type vaultSecret struct{}

func (vaultSecret) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (vaultSecret) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"mount": ephemeralschema.StringAttribute{Required: true},
		"name":  ephemeralschema.StringAttribute{Required: true},
		"data":  ephemeralschema.MapAttribute{Computed: true, ElementType: types.StringType},
	}}
}

func (vaultSecret) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Result.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("data"), map[string]string{"access_token": acctest.BearerToken})...)
}

// cloudProject is mongodbatlas_project, which the examples only mock.
type cloudProject struct{}

func (cloudProject) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "mongodbatlas_project"
}

func (cloudProject) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true},
		"id":   schema.StringAttribute{Computed: true},
	}}
}

func (cloudProject) Read(context.Context, datasource.ReadRequest, *datasource.ReadResponse) {}

// sqlSchema is atlas_schema of ariga/atlas, which the examples only mock.
type sqlSchema struct{}

func (sqlSchema) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "atlas_schema"
}

func (sqlSchema) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
		"url": resourceschema.StringAttribute{Optional: true, Sensitive: true},
		"hcl": resourceschema.StringAttribute{Required: true},
		"id":  resourceschema.StringAttribute{Computed: true},
	}}
}

func (sqlSchema) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (sqlSchema) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (sqlSchema) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (sqlSchema) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// allPassed is the jq filter with which the pipelines look at a plan's checks.
const allPassed = `[.checks[] | select(.status != "pass")] | length == 0`

type checkedPlan struct {
	Checks []struct {
		Address struct{ Kind string }
		Status  string
	}
}

// serveJQ does what jq does with that filter, if the binary is called jq: not every machine has one.
func serveJQ() bool {
	if filepath.Base(os.Args[0]) != "jq" {
		return false
	}
	if len(os.Args) != 4 || !slices.Equal(os.Args[1:3], []string{"-e", allPassed}) {
		fmt.Fprintf(os.Stderr, "jq: unexpected arguments %q\n", os.Args[1:])
		os.Exit(2)
	}
	content, err := os.ReadFile(os.Args[3])
	var plan checkedPlan
	if err := errors.Join(err, json.Unmarshal(content, &plan)); err != nil || len(plan.Checks) == 0 {
		fmt.Fprintln(os.Stderr, "jq:", err)
		os.Exit(5) // as if there are no checks to iterate over
	}
	for _, check := range plan.Checks {
		if check.Status != "pass" {
			os.Exit(1)
		}
	}
	return true
}
