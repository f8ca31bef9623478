// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package restorejob has what reads legacy backup restore jobs: the data sources
// atlas_legacy_backup_restore_job and atlas_legacy_backup_restore_jobs, and the ephemeral resource
// atlas_legacy_backup_restore_job.
package restorejob

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// noSecrets is what the pages of the data sources say of a download.
func noSecrets() string {
	return "The address and the key of a download are not attributes of this data source, since Terraform stores what a data source " +
		"reads in its state, and whoever has the two can download the database. The ephemeral resource " +
		"`atlas_legacy_backup_restore_job` has them (Terraform 1.10, OpenTofu 1.11 and later)."
}

// attributes describes one restore job.
func attributes() map[string]schema.Attribute {
	return jobAttributes(deliveryAttributes())
}

func jobAttributes(delivery map[string]schema.Attribute) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                cluster.String("Id of the restore job."),
		"cluster_id":        cluster.String("Id of the cluster whose snapshot or checkpoint is restored."),
		"snapshot_id":       cluster.String("Id of the snapshot that is restored."),
		"batch_id":          cluster.String("Id of the batch that the job belongs to. Null for a job of a replica set."),
		"deployment_job_id": cluster.String("Id of the job that writes to the target of an automated restore."),
		"created":           cluster.TimeAttribute("When the restore was requested"),
		"status_name": cluster.String("Status of the job: `IN_PROGRESS`, `FINISHED`, `BROKEN`, `KILLED`, or one that Atlas has added " +
			"since."),
		"timestamp":          cluster.BSONTimestampAttribute("The oplog entry that the job restores to (a BSON timestamp)."),
		"encryption_enabled": cluster.Bool("Whether the data is encrypted."),
		"master_key_uuid":    cluster.String("UUID of the key that encrypts the data. Null without encryption."),
		"delivery": schema.SingleNestedAttribute{
			MarkdownDescription: "How the job hands the data over.",
			Computed:            true,
			Attributes:          delivery,
		},
		"hashes": schema.ListNestedAttribute{
			MarkdownDescription: "Checksums of the downloaded files, in the API's order. Empty until the download is complete, never null.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"file_name": cluster.String("Name of the file."),
				"hash":      cluster.String("Checksum of the file."),
				"type_name": cluster.String("Algorithm of the checksum, such as `SHA1`."),
				"links":     cluster.LinksAttribute("file"),
			}},
		},
		"links": cluster.LinksAttribute("restore job"),
	}
}

func deliveryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"method_name": cluster.String("How the data is delivered: `HTTP` (a download) or `AUTOMATED_RESTORE` (into a cluster)."),
		"status_name": cluster.String("Status of the delivery: `NOT_STARTED`, `IN_PROGRESS`, `READY`, `FAILED`, `INTERRUPTED`, `EXPIRED`, " +
			"`MAX_DOWNLOADS_EXCEEDED`, or one that Atlas has added since."),
		"expires":             cluster.TimeAttribute("When the download ends. Null if it is not a download"),
		"expiration_hours":    cluster.Int64("Hours for which the download is available. Null if it is not a download."),
		"max_downloads":       cluster.Int64("How often the data can be downloaded. Null if it is not a download."),
		"target_project_id":   cluster.String("Id of the project of the target of an automated restore, the API's `targetGroupId`."),
		"target_cluster_id":   cluster.String("Id of the target cluster of an automated restore."),
		"target_cluster_name": cluster.String("Name of the target cluster of an automated restore."),
	}
}

// job holds the attributes of one restore job but its delivery.
type job struct {
	ID                types.String           `tfsdk:"id"`
	ClusterID         types.String           `tfsdk:"cluster_id"`
	SnapshotID        types.String           `tfsdk:"snapshot_id"`
	BatchID           types.String           `tfsdk:"batch_id"`
	DeploymentJobID   types.String           `tfsdk:"deployment_job_id"`
	Created           timetypes.RFC3339      `tfsdk:"created"`
	StatusName        types.String           `tfsdk:"status_name"`
	Timestamp         *cluster.BSONTimestamp `tfsdk:"timestamp"`
	EncryptionEnabled types.Bool             `tfsdk:"encryption_enabled"`
	MasterKeyUUID     types.String           `tfsdk:"master_key_uuid"`
	Hashes            []hash                 `tfsdk:"hashes"`
	Links             []cluster.Link         `tfsdk:"links"`
}

// element holds the attributes of one restore job.
type element struct {
	job
	Delivery *delivery `tfsdk:"delivery"`
}

type delivery struct {
	MethodName        types.String      `tfsdk:"method_name"`
	StatusName        types.String      `tfsdk:"status_name"`
	Expires           timetypes.RFC3339 `tfsdk:"expires"`
	ExpirationHours   types.Int64       `tfsdk:"expiration_hours"`
	MaxDownloads      types.Int64       `tfsdk:"max_downloads"`
	TargetProjectID   types.String      `tfsdk:"target_project_id"`
	TargetClusterID   types.String      `tfsdk:"target_cluster_id"`
	TargetClusterName types.String      `tfsdk:"target_cluster_name"`
}

type hash struct {
	FileName types.String   `tfsdk:"file_name"`
	Hash     types.String   `tfsdk:"hash"`
	TypeName types.String   `tfsdk:"type_name"`
	Links    []cluster.Link `tfsdk:"links"`
}

// newElement maps a restore job of the API, without the secrets of its delivery.
func newElement(j *atlas.RestoreJob) element {
	e := element{job: newJob(j)}
	if j.Delivery != nil {
		e.Delivery = new(newDelivery(j.Delivery))
	}
	return e
}

// newJob maps a restore job. What the API leaves out is null; lists are empty instead, so that for
// expressions and length work on them.
func newJob(j *atlas.RestoreJob) job {
	mapped := job{
		ID:                types.StringPointerValue(j.ID),
		ClusterID:         types.StringPointerValue(j.ClusterID),
		SnapshotID:        types.StringPointerValue(j.SnapshotID),
		BatchID:           types.StringPointerValue(j.BatchID),
		DeploymentJobID:   types.StringPointerValue(j.DeploymentJobID),
		Created:           cluster.Time(j.Created),
		StatusName:        types.StringPointerValue(j.StatusName),
		Timestamp:         cluster.NewBSONTimestamp(j.Timestamp),
		EncryptionEnabled: types.BoolPointerValue(j.EncryptionEnabled),
		MasterKeyUUID:     types.StringPointerValue(j.MasterKeyUUID),
		Hashes:            make([]hash, len(j.Hashes)),
		Links:             cluster.NewLinks(j.Links),
	}
	for i, h := range j.Hashes {
		mapped.Hashes[i] = hash{
			FileName: types.StringPointerValue(h.FileName),
			Hash:     types.StringPointerValue(h.Hash),
			TypeName: types.StringPointerValue(h.TypeName),
			Links:    cluster.NewLinks(h.Links),
		}
	}
	return mapped
}

func newDelivery(d *atlas.Delivery) delivery {
	return delivery{
		MethodName:        types.StringPointerValue(d.MethodName),
		StatusName:        types.StringPointerValue(d.StatusName),
		Expires:           cluster.Time(d.Expires),
		ExpirationHours:   types.Int64PointerValue(d.ExpirationHours),
		MaxDownloads:      types.Int64PointerValue(d.MaxDownloads),
		TargetProjectID:   types.StringPointerValue(d.TargetGroupID),
		TargetClusterID:   types.StringPointerValue(d.TargetClusterID),
		TargetClusterName: types.StringPointerValue(d.TargetClusterName),
	}
}
