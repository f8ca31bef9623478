// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoint_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/legacybackupcheckpoint"
)

const (
	projectID    = "32b6e34b3d91647abb20e7b8"
	checkpointID = "5c6c64e1fd6c9f0b8e6d4c11"
)

func TestDataSource_metadata(t *testing.T) {
	t.Parallel()

	var resp datasource.MetadataResponse
	legacybackupcheckpoint.NewDataSource().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "atlas"}, &resp)
	if resp.TypeName != "atlas_legacy_backup_checkpoint" {
		t.Errorf("got %s", resp.TypeName)
	}
}

func TestDataSource_schema(t *testing.T) {
	t.Parallel()

	s := newSchema(t)
	if diags := s.ValidateImplementation(t.Context()); len(diags) != 0 {
		t.Fatal(diags)
	}
	var required, optional, computed []string
	for name, attribute := range s.Attributes {
		switch {
		case attribute.IsRequired():
			required = append(required, name)
		case attribute.IsOptional():
			optional = append(optional, name)
		case attribute.IsComputed():
			computed = append(computed, name)
		}
	}
	for _, kind := range []struct{ got, want []string }{
		{required, []string{"checkpoint_id", "cluster_name", "project_id"}},
		{optional, []string{"timeouts"}},
		{computed, []string{"cluster_id", "completed", "id", "links", "parts", "restorable", "started", "timestamp"}},
	} {
		if slices.Sort(kind.got); !slices.Equal(kind.got, kind.want) {
			t.Errorf("got %v, want %v", kind.got, kind.want)
		}
	}
}

func TestDataSource_configure(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		providerData any
		summary      string
	}{
		"configured":   {providerData: atlasdiag.NewProviderData(nil, nil)},
		"validating":   {providerData: nil},
		"another type": {providerData: "client", summary: "Unexpected provider data"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var resp datasource.ConfigureResponse
			configurable(t).Configure(t.Context(), datasource.ConfigureRequest{ProviderData: test.providerData}, &resp)
			assertSummary(t, resp.Diagnostics, test.summary)
		})
	}
}

func TestDataSource_read(t *testing.T) {
	t.Parallel()

	resp := read(t, newClient(t, http.StatusOK, `{
		"id": "5c6c64e1fd6c9f0b8e6d4c11", "groupId": "32b6e34b3d91647abb20e7b8", "restorable": true,
		"timestamp": "2023-05-01T12:00:00Z", "parts": [{"replicaSetName": "rs0"}]
	}`), "")
	assertSummary(t, resp.Diagnostics, "")

	typ, ok := newSchema(t).Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not that of an object")
	}
	parts, ok := typ.AttributeTypes["parts"].(tftypes.List)
	if !ok {
		t.Fatal("parts is not a list")
	}
	want := tftypes.NewValue(typ, withNulls(typ, map[string]tftypes.Value{
		"project_id":    tftypes.NewValue(tftypes.String, projectID),
		"cluster_name":  tftypes.NewValue(tftypes.String, "Cluster0"),
		"checkpoint_id": tftypes.NewValue(tftypes.String, checkpointID),
		"id":            tftypes.NewValue(tftypes.String, checkpointID),
		"restorable":    tftypes.NewValue(tftypes.Bool, true),
		"timestamp":     tftypes.NewValue(tftypes.String, "2023-05-01T12:00:00Z"),
		"parts": tftypes.NewValue(parts, []tftypes.Value{
			tftypes.NewValue(parts.ElementType, withNulls(parts.ElementType, map[string]tftypes.Value{
				"replica_set_name": tftypes.NewValue(tftypes.String, "rs0"),
			})),
		}),
		"links": tftypes.NewValue(typ.AttributeTypes["links"], []tftypes.Value{}),
	}))
	if !resp.State.Raw.Equal(want) {
		t.Errorf("got %s, want %s", resp.State.Raw, want)
	}
}

