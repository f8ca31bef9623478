// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package cluster is what the data sources and ephemeral resources about a cluster's legacy backups
// have in common: their arguments, the course of a read, lists, and nested attributes.
package cluster

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// defaultReadTimeout bounds a read whose configuration sets no timeouts.read.
const defaultReadTimeout = 5 * time.Minute

// Arguments are the values of the arguments that Attributes describes.
type Arguments struct {
	ProjectID   types.String   `tfsdk:"project_id"`
	ClusterName types.String   `tfsdk:"cluster_name"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// Attributes returns the arguments that say which cluster's documents are read, and how long that
// may take. Nouns is what the documents are called.
func Attributes(ctx context.Context, nouns string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "Id of the project that the cluster belongs to, the API's `groupId`: 24 lower-case hexadecimal digits.",
			Required:            true,
			Validators:          []validator.String{validators.ObjectID()},
		},
		"cluster_name": schema.StringAttribute{
			MarkdownDescription: "Name of the cluster that the " + nouns + " belong to: letters, digits and hyphens, such as `Cluster0`.",
			Required:            true,
			Validators:          []validator.String{validators.ClusterName()},
		},
		"timeouts": schema.SingleNestedAttribute{
			MarkdownDescription: "How long the read may take.",
			Optional:            true,
			CustomType:          timeouts.Attributes(ctx).GetType().(timeouts.Type), //nolint:forcetypeassert // its own type
			Attributes: map[string]schema.Attribute{
				"read": schema.StringAttribute{
					MarkdownDescription: "Time for the whole read, with all its attempts and the waits between them: a Go duration above zero " +
						"such as `90s` or `10m`. Default: `5m`. When Atlas asks to wait for longer than what is left of it, the read fails at once.",
					Optional:   true,
					Validators: []validator.String{validators.PositiveDuration()},
				},
			},
		},
	}
}

// ID is the id of what a cluster has one of.
func (a Arguments) ID() types.String {
	return types.StringValue(a.ProjectID.ValueString() + "/" + a.ClusterName.ValueString())
}

// Target is the document with an id, or all of the cluster if that is empty.
func (a Arguments) Target(id types.String) atlas.Target {
	return atlas.Target{ProjectID: a.ProjectID.ValueString(), ClusterName: a.ClusterName.ValueString(), ID: id.ValueString()}
}

// Reader reads from Atlas, once the provider has configured it.
type Reader struct {
	provider *ProviderData
}

// Now is the present time, after a read.
func (r *Reader) Now() time.Time { return r.provider.client.Now() }

// Get reads one document. It returns nil if there is an error among the diagnostics.
func Get[T any, D atlas.Document[T]](ctx context.Context, r *Reader, op atlas.Operation, a Arguments, id types.String) (*T, diag.Diagnostics) {
	var doc *T
	diags := r.read(ctx, op, a, id, func(ctx context.Context, client *atlas.Client, of atlas.Target) (err error) {
		doc, err = atlas.Get[T, D](ctx, client, op, of)
		return err
	})
	return doc, diags
}

// read is the course of every read.
func (r *Reader) read(ctx context.Context, op atlas.Operation, a Arguments, id types.String,
	read func(context.Context, *atlas.Client, atlas.Target) error,
) diag.Diagnostics {
	client, diags := r.provider.Client()
	limit, more := a.Timeouts.Read(ctx, defaultReadTimeout)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	target := a.Target(id)
	diags.Append(atlasdiag.Read(op, target, read(ctx, client, target))...)
	if !diags.HasError() {
		diags.Append(atlasdiag.Sunset(client)...)
	}
	return diags
}
