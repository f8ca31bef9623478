// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

// The framework alone keeps what a call's context holds until the provider stops.
func TestServer_keepsNothingOfACall(t *testing.T) {
	server := provider.New("1.2.3").Server()
	for name, call := range map[string]func(context.Context) (any, error){
		"validate a data source": func(ctx context.Context) (any, error) {
			return server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
		},
		"read a data source": func(ctx context.Context) (any, error) {
			return server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
		},
		"validate an ephemeral resource": func(ctx context.Context) (any, error) {
			return server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{})
		},
		"open an ephemeral resource": func(ctx context.Context) (any, error) {
			return server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			type key struct{}
			value := new([1 << 10]byte)
			kept := weak.Make(value)
			if _, err := call(context.WithValue(t.Context(), key{}, value)); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if kept.Value() != nil {
				t.Error("what the context held is still in memory")
			}
		})
	}
	runtime.KeepAlive(server)
}
