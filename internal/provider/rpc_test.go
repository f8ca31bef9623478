// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// rpc is the provider as Terraform meets it: through its protocol.
type rpc struct {
	t        *testing.T
	provider *Provider
	watched  *watched
	server   tfprotov6.ProviderServer
	schemas  *tfprotov6.GetProviderSchemaResponse
}

// newRPC serves the provider with nothing in its environment but the given variables.
func newRPC(t *testing.T, environment map[string]string, opts ...Option) *rpc {
	t.Helper()

	getenv := func(name string) string { return environment[name] }
	p := New("1.2.3", append([]Option{WithEnv(getenv)}, opts...)...)
	t.Cleanup(p.Close)
	w := &watched{Provider: p}
	server, err := providerserver.NewProtocol6WithError(w)()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	assertDiagnostics(t, schemas.Diagnostics)
	return &rpc{t: t, provider: p, watched: w, server: server, schemas: schemas}
}

// config holds arguments; those that it leaves out are null.
type config map[string]any

// unknown is an argument's value before what it comes from is created.
const unknown = tftypes.UnknownValue

func (r *rpc) validate(arguments config) []*tfprotov6.Diagnostic {
	r.t.Helper()

	resp, err := r.server.ValidateProviderConfig(r.t.Context(), &tfprotov6.ValidateProviderConfigRequest{
		Config: r.dynamic(r.schemas.Provider, arguments),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.Diagnostics
}

func (r *rpc) configure(arguments config) []*tfprotov6.Diagnostic {
	r.t.Helper()

	resp, err := r.server.ConfigureProvider(r.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           r.dynamic(r.schemas.Provider, arguments),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return append(resp.Diagnostics, r.problems()...)
}

// watched is a provider that shows what it hands to its data sources.
type watched struct {
	*Provider
	data any
}

func (w *watched) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	w.Provider.Configure(ctx, req, resp)
	w.data = resp.DataSourceData
}

// problems are what the first read would say of the configuration.
func (r *rpc) problems() []*tfprotov6.Diagnostic {
	data, ok := r.watched.data.(*cluster.ProviderData)
	if !ok {
		return nil
	}
	var all []*tfprotov6.Diagnostic
	_, problems := data.Client()
	for _, d := range problems {
		severity := tfprotov6.DiagnosticSeverityError
		if d.Severity() == diag.SeverityWarning {
			severity = tfprotov6.DiagnosticSeverityWarning
		}
		all = append(all, &tfprotov6.Diagnostic{Severity: severity, Summary: d.Summary(), Detail: d.Detail()})
	}
	return all
}

// read reads the checkpoint that the stand-in for Atlas serves.
func (r *rpc) read() []*tfprotov6.Diagnostic {
	r.t.Helper()

	_, diagnostics := r.get(r.t.Context(), "atlas_legacy_backup_checkpoint", config{
		"project_id":    projectID,
		"cluster_name":  "Cluster0",
		"checkpoint_id": checkpointID,
	})
	return diagnostics
}

// get reads a data source: its attributes, unless an error comes instead. It may be called in parallel.
func (r *rpc) get(ctx context.Context, name string, arguments config) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	schema := r.schemas.DataSourceSchemas[name]
	resp, err := r.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name,
		Config:   r.dynamic(schema, arguments),
	})
	if err != nil {
		r.t.Error(err)
		return nil, nil
	}
	attributes := map[string]tftypes.Value{}
	if resp.State == nil {
		return attributes, resp.Diagnostics
	}
	state, err := resp.State.Unmarshal(schema.ValueType())
	if err == nil && !state.IsNull() {
		err = state.As(&attributes)
	}
	if err != nil {
		r.t.Error(err)
	}
	return attributes, resp.Diagnostics
}

func (r *rpc) dynamic(schema *tfprotov6.Schema, arguments config) *tfprotov6.DynamicValue {
	r.t.Helper()

	typ := schema.ValueType()
	value, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, map[string]any(arguments)))
	if err != nil {
		panic(err) // a mistake in the test
	}
	return &value
}

// terraformValue turns nil, unknown, scalars and maps into a value of the type.
func terraformValue(typ tftypes.Type, value any) tftypes.Value {
	object, ok := typ.(tftypes.Object)
	members, isMap := value.(map[string]any)
	if !ok || !isMap {
		return tftypes.NewValue(typ, value)
	}
	for name := range members {
		if _, ok := object.AttributeTypes[name]; !ok {
			panic("no such argument: " + name)
		}
	}
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		values[name] = terraformValue(typ, members[name])
	}
	return tftypes.NewValue(typ, values)
}

// diagnostic is what a test expects: everything but the detail in full.
type diagnostic struct {
	severity tfprotov6.DiagnosticSeverity // error if left out
	summary  string
	at       string   // as in retry.min_delay; empty for no attribute
	detail   []string // facts that the detail states
}

// assertDiagnostics compares in any order, since the framework promises none.
func assertDiagnostics(t *testing.T, got []*tfprotov6.Diagnostic, want ...diagnostic) {
	t.Helper()

	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, w.matches)
		if i < 0 {
			t.Errorf("missing diagnostic %+v", w)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, d := range left {
		t.Errorf("unexpected diagnostic: %s", text(d))
	}
}

func (w diagnostic) matches(got *tfprotov6.Diagnostic) bool {
	severity := w.severity
	if severity == tfprotov6.DiagnosticSeverityInvalid {
		severity = tfprotov6.DiagnosticSeverityError
	}
	lacks := func(fact string) bool { return !strings.Contains(got.Detail, fact) }
	return got.Severity == severity && got.Summary == w.summary && attribute(got) == w.at &&
		!slices.ContainsFunc(w.detail, lacks)
}

// assertHides searches everything that Terraform gets to show.
func assertHides(t *testing.T, got []*tfprotov6.Diagnostic, secrets ...string) {
	t.Helper()

	for _, d := range got {
		for _, secret := range secrets {
			if strings.Contains(text(d), secret) {
				t.Errorf("%q is in: %s", secret, text(d))
			}
		}
	}
}

func text(d *tfprotov6.Diagnostic) string {
	return fmt.Sprintf("%s at %q: %s\n%s", d.Severity, attribute(d), d.Summary, d.Detail)
}

func attribute(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	var names []string
	for _, step := range d.Attribute.Steps() {
		names = append(names, string(step.(tftypes.AttributeName)))
	}
	return strings.Join(names, ".")
}
