// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
)

// Every credential at once, each with a value of its own.
var (
	allInBlock = model{
		AccessToken:  types.StringValue("block-token"),
		ClientID:     types.StringValue("mdb_sa_id_block"),
		ClientSecret: types.StringValue("block-secret"),
		PublicKey:    types.StringValue("block-public"),
		PrivateKey:   types.StringValue("block-private"),
	}
	allInEnvironment = map[string]string{
		"MONGODB_ATLAS_ACCESS_TOKEN":    "env-token",
		"MONGODB_ATLAS_CLIENT_ID":       "mdb_sa_id_env",
		"MONGODB_ATLAS_CLIENT_SECRET":   "env-secret",
		"MONGODB_ATLAS_PUBLIC_API_KEY":  "env-public",
		"MONGODB_ATLAS_PRIVATE_API_KEY": "env-private",
		"MONGODB_ATLAS_PUBLIC_KEY":      "env-second-public",
		"MONGODB_ATLAS_PRIVATE_KEY":     "env-second-private",
	}
)

func TestResolveCredentials(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		block       func(*model)                      // changes the block that sets everything
		environment func(variables map[string]string) // changes the environment that sets everything
		want        auth.Credentials
		warn        bool
	}{
		"access token wins in the block": {
			want: auth.AccessToken{Token: "block-token", Origin: "access_token in the provider block"},
			warn: true,
		},
		"service account wins over an API key in the block": {
			block: unsetInBlock("access_token"),
			want: auth.ServiceAccount{
				ClientID: "mdb_sa_id_block", ClientSecret: "block-secret",
				Origin: "client_id and client_secret in the provider block",
			},
			warn: true,
		},
		"API key alone in the block": {
			block: unsetInBlock("access_token", "client_id", "client_secret"),
			want: auth.APIKey{
				PublicKey: "block-public", PrivateKey: "block-private",
				Origin: "public_key and private_key in the provider block",
			},
		},
		"access token wins in the environment": {
			block: unsetInBlock("access_token", "client_id", "client_secret", "public_key", "private_key"),
			want:  auth.AccessToken{Token: "env-token", Origin: "MONGODB_ATLAS_ACCESS_TOKEN"},
			warn:  true,
		},
		"service account wins over an API key in the environment": {
			block:       unsetInBlock("access_token", "client_id", "client_secret", "public_key", "private_key"),
			environment: unsetVariables("MONGODB_ATLAS_ACCESS_TOKEN"),
			want: auth.ServiceAccount{
				ClientID: "mdb_sa_id_env", ClientSecret: "env-secret",
				Origin: "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
			},
			warn: true,
		},
		"API key alone in the environment, where the first variable name wins": {
			block: unsetInBlock("access_token", "client_id", "client_secret", "public_key", "private_key"),
			environment: unsetVariables(
				"MONGODB_ATLAS_ACCESS_TOKEN", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"),
			want: auth.APIKey{
				PublicKey: "env-public", PrivateKey: "env-private",
				Origin: "MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY",
			},
		},
		"each half of an API key falls back to its second variable name": {
			block: unsetInBlock("access_token", "client_id", "client_secret", "public_key", "private_key"),
			environment: unsetVariables("MONGODB_ATLAS_ACCESS_TOKEN", "MONGODB_ATLAS_CLIENT_ID",
				"MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_PRIVATE_API_KEY"),
			want: auth.APIKey{
				PublicKey: "env-public", PrivateKey: "env-second-private",
				Origin: "MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_KEY",
			},
		},
		"lowest method in the block wins over the highest in the environment": {
			block: unsetInBlock("access_token", "client_id", "client_secret", "private_key"),
			want: auth.APIKey{
				PublicKey: "block-public", PrivateKey: "env-private",
				Origin: "public_key in the provider block and MONGODB_ATLAS_PRIVATE_API_KEY",
			},
		},
		"second half in the block takes its first from the environment": {
			block: unsetInBlock("access_token", "client_id", "client_secret", "public_key"),
			want: auth.APIKey{
				PublicKey: "env-public", PrivateKey: "block-private",
				Origin: "MONGODB_ATLAS_PUBLIC_API_KEY and private_key in the provider block",
			},
		},
		"half a service account in the block wins over a whole API key there": {
			block: unsetInBlock("access_token", "client_secret"),
			want: auth.ServiceAccount{
				ClientID: "mdb_sa_id_block", ClientSecret: "env-secret",
				Origin: "client_id in the provider block and MONGODB_ATLAS_CLIENT_SECRET",
			},
			warn: true,
		},
		"secret of a service account in the block takes its ID from the environment": {
			block: unsetInBlock("access_token", "client_id", "public_key", "private_key"),
			want: auth.ServiceAccount{
				ClientID: "mdb_sa_id_env", ClientSecret: "block-secret",
				Origin: "MONGODB_ATLAS_CLIENT_ID and client_secret in the provider block",
			},
		},
		"a faulty variable that is not used does not matter": {
			block: unsetInBlock("access_token", "client_id", "client_secret"),
			environment: func(variables map[string]string) {
				variables["MONGODB_ATLAS_ACCESS_TOKEN"] = "env-token\n"
				variables["MONGODB_ATLAS_PUBLIC_API_KEY"] = "mdb_sa_id_1"
			},
			want: auth.APIKey{
				PublicKey: "block-public", PrivateKey: "block-private",
				Origin: "public_key and private_key in the provider block",
			},
		},
		"characters inside a credential stay as they are": {
			block: func(m *model) { m.AccessToken = types.StringValue(`a b"%2f..é`) },
			want:  auth.AccessToken{Token: `a b"%2f..é`, Origin: "access_token in the provider block"},
			warn:  true,
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			block, variables := allInBlock, maps.Clone(allInEnvironment)
			if test.block != nil {
				test.block(&block)
			}
			if test.environment != nil {
				test.environment(variables)
			}
			got, diags := resolveCredentials(block, func(name string) string { return variables[name] })

			if got != test.want {
				t.Errorf("got  %#v\nwant %#v", got, test.want)
			}
			if diags.HasError() || (diags.WarningsCount() == 1) != test.warn {
				t.Errorf("unexpected diagnostics: %v", diags)
			}
		})
	}
}

// unsetInBlock takes arguments out in both ways that a configuration has: null, and an empty
// string.
func unsetInBlock(names ...string) func(*model) {
	return func(m *model) {
		for name, value := range map[string]*types.String{
			"access_token": &m.AccessToken, "client_id": &m.ClientID, "client_secret": &m.ClientSecret,
			"public_key": &m.PublicKey, "private_key": &m.PrivateKey,
		} {
			if i := slices.Index(names, name); i >= 0 {
				*value = []types.String{types.StringNull(), types.StringValue("")}[i%2]
			}
		}
	}
}

func unsetVariables(names ...string) func(map[string]string) {
	return func(variables map[string]string) {
		for _, name := range names {
			variables[name] = ""
		}
	}
}
