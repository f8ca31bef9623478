// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// ProviderData is what the provider hands to whatever reads: a client, or why there is none. That
// is the business of a read that needs it, since a run may read nothing: with count = 0, say, or to
// destroy what there is.
type ProviderData struct {
	client   *atlas.Client
	problems diag.Diagnostics
	reported atomic.Bool
}

// NewProviderData returns a client with warnings, or errors in its place.
func NewProviderData(client *atlas.Client, problems diag.Diagnostics) *ProviderData {
	return &ProviderData{client: client, problems: problems}
}

// configure is given no provider data when Terraform only validates.
func configure(providerData any) (*ProviderData, diag.Diagnostics) {
	if providerData == nil {
		return nil, nil
	}
	data, ok := providerData.(*ProviderData)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected provider data",
			fmt.Sprintf("A read needs *cluster.ProviderData and was handed a %T. "+atlasdiag.ReportBug, providerData))}
	}
	return data, nil
}

// Client returns the client, with what is wrong with its configuration. The first read says that in
// full; the others refer to it.
func (p *ProviderData) Client() (*atlas.Client, diag.Diagnostics) {
	if !p.reported.Swap(true) {
		return p.client, withoutPath(p.problems)
	}
	var short diag.Diagnostics
	for _, d := range p.problems.Errors() {
		short.AddError(d.Summary(), atlasdiag.NotRead)
	}
	return p.client, short
}

// withoutPath are the diagnostics of the provider block at a data source, which has no such
// arguments.
func withoutPath(problems diag.Diagnostics) diag.Diagnostics {
	var bare diag.Diagnostics
	for _, d := range problems {
		if d.Severity() == diag.SeverityError {
			bare.AddError(d.Summary(), d.Detail())
		} else {
			bare.AddWarning(d.Summary(), d.Detail())
		}
	}
	return bare
}
