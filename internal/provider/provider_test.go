// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

func TestProvider_metadata(t *testing.T) {
	t.Parallel()

	var got provider.MetadataResponse
	New("1.2.3").Metadata(t.Context(), provider.MetadataRequest{}, &got)
	if want := (provider.MetadataResponse{TypeName: "atlas", Version: "1.2.3"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ terraform, want string }{
		"known Terraform":   {terraform: "1.11.4", want: "terraform-provider-atlas/1.2.3 Terraform/1.11.4"},
		"unknown Terraform": {terraform: "", want: "terraform-provider-atlas/1.2.3"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := userAgent("1.2.3", test.terraform); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
