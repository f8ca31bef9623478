// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Definition is what a data source, or an ephemeral resource, is made of beside its model.
type Definition struct {
	// Name is the name of the type, behind that of the provider.
	Name string
	// Description is Markdown.
	Description string
	// Attributes are all attributes: arguments and what is read.
	Attributes func(context.Context) map[string]schema.Attribute
}

// Model is a pointer to a struct with all attributes.
type Model[M any] interface {
	*M
	// Read sets the attributes by the arguments.
	Read(ctx context.Context, r *Reader) diag.Diagnostics
}

// modelWithValidate is a model whose arguments can be wrong together.
type modelWithValidate interface {
	// Validate returns what is wrong beyond what the arguments' own validators find. Values may be
	// unknown.
	Validate() diag.Diagnostics
}

// load takes a model's arguments out of a configuration.
func load(ctx context.Context, config tfsdk.Config, model any) diag.Diagnostics {
	var all types.Object
	diags := config.Get(ctx, &all)
	setArguments(model, all.Attributes())
	return diags
}

// validate checks a configuration.
func validate[M any, P Model[M]](ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	m, ok := any(P(new(M))).(modelWithValidate)
	if !ok {
		return nil
	}
	diags := load(ctx, config, m)
	if !diags.HasError() {
		diags.Append(m.Validate()...)
	}
	return diags
}

// read reads what a configuration asks for.
func read[M any, P Model[M]](
	ctx context.Context, r *Reader, config tfsdk.Config, set func(context.Context, any) diag.Diagnostics,
) diag.Diagnostics {
	m := P(new(M))
	diags := load(ctx, config, m)
	if !diags.HasError() {
		diags.Append(m.Read(ctx, r)...)
	}
	if !diags.HasError() {
		diags.Append(set(ctx, valueOf(config.Schema.Type(), reflect.ValueOf(m)))...)
	}
	return diags
}

type dataSource[M any, P Model[M]] struct {
	Definition
	reader Reader
}

// NewDataSource returns a data source that reads into its model.
func NewDataSource[M any, P Model[M]](d Definition) interface {
	datasource.DataSourceWithConfigure
	datasource.DataSourceWithValidateConfig
} {
	return &dataSource[M, P]{Definition: d}
}

func (d *dataSource[M, P]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Name
}

func (d *dataSource[M, P]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: d.Description, Attributes: d.Attributes(ctx)}
}

func (d *dataSource[M, P]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.reader.provider, resp.Diagnostics = configure(req.ProviderData)
}

func (d *dataSource[M, P]) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	resp.Diagnostics = validate[M, P](ctx, req.Config)
}

func (d *dataSource[M, P]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics = read[M, P](ctx, &d.reader, req.Config, resp.State.Set)
}

type ephemeralResource[M any, P Model[M]] struct {
	Definition
	reader Reader
}

// NewEphemeralResource returns an ephemeral resource that reads into its model. It has nothing to
// renew or close: Atlas keeps nothing of a read.
func NewEphemeralResource[M any, P Model[M]](d Definition) interface {
	ephemeral.EphemeralResourceWithConfigure
	ephemeral.EphemeralResourceWithValidateConfig
} {
	return &ephemeralResource[M, P]{Definition: d}
}

func (e *ephemeralResource[M, P]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Name
}

// Schema takes the attributes as they are: the attributes of both kinds of schemas are the same
// interface.
func (e *ephemeralResource[M, P]) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{MarkdownDescription: e.Description, Attributes: map[string]ephemeralschema.Attribute{}}
	for name, attribute := range e.Attributes(ctx) {
		resp.Schema.Attributes[name] = attribute
	}
}

func (e *ephemeralResource[M, P]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.reader.provider, resp.Diagnostics = configure(req.ProviderData)
}

func (e *ephemeralResource[M, P]) ValidateConfig(
	ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse,
) {
	resp.Diagnostics = validate[M, P](ctx, req.Config)
}

func (e *ephemeralResource[M, P]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Diagnostics = read[M, P](ctx, &e.reader, req.Config, resp.Result.Set)
}
