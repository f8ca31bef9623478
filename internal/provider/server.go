// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Server speaks Terraform's protocol for the provider.
func (p *Provider) Server() tfprotov6.ProviderServer { return providerserver.NewProtocol6(p)() }
