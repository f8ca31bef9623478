// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package legacybackupcheckpoint

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func newSchema(ctx context.Context) schema.Schema {
	attributes := checkpoint.Arguments(ctx)
	attributes["checkpoint_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the checkpoint: 24 lower-case hexadecimal digits.",
		Required:            true,
		Validators:          []validator.String{validators.ObjectID()},
	}
	maps.Copy(attributes, checkpoint.Attributes())
	return schema.Schema{
		MarkdownDescription: "Reads one legacy backup checkpoint: a point in time that a cluster with legacy backups can be restored " +
			"to. A checkpoint that does not exist is an error. Needs the role Project Read Only.",
		Attributes: attributes,
	}
}
