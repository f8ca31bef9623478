// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package datasources lists the provider's data sources and ephemeral resources. Each noun has a
// package of its own below this one.
package datasources

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/restorejob"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/schedule"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/snapshot"
)

// All returns a constructor for each data source. A new one is registered here.
func All() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		checkpoint.NewDataSource,
		checkpoint.NewListDataSource,
		snapshot.NewDataSource,
		snapshot.NewListDataSource,
		restorejob.NewDataSource,
		restorejob.NewListDataSource,
		schedule.NewDataSource,
	}
}

// Ephemeral returns a constructor for each ephemeral resource.
func Ephemeral() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		checkpoint.NewEphemeralList,
		snapshot.NewEphemeralList,
		restorejob.NewEphemeralResource,
	}
}
