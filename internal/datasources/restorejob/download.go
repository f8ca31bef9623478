// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package restorejob

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

// NewEphemeralResource returns the ephemeral resource atlas_legacy_backup_restore_job.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return cluster.NewEphemeralResource[downloadModel](cluster.Definition{
		Name: "legacy_backup_restore_job",
		Description: "Reads one legacy backup restore job with the address and the key of its download, which reach neither the state nor a " +
			"plan file. A job whose download is not ready, has expired or was made as often as allowed is an error. Needs the role " +
			"Project Read Only.",
		Attributes: downloadAttributes,
	})
}

func downloadAttributes(ctx context.Context) map[string]schema.Attribute {
	all := cluster.Attributes(ctx, "restore jobs")
	all["job_id"] = cluster.IDArgument("restore job")
	secret := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: true}
	}
	download := deliveryAttributes()
	download["url_v2"] = secret("Address of the download. A request needs the header in `auth_header`.")
	download["auth_header"] = cluster.String("Name of the header that a request for the download needs.")
	download["auth_value"] = secret("Value of that header.")
	maps.Copy(all, jobAttributes(download))
	return all
}

type downloadModel struct {
	cluster.Arguments
	JobID types.String `tfsdk:"job_id"`
	job
	Delivery *download `tfsdk:"delivery"`
}

type download struct {
	delivery
	URLV2      types.String `tfsdk:"url_v2"`
	AuthHeader types.String `tfsdk:"auth_header"`
	AuthValue  types.String `tfsdk:"auth_value"`
}

// Read implements cluster.Model.
func (m *downloadModel) Read(ctx context.Context, r *cluster.Reader) diag.Diagnostics {
	doc, diags := cluster.Get[atlas.RestoreJob](ctx, r, atlas.RestoreJobs, m.Arguments, m.JobID)
	if doc == nil {
		return diags
	}
	if what, advice := noDownload(doc, r.Now()); what != "" {
		diags.AddAttributeError(path.Root("job_id"), "Restore job has no download", fmt.Sprintf(
			"Restore job %q of cluster %q in project %q was requested at %s.\n\n%s\n\nWhat to do: %s", m.JobID.ValueString(),
			m.ClusterName.ValueString(), m.ProjectID.ValueString(), shown(doc.Created), what, advice))
		return diags
	}
	m.job = newJob(doc)
	m.Delivery = &download{
		delivery:   newDelivery(doc.Delivery),
		URLV2:      types.StringPointerValue(doc.Delivery.URLV2),
		AuthHeader: types.StringPointerValue(doc.Delivery.AuthHeader),
		AuthValue:  types.StringPointerValue(doc.Delivery.AuthValue),
	}
	return diags
}

// noDownload says why a job can't be downloaded now, and what to do; nothing if it can. Of what
// Atlas sends it repeats only words that it knows.
func noDownload(j *atlas.RestoreJob, now time.Time) (what, advice string) {
	const again = "Request a new restore job in Atlas, and set job_id to its id."
	if j.Delivery == nil {
		return "Atlas reports no delivery of this job.", again
	}
	d := *j.Delivery
	complete := value(d.URLV2) != "" && value(d.AuthHeader) != "" && value(d.AuthValue) != ""
	if value(d.MethodName) == "AUTOMATED_RESTORE" && !complete {
		return "Its delivery method is AUTOMATED_RESTORE: Atlas restores into a cluster, and there is no download.",
			"Read the job with the data source atlas_legacy_backup_restore_job."
	}
	if status := value(j.StatusName); status == "BROKEN" || status == "KILLED" {
		return fmt.Sprintf("The status of the job is %s: there is no download.", status), again
	}
	switch status := value(d.StatusName); status {
	case "NOT_STARTED", "IN_PROGRESS":
		return fmt.Sprintf("The status of its delivery is %s: the download is not ready yet.", status),
			"Run Terraform again when Atlas has prepared it, and not more often than once a minute until then."
	case "EXPIRED":
		return fmt.Sprintf("The status of its delivery is EXPIRED: the download ended at %s.", shown(d.Expires)), again
	case "MAX_DOWNLOADS_EXCEEDED":
		return "The status of its delivery is MAX_DOWNLOADS_EXCEEDED: the data was downloaded as often as the job allows.", again
	case "FAILED", "INTERRUPTED":
		return fmt.Sprintf("The status of its delivery is %s: there is no download.", status), again
	}
	if d.Expires != nil && !d.Expires.After(now) {
		return fmt.Sprintf("The download ended at %s.", shown(d.Expires)), again
	}
	if !complete {
		return "Atlas sent no address, header or key of a download (urlV2, authHeader, authValue).", again
	}
	return "", ""
}

// value is a text that may be missing.
func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func shown(t *atlas.Time) string {
	if t == nil {
		return "a time that Atlas does not report"
	}
	return t.Format(time.RFC3339)
}
