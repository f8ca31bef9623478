// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// Attributes returns the computed attributes of one checkpoint.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "Id of the checkpoint.",
			Computed:            true,
		},
		"cluster_id": schema.StringAttribute{
			MarkdownDescription: "Id of the cluster that the checkpoint was made of.",
			Computed:            true,
		},
		"started": timeAttribute("When the balancer was stopped and the checkpoint began"),
		"completed": timeAttribute("When the checkpoint was complete and the balancer was started again. Null while the " +
			"checkpoint is in progress"),
		"timestamp": timeAttribute("The point in time that a restore of this checkpoint leads back to. Its age is what a recovery " +
			"point objective (RPO) is about; it lies slightly before `completed`"),
		"restorable": schema.BoolAttribute{
			MarkdownDescription: "Whether Atlas can restore the checkpoint.",
			Computed:            true,
		},
		"parts": schema.ListNestedAttribute{
			MarkdownDescription: "What the checkpoint consists of, in the API's order: one part for a replica set; for a sharded cluster one " +
				"for each shard and one for the config servers. Never null.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: partAttributes()},
		},
		"links": schema.ListNestedAttribute{
			MarkdownDescription: "Links to related resources of the API, in the API's order. Never null.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"href": schema.StringAttribute{MarkdownDescription: "Address of the resource.", Computed: true},
				"rel":  schema.StringAttribute{MarkdownDescription: "How the resource is related to the checkpoint, such as `self`.", Computed: true},
			}},
		},
	}
}

func partAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"replica_set_name": schema.StringAttribute{
			MarkdownDescription: "Name of the replica set that this part was made of.",
			Computed:            true,
		},
		"shard_name": schema.StringAttribute{
			MarkdownDescription: "Name of the shard. Null for config servers.",
			Computed:            true,
		},
		"type_name": schema.StringAttribute{
			MarkdownDescription: "Kind of the part: `REPLICA_SET`, `CONFIG_SERVER_REPLICA_SET`, `CONFIG_SERVER`, or a kind that Atlas has added since.",
			Computed:            true,
		},
		"token_discovered": schema.BoolAttribute{
			MarkdownDescription: "Whether the checkpoint's token, the oplog entry that marks the same moment on all parts, was found on this part.",
			Computed:            true,
		},
		"token_timestamp": schema.SingleNestedAttribute{
			MarkdownDescription: "Position of the token in the part's oplog (a BSON timestamp). Null if Atlas sends none.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"date": timeAttribute("The second in which the entry was written"),
				"increment": schema.Int64Attribute{
					MarkdownDescription: "Ordinal of the entry within that second, from 0 to 4294967295.",
					Computed:            true,
				},
			},
		},
	}
}

func timeAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + ". RFC 3339 in UTC, such as `2023-05-01T12:00:00Z`.",
		Computed:            true,
		CustomType:          timetypes.RFC3339Type{},
	}
}
