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
	"testing"
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
	"github.com/itchyny/gojq"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// A copy of the test's binary under the name of another provider stands in for that provider, with
// as much of its schema as the examples use.
const standInPrefix = "terraform-provider-"

// standIns are the sources of the providers that something stands in for.
var standIns = []string{"mongodb/mongodbatlas", "hashicorp/vault", "ariga/atlas"}

// serveStandIn serves the provider that the binary is named after, if it is.
func serveStandIn() bool {
	name, ok := strings.CutPrefix(filepath.Base(os.Args[0]), standInPrefix)
	if !ok {
		return false
	}
	source := standIns[slices.IndexFunc(standIns, func(source string) bool { return strings.HasSuffix(source, "/"+name) })]
	err := providerserver.Serve(context.Background(), func() provider.Provider { return otherProvider{name} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/" + source,
	})
	if err != nil {
		log.Fatal(err)
	}
	return true
}

// standIn has the CLI find what stands in for other providers.
func standIn(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	for _, source := range standIns {
		cli.Override(source, standInFor(t, source))
	}
}

// standInFor returns the folder of what stands in for a provider.
func standInFor(t *testing.T, source string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, standInPrefix+filepath.Base(source))); err != nil {
		t.Fatal(err)
	}
	return folder
}

type otherProvider struct{ name string }

func (s otherProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (otherProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (otherProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (otherProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return sqlSchema{} }}
}

func (otherProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return cloudSnapshots{} },
		func() datasource.DataSource { return cloudProject{} },
	}
}

func (otherProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return vaultSecret{} }}
}

// cloudSnapshots is mongodbatlas_cloud_backup_snapshots, with one snapshot that was just completed. That
// of the cluster Old is old, with one that is being made; Empty has none.
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
	of := func(age time.Duration, status string) snapshot {
		return snapshot{types.StringValue(time.Now().Add(-age).UTC().Format(time.RFC3339)), types.StringValue(status)}
	}
	var cluster string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("cluster_name"), &cluster)...)
	results := []snapshot{of(0, "completed")}
	switch cluster {
	case "Old":
		results = []snapshot{of(0, "inProgress"), of(365*24*time.Hour, "completed")}
	case "Empty":
		results = []snapshot{}
	}
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("results"), results)...)
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

// cloudProject is mongodbatlas_project: each name is that of the mock's project.
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

func (cloudProject) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), atlasmock.ProjectID)...)
}

// sqlSchema is atlas_schema of ariga/atlas, which is created without a database.
type sqlSchema struct{}

func (sqlSchema) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "atlas_schema"
}

func (sqlSchema) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
		"url": resourceschema.StringAttribute{Optional: true, Sensitive: true},
		"hcl": resourceschema.StringAttribute{Required: true},
	}}
}

func (sqlSchema) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (sqlSchema) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (sqlSchema) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (sqlSchema) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// serveJQ stands in for jq on machines without it, if the binary is called jq: with an option, -e or
// -r, a filter and a file.
func serveJQ() {
	if filepath.Base(os.Args[0]) != "jq" {
		return
	}
	option, filter, file := os.Args[1], os.Args[2], os.Args[3]
	content, readErr := os.ReadFile(file)
	var input, last any
	query, parseErr := gojq.Parse(filter)
	if err := errors.Join(readErr, json.Unmarshal(content, &input), parseErr); err != nil {
		log.Fatal(err)
	}
	results := query.Run(input)
	for result, ok := results.Next(); ok; result, ok = results.Next() {
		if err, ok := result.(error); ok {
			log.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, result)
		last = result
	}
	if option == "-e" && (last == nil || last == false) {
		os.Exit(1)
	}
	os.Exit(0)
}
