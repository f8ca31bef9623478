// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package checkpoint has the data sources about legacy backup checkpoints:
// atlas_legacy_backup_checkpoint and atlas_legacy_backup_checkpoints.
package checkpoint

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// attributes describes one checkpoint.
func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         cluster.String("Id of the checkpoint."),
		"cluster_id": cluster.String("Id of the cluster that the checkpoint was made of."),
		"started":    cluster.TimeAttribute("When the balancer was stopped and the checkpoint began"),
		"completed": cluster.TimeAttribute("When the checkpoint was complete and the balancer was started again. Null while the " +
			"checkpoint is in progress"),
		"timestamp": cluster.TimeAttribute("The point in time that this checkpoint restores. Its age is what a recovery " +
			"point objective (RPO) is about; it lies slightly before `completed`"),
		"restorable": cluster.Bool("Whether Atlas can restore the checkpoint."),
		"parts": schema.ListNestedAttribute{
			MarkdownDescription: "What the checkpoint consists of, in the API's order: one part for a replica set; for a sharded cluster one " +
				"for each shard and one for the config servers. Never null.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: partAttributes()},
		},
		"links": cluster.LinksAttribute("checkpoint"),
	}
}

func partAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"replica_set_name": cluster.String("Name of the replica set that this part was made of."),
		"shard_name":       cluster.String("Name of the shard. Null for config servers."),
		"type_name":        cluster.String("Kind of the part: `REPLICA_SET`, `CONFIG_SERVER_REPLICA_SET`, `CONFIG_SERVER`, or a kind that Atlas has added since."),
		"token_discovered": cluster.Bool("Whether the checkpoint's token, the oplog entry that marks the same moment on all parts, was found on this part."),
		"token_timestamp":  cluster.BSONTimestampAttribute("Position of the token in the part's oplog (a BSON timestamp). Null if Atlas sends none."),
	}
}

// element holds the attributes of one checkpoint.
type element struct {
	ID         types.String      `tfsdk:"id"`
	ClusterID  types.String      `tfsdk:"cluster_id"`
	Started    timetypes.RFC3339 `tfsdk:"started"`
	Completed  timetypes.RFC3339 `tfsdk:"completed"`
	Timestamp  timetypes.RFC3339 `tfsdk:"timestamp"`
	Restorable types.Bool        `tfsdk:"restorable"`
	Parts      []part            `tfsdk:"parts"`
	Links      []cluster.Link    `tfsdk:"links"`
}

type part struct {
	ReplicaSetName  types.String           `tfsdk:"replica_set_name"`
	ShardName       types.String           `tfsdk:"shard_name"`
	TypeName        types.String           `tfsdk:"type_name"`
	TokenDiscovered types.Bool             `tfsdk:"token_discovered"`
	TokenTimestamp  *cluster.BSONTimestamp `tfsdk:"token_timestamp"`
}

// newElement maps a checkpoint of the API. What the API leaves out is null; lists are empty
// instead, so that for expressions and length work on them.
func newElement(c *atlas.Checkpoint) element {
	e := element{
		ID:         types.StringPointerValue(c.ID),
		ClusterID:  types.StringPointerValue(c.ClusterID),
		Started:    cluster.Time(c.Started),
		Completed:  cluster.Time(c.Completed),
		Timestamp:  cluster.Time(c.Timestamp),
		Restorable: types.BoolPointerValue(c.Restorable),
		Parts:      make([]part, len(c.Parts)),
		Links:      cluster.NewLinks(c.Links),
	}
	for i, p := range c.Parts {
		e.Parts[i] = part{
			ReplicaSetName:  types.StringPointerValue(p.ReplicaSetName),
			ShardName:       types.StringPointerValue(p.ShardName),
			TypeName:        types.StringPointerValue(p.TypeName),
			TokenDiscovered: types.BoolPointerValue(p.TokenDiscovered),
			TokenTimestamp:  cluster.NewBSONTimestamp(p.TokenTimestamp),
		}
	}
	return e
}
