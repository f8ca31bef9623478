// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package datasources lists the provider's data sources. Each noun has a package
// of its own below this one, with the data source of one and that of all.
package datasources

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
)

// All returns a constructor for each data source. A new one is registered here.
func All() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		checkpoint.NewDataSource,
		checkpoint.NewListDataSource,
	}
}
