// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// These tests loop over all that the provider serves, so that they hold for what is added, too.

func TestSchemas_validImplementation(t *testing.T) {
	t.Parallel()

	p := New("1.2.3")
	var served provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &served)
	if diags := served.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}

	for _, newDataSource := range p.DataSources(t.Context()) {
		var served datasource.SchemaResponse
		newDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &served)
		if diags := served.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Error(diags)
		}
	}
	for _, newEphemeralResource := range p.EphemeralResources(t.Context()) {
		var served ephemeral.SchemaResponse
		newEphemeralResource().Schema(t.Context(), ephemeral.SchemaRequest{}, &served)
		if diags := served.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Error(diags)
		}
	}
}

func TestSchemas_described(t *testing.T) {
	t.Parallel()

	for name, schema := range servedSchemas(t) {
		if schema.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for at, attribute := range attributesOf(name, schema.Block.Attributes) {
			if !strings.HasSuffix(attribute.Description, ".") {
				t.Errorf("%s has no description in sentences: %q", at, attribute.Description)
			}
		}
	}
}

func TestSchemas_secretsAreSensitive(t *testing.T) {
	t.Parallel()

	var sensitive []string
	for name, schema := range servedSchemas(t) {
		for at, attribute := range attributesOf(name, schema.Block.Attributes) {
			if attribute.Sensitive {
				sensitive = append(sensitive, at)
			}
		}
	}
	slices.Sort(sensitive)
	want := []string{
		"ephemeral atlas_legacy_backup_restore_job.delivery.auth_value", "ephemeral atlas_legacy_backup_restore_job.delivery.url_v2",
		"provider.access_token", "provider.client_secret", "provider.private_key",
	}
	if !slices.Equal(sensitive, want) {
		t.Errorf("got %q, want %q", sensitive, want)
	}
}

func TestProviderSchema_isOptionalAndNamesItsVariables(t *testing.T) {
	t.Parallel()

	attributes := attributesOf("provider", servedSchemas(t)["provider"].Block.Attributes)
	for at, attribute := range attributes {
		if !attribute.Optional {
			t.Errorf("%s is not optional", at)
		}
	}
	for argument, names := range variables {
		for _, name := range names {
			if !strings.Contains(attributes["provider."+argument].Description, "`"+name+"`") {
				t.Errorf("the description of %s does not name %s", argument, name)
			}
		}
	}
}

func TestProviderSchema_saysDefaults(t *testing.T) {
	t.Parallel()

	attributes := attributesOf("provider", servedSchemas(t)["provider"].Block.Attributes)
	for name, text := range map[string]string{
		"base_url": "`https://cloud.mongodb.com`", "is_mongodbgov_cloud": "`false`",
		"envelope": "`false`", "pretty": "`false`", "request_timeout": "`30s`",
		"retry.max_attempts": "`5`", "retry.min_delay": "`1s`", "retry.max_delay": "`60s`",
	} {
		if got := attributes["provider."+name].Description; !strings.Contains(got, "Default: "+text+".") {
			t.Errorf("%s does not say its default %s: %s", name, text, got)
		}
	}
}

func TestProvider_isReadOnly(t *testing.T) {
	t.Parallel()

	schemas := served(t)
	if len(schemas.ResourceSchemas) != 0 || len(schemas.DataSourceSchemas) == 0 {
		t.Errorf("%d resources and %d data sources", len(schemas.ResourceSchemas), len(schemas.DataSourceSchemas))
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(schemas.DataSourceSchemas)), maps.Keys(schemas.EphemeralResourceSchemas))
	for _, name := range names {
		if !strings.HasPrefix(name, "atlas_") {
			t.Errorf("%s does not begin with the provider's type name", name)
		}
	}
}

// servedSchemas returns the schemas as Terraform gets them.
func servedSchemas(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()

	all := served(t)
	schemas := map[string]*tfprotov6.Schema{"provider": all.Provider}
	maps.Copy(schemas, all.DataSourceSchemas)
	for name, schema := range all.EphemeralResourceSchemas {
		schemas["ephemeral "+name] = schema
	}
	return schemas
}

func served(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()

	schemas, err := New("1.2.3").Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas)
	}
	return schemas
}

// attributesOf returns attributes and those nested in them, by address.
func attributesOf(parent string, attributes []*tfprotov6.SchemaAttribute) map[string]*tfprotov6.SchemaAttribute {
	found := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range attributes {
		at := parent + "." + attribute.Name
		found[at] = attribute
		if attribute.NestedType == nil {
			continue
		}
		maps.Copy(found, attributesOf(at, attribute.NestedType.Attributes))
	}
	return found
}
