// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package checkpoint is what the data sources about legacy backup checkpoints
// have in common: their arguments, and the schema and mapping of one checkpoint.
package checkpoint

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// DefaultReadTimeout bounds a read whose configuration sets no timeouts.read.
const DefaultReadTimeout = 5 * time.Minute

// Arguments returns the arguments that say whose checkpoints are read, and how
// long that may take.
func Arguments(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "Id of the project that the cluster belongs to, the API's `groupId`: 24 lower-case hexadecimal digits.",
			Required:            true,
			Validators:          []validator.String{validators.ObjectID()},
		},
		"cluster_name": schema.StringAttribute{
			MarkdownDescription: "Name of the cluster that the checkpoints were made of: letters, digits and hyphens, such as `Cluster0`.",
			Required:            true,
			Validators:          []validator.String{validators.ClusterName()},
		},
		"timeouts": timeoutsArgument(ctx),
	}
}

func timeoutsArgument(ctx context.Context) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "How long the data source may take.",
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
	}
}

// ReadContext bounds a read by the timeouts of its configuration.
func ReadContext(ctx context.Context, t timeouts.Value) (context.Context, context.CancelFunc, diag.Diagnostics) {
	limit, diags := t.Read(ctx, DefaultReadTimeout)
	ctx, cancel := context.WithTimeout(ctx, limit)
	return ctx, cancel, diags
}
