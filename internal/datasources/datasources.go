// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package datasources lists the provider's data sources. Each has a package of
// its own below this one.
package datasources

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/legacybackupcheckpoint"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/legacybackupcheckpoints"
)

// All returns a constructor for each data source. A new one is registered here.
func All() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		legacybackupcheckpoint.NewDataSource,
		legacybackupcheckpoints.NewDataSource,
	}
}