// A checkpoint that does not exist is a mistake in the configuration: there is
// no state to go on with.
func TestDataSource_readNotFound(t *testing.T) {
	t.Parallel()

	resp := read(t, newClient(t, http.StatusNotFound, `{"error":404,"errorCode":"CHECKPOINT_NOT_FOUND"}`), "")
	assertSummary(t, resp.Diagnostics, "Atlas legacy backup checkpoint not found")
	withPath, ok := resp.Diagnostics[0].(diag.DiagnosticWithPath)
	if !ok || !withPath.Path().Equal(path.Root("checkpoint_id")) {
		t.Errorf("not at checkpoint_id: %v", resp.Diagnostics[0])
	}
	if !resp.State.Raw.IsNull() {
		t.Errorf("state after an error: %s", resp.State.Raw)
	}
}

func TestDataSource_readTimeout(t *testing.T) {
	t.Parallel()

	resp := read(t, newClient(t, http.StatusOK, "{}"), "1ns")
	assertSummary(t, resp.Diagnostics, "Atlas did not answer in time")
}

// The announcement comes with the data, once for all reads with one client.
func TestDataSource_readSunset(t *testing.T) {
	t.Parallel()

	client := newClient(t, http.StatusOK, `{"id":"`+checkpointID+`"}`, "Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")
	for _, summary := range []string{"Atlas will withdraw its legacy backup API", ""} {
		resp := read(t, client, "")
		assertSummary(t, resp.Diagnostics, summary)
		if resp.Diagnostics.HasError() || resp.State.Raw.IsNull() {
			t.Errorf("no data: %v", resp.Diagnostics)
		}
	}
}

// newClient returns a client of a server that always says the same. headers are names and values in turn.
func newClient(t *testing.T, status int, body string, headers ...string) *atlas.Client {
	t.Helper()

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return atlas.New(atlas.Config{
		BaseURL:     base,
		Credentials: auth.AccessToken{Token: "token"},
		Transport:   server.Client().Transport,
	})
}

// read reads the checkpoint as Terraform does. An empty timeout is left out.
func read(t *testing.T, client *atlas.Client, timeout string) datasource.ReadResponse {
	t.Helper()

	d := configurable(t)
	var configured datasource.ConfigureResponse
	d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: atlasdiag.NewProviderData(client, nil)}, &configured)
	assertSummary(t, configured.Diagnostics, "")

	s := newSchema(t)
	typ := s.Type().TerraformType(t.Context())
	config := map[string]tftypes.Value{
		"project_id":    tftypes.NewValue(tftypes.String, projectID),
		"cluster_name":  tftypes.NewValue(tftypes.String, "Cluster0"),
		"checkpoint_id": tftypes.NewValue(tftypes.String, checkpointID),
	}
	if timeout != "" {
		config["timeouts"] = tftypes.NewValue(s.Attributes["timeouts"].GetType().TerraformType(t.Context()),
			map[string]tftypes.Value{"read": tftypes.NewValue(tftypes.String, timeout)})
	}
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: s, Raw: tftypes.NewValue(typ, nil)}}
	d.Read(t.Context(), datasource.ReadRequest{
		Config: tfsdk.Config{Schema: s, Raw: tftypes.NewValue(typ, withNulls(typ, config))},
	}, &resp)
	return resp
}

func configurable(t *testing.T) datasource.DataSourceWithConfigure {
	t.Helper()

	d, ok := legacybackupcheckpoint.NewDataSource().(datasource.DataSourceWithConfigure)
	if !ok {
		t.Fatal("it takes no client")
	}
	return d
}

func newSchema(t *testing.T) schema.Schema {
	t.Helper()

	var resp datasource.SchemaResponse
	legacybackupcheckpoint.NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	if len(resp.Diagnostics) != 0 {
		t.Fatal(resp.Diagnostics)
	}
	return resp.Schema
}

// withNulls adds the attributes of an object that are not given.
func withNulls(typ tftypes.Type, values map[string]tftypes.Value) map[string]tftypes.Value {
	object, _ := typ.(tftypes.Object)
	for name, typ := range object.AttributeTypes {
		if _, ok := values[name]; !ok {
			values[name] = tftypes.NewValue(typ, nil)
		}
	}
	return values
}

// assertSummary expects one diagnostic with the summary, or none at all without one.
func assertSummary(t *testing.T, got diag.Diagnostics, want string) {
	t.Helper()

	var wants []string
	if want != "" {
		wants = []string{want}
	}
	var summaries []string
	for _, d := range got {
		summaries = append(summaries, d.Summary())
	}
	if !slices.Equal(summaries, wants) {
		t.Fatalf("got %v, want %q", got, want)
	}
}
