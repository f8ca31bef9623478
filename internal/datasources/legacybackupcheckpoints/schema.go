// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoints

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func newSchema(ctx context.Context) schema.Schema {
	attributes := checkpoint.Arguments(ctx)
	attributes["restorable"] = schema.BoolAttribute{
		MarkdownDescription: "Only checkpoints that Atlas can restore (`true`), or can't (`false`). One of which Atlas says neither passes " +
			"neither. Default: all.",
		Optional: true,
	}
	attributes["since"] = schema.StringAttribute{
		MarkdownDescription: "Only checkpoints with a `timestamp` at or after this time, in RFC 3339.",
		Optional:            true,
		Validators:          []validator.String{validators.Time()},
	}
	attributes["until"] = schema.StringAttribute{
		MarkdownDescription: "Only checkpoints with a `timestamp` at or before this time, in RFC 3339.",
		Optional:            true,
		Validators:          []validator.String{validators.Time()},
	}
	attributes["max_results"] = schema.Int64Attribute{
		MarkdownDescription: "At most this many checkpoints, the newest: at least 1. Default: all that pass the filters. All pages are read " +
			"in any case, since Atlas does not sort them.",
		Optional:   true,
		Validators: []validator.Int64{int64validator.AtLeast(1)},
	}
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "`project_id` and `cluster_name`, with a slash between them.",
		Computed:            true,
	}
	attributes["total_count"] = schema.Int64Attribute{
		MarkdownDescription: "How many checkpoints the cluster has, before filters: counted, not Atlas' estimate.",
		Computed:            true,
	}
	attributes["latest"] = schema.SingleNestedAttribute{
		MarkdownDescription: "The first of `results`: the newest checkpoint that passes the filters. Null if none does.",
		Computed:            true,
		Attributes:          checkpoint.Attributes(),
	}
	attributes["results"] = schema.ListNestedAttribute{
		MarkdownDescription: "The checkpoints that pass all filters, newest `timestamp` first, ties by ascending `id`, those without a " +
			"`timestamp` last. Empty if none does, never null.",
		Computed:     true,
		NestedObject: schema.NestedAttributeObject{Attributes: checkpoint.Attributes()},
	}
	return schema.Schema{
		MarkdownDescription: "Lists the legacy backup checkpoints of a cluster, newest restore point first. No checkpoint is an empty " +
			"list, not an error; a cluster or project that does not exist is an error. Needs the role Project Read Only.\n\n" +
			"A list is read in pages of 500. It is no snapshot: when Atlas deletes a checkpoint while it is read, the following ones " +
			"move up and one may be missed.",
		Attributes: attributes,
	}
}
