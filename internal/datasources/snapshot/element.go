// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package snapshot has the data sources about legacy backup snapshots: atlas_legacy_backup_snapshot
// and atlas_legacy_backup_snapshots.
package snapshot

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// attributes describes one snapshot.
func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                           cluster.String("Id of the snapshot."),
		"cluster_id":                   cluster.String("Id of the cluster that the snapshot was made of."),
		"complete":                     cluster.Bool("Whether the snapshot is complete: false while it is being made, or if that failed."),
		"created":                      cluster.BSONTimestampAttribute("When the snapshot was made, as a position in the oplog (a BSON timestamp)."),
		"last_oplog_applied_timestamp": cluster.BSONTimestampAttribute("The last oplog entry that the snapshot contains (a BSON timestamp)."),
		"do_not_delete":                cluster.Bool("Whether Atlas keeps the snapshot until somebody deletes it. Then `expires` is null."),
		"expires":                      cluster.TimeAttribute("When Atlas deletes the snapshot. Null if `do_not_delete` is true"),
		"incremental":                  cluster.Bool("Whether the snapshot is incremental."),
		"parts": schema.ListNestedAttribute{
			MarkdownDescription: "What the snapshot consists of, in the API's order: one part for a replica set; for a sharded cluster one " +
				"for each shard and one for the config servers. Never null.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: partAttributes()},
		},
		"links": cluster.LinksAttribute("snapshot"),
	}
}

func partAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"cluster_id":          cluster.String("Id of the cluster that this part was made of."),
		"replica_set_name":    cluster.String("Name of the replica set that this part was made of."),
		"replica_state":       cluster.String("State of the member that this part was copied from: `PRIMARY` or `SECONDARY`."),
		"type_name":           cluster.String("Kind of the part: `REPLICA_SET`, `CONFIG_SERVER`, or a kind that Atlas has added since."),
		"fcv":                 cluster.String("Feature compatibility version of the replica set, such as `4.0`."),
		"mongod_version":      cluster.String("Version of MongoDB that the member ran."),
		"machine_id":          cluster.String("Host and port of the member."),
		"completed_time":      cluster.TimeAttribute("When this part was complete"),
		"compression_setting": cluster.String("How this part is compressed: `GZIP`, `NONE`, or a way that Atlas has added since."),
		"data_size_bytes":     cluster.Int64("Size of the documents and indexes, in bytes."),
		"file_size_bytes":     cluster.Int64("Size of the data files, in bytes."),
		"storage_size_bytes":  cluster.Int64("Size of what is stored of this part, in bytes."),
		"encryption_enabled":  cluster.Bool("Whether this part is encrypted."),
		"master_key_uuid":     cluster.String("UUID of the key that encrypts this part. Null without encryption."),
	}
}

// element holds the attributes of one snapshot.
type element struct {
	ID                        types.String           `tfsdk:"id"`
	ClusterID                 types.String           `tfsdk:"cluster_id"`
	Complete                  types.Bool             `tfsdk:"complete"`
	Created                   *cluster.BSONTimestamp `tfsdk:"created"`
	LastOplogAppliedTimestamp *cluster.BSONTimestamp `tfsdk:"last_oplog_applied_timestamp"`
	DoNotDelete               types.Bool             `tfsdk:"do_not_delete"`
	Expires                   timetypes.RFC3339      `tfsdk:"expires"`
	Incremental               types.Bool             `tfsdk:"incremental"`
	Parts                     []part                 `tfsdk:"parts"`
	Links                     []cluster.Link         `tfsdk:"links"`
}

type part struct {
	ClusterID          types.String      `tfsdk:"cluster_id"`
	ReplicaSetName     types.String      `tfsdk:"replica_set_name"`
	ReplicaState       types.String      `tfsdk:"replica_state"`
	TypeName           types.String      `tfsdk:"type_name"`
	FCV                types.String      `tfsdk:"fcv"`
	MongodVersion      types.String      `tfsdk:"mongod_version"`
	MachineID          types.String      `tfsdk:"machine_id"`
	CompletedTime      timetypes.RFC3339 `tfsdk:"completed_time"`
	CompressionSetting types.String      `tfsdk:"compression_setting"`
	DataSizeBytes      types.Int64       `tfsdk:"data_size_bytes"`
	FileSizeBytes      types.Int64       `tfsdk:"file_size_bytes"`
	StorageSizeBytes   types.Int64       `tfsdk:"storage_size_bytes"`
	EncryptionEnabled  types.Bool        `tfsdk:"encryption_enabled"`
	MasterKeyUUID      types.String      `tfsdk:"master_key_uuid"`
}

// newElement maps a snapshot of the API. What the API leaves out is null; lists are empty instead,
// so that for expressions and length work on them.
func newElement(s *atlas.Snapshot) element {
	e := element{
		ID:                        types.StringPointerValue(s.ID),
		ClusterID:                 types.StringPointerValue(s.ClusterID),
		Complete:                  types.BoolPointerValue(s.Complete),
		Created:                   cluster.NewBSONTimestamp(s.Created),
		LastOplogAppliedTimestamp: cluster.NewBSONTimestamp(s.LastOplogAppliedTimestamp),
		DoNotDelete:               types.BoolPointerValue(s.DoNotDelete),
		Expires:                   cluster.Time(s.Expires),
		Incremental:               types.BoolPointerValue(s.Incremental),
		Parts:                     make([]part, len(s.Parts)),
		Links:                     cluster.NewLinks(s.Links),
	}
	for i, p := range s.Parts {
		e.Parts[i] = part{
			ClusterID:          types.StringPointerValue(p.ClusterID),
			ReplicaSetName:     types.StringPointerValue(p.ReplicaSetName),
			ReplicaState:       types.StringPointerValue(p.ReplicaState),
			TypeName:           types.StringPointerValue(p.TypeName),
			FCV:                types.StringPointerValue(p.FCV),
			MongodVersion:      types.StringPointerValue(p.MongodVersion),
			MachineID:          types.StringPointerValue(p.MachineID),
			CompletedTime:      cluster.Time(p.CompletedTime),
			CompressionSetting: types.StringPointerValue(p.CompressionSetting),
			DataSizeBytes:      types.Int64PointerValue(p.DataSizeBytes),
			FileSizeBytes:      types.Int64PointerValue(p.FileSizeBytes),
			StorageSizeBytes:   types.Int64PointerValue(p.StorageSizeBytes),
			EncryptionEnabled:  types.BoolPointerValue(p.EncryptionEnabled),
			MasterKeyUUID:      types.StringPointerValue(p.MasterKeyUUID),
		}
	}
	return e
}
