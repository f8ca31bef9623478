// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
)

// Every credential at once, each with a value of its own.
var (
	allInBlock = model{
		AccessToken:  types.StringValue("block-token"),
		ClientID:     types.StringValue("block-id"),
		ClientSecret: types.StringValue("block-secret"),
		PublicKey:    types.StringValue("block-public"),
		PrivateKey:   types.StringValue("block-private"),
	}
	allInEnvironment = map[string]string{
		"MONGODB_ATLAS_ACCESS_TOKEN":    "env-token",
		"MONGODB_ATLAS_CLIENT_ID":       "env-id",
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
				ClientID: "block-id", ClientSecret: "block-secret",
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
				ClientID: "env-id", ClientSecret: "env-secret",
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
				ClientID: "block-id", ClientSecret: "env-secret",
				Origin: "client_id in the provider block and MONGODB_ATLAS_CLIENT_SECRET",
			},
			warn: true,
		},
		"secret of a service account in the block takes its ID from the environment": {
			block: unsetInBlock("access_token", "client_id", "public_key", "private_key"),
			want: auth.ServiceAccount{
				ClientID: "env-id", ClientSecret: "block-secret",
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

// unsetInBlock takes arguments out in both ways that a configuration has: null, and an empty string.
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

func TestCredentials_arrive(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		block       config
		environment map[string]string
		want        []string
	}{
		"access token": {
			block: config{"access_token": "tok"},
			want:  []string{"Bearer tok"},
		},
		"service account": {
			block:       config{"client_id": "mdb_sa_id_1"},
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_1"},
			want:        []string{"Basic mdb_sa_id_1:mdb_sa_sk_1", "Bearer fetched-1"},
		},
		"API key": {
			environment: map[string]string{
				"MONGODB_ATLAS_PUBLIC_KEY": "pub", "MONGODB_ATLAS_PRIVATE_KEY": "prv",
			},
			want: []string{"", "Digest pub:prv"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var server standIn
			terraform := newRPC(t, test.environment, WithTransport(&server))
			assertDiagnostics(t, terraform.validate(test.block))
			assertDiagnostics(t, terraform.configure(test.block))
			assertDiagnostics(t, terraform.read())
			if got := server.authorizations("prv"); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCredentials_diagnostics(t *testing.T) {
	t.Parallel()

	const (
		incomplete = "Incomplete Atlas credentials"
		invalid    = "Invalid Atlas credential"
		misplaced  = "Service account in place of an API key"
		several    = "More than one Atlas credential"
		warning    = tfprotov6.DiagnosticSeverityWarning
	)
	tests := map[string]struct {
		block       config
		environment map[string]string
		validate    []diagnostic
		configure   []diagnostic // those of validate if left out
		secrets     []string
	}{
		"no credentials": {
			block: config{"public_key": "", "access_token": ""},
			configure: []diagnostic{{
				summary: "No Atlas credentials",
				detail: []string{
					"access_token, or\n    MONGODB_ATLAS_ACCESS_TOKEN",
					"client_id and client_secret, or\n    MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
					"public_key and private_key, or\n    MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY",
				},
			}},
		},
		"private key missing": {
			block: config{"public_key": "pub"},
			configure: []diagnostic{{
				summary: incomplete,
				detail: []string{
					"public_key in the provider block chooses an API key, but private_key is missing",
					"Set private_key in the provider block or MONGODB_ATLAS_PRIVATE_API_KEY in the environment",
				},
			}},
		},
		"public key missing": {
			block: config{"private_key": "s3cret"},
			configure: []diagnostic{{
				summary: incomplete,
				detail:  []string{"Set public_key in the provider block or MONGODB_ATLAS_PUBLIC_API_KEY"},
			}},
			secrets: []string{"s3cret"},
		},
		"client secret missing although an API key is complete": {
			block: config{"client_id": "mdb_sa_id_1", "public_key": "pub", "private_key": "s3cret"},
			environment: map[string]string{
				"MONGODB_ATLAS_PUBLIC_API_KEY": "pub", "MONGODB_ATLAS_PRIVATE_API_KEY": "s3cret",
			},
			configure: []diagnostic{
				{
					severity: warning, summary: several,
					detail: []string{
						"authenticates with a service account (client_id in the provider block)",
						"ignores an API key (public_key and private_key in the provider block)",
					},
				},
				{
					summary: incomplete,
					detail:  []string{"Set client_secret in the provider block or MONGODB_ATLAS_CLIENT_SECRET"},
				},
			},
			secrets: []string{"s3cret"},
		},
		"client ID missing in the environment": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": "s3cret"},
			configure: []diagnostic{{
				summary: incomplete,
				detail: []string{
					"MONGODB_ATLAS_CLIENT_SECRET chooses a service account, but client_id is missing",
					"Set client_id in the provider block or MONGODB_ATLAS_CLIENT_ID in the environment",
				},
			}},
			secrets: []string{"s3cret"},
		},
		"all three methods in the block": {
			block: config{
				"access_token": "s3cret1", "client_id": "id", "client_secret": "s3cret2", "public_key": "pub",
			},
			configure: []diagnostic{{
				severity: warning, summary: several,
				detail: []string{
					"authenticates with an access token (access_token in the provider block) and ignores " +
						"a service account (client_id and client_secret in the provider block), and " +
						"an API key (public_key in the provider block)",
				},
			}},
			secrets: []string{"s3cret1", "s3cret2"},
		},
		"two methods in the environment": {
			environment: map[string]string{
				"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "s3cret2",
				"MONGODB_ATLAS_PRIVATE_KEY": "s3cret3",
			},
			configure: []diagnostic{{
				severity: warning, summary: several,
				detail: []string{
					"with a service account (MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET)",
					"ignores an API key (MONGODB_ATLAS_PRIVATE_KEY)",
				},
			}},
			secrets: []string{"s3cret2", "s3cret3"},
		},
		"white space around a public key": {
			block: config{"public_key": " pub", "private_key": "s3cret"},
			validate: []diagnostic{{
				summary: invalid, at: "public_key",
				detail: []string{"public_key in the provider block has white space around its value"},
			}},
			secrets: []string{"s3cret"},
		},
		"line end after a secret": {
			block: config{"client_id": "id", "client_secret": "s3cret\n"},
			// Terraform would show the source line that the error points at.
			validate: []diagnostic{{
				summary: invalid, at: "",
				detail: []string{"client_secret in the provider block has white space around", "trimspace()"},
			}},
			secrets: []string{"s3cret"},
		},
		"white space only": {
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "  ", "MONGODB_ATLAS_PUBLIC_KEY": "pub"},
			configure: []diagnostic{
				{severity: warning, summary: several},
				{summary: invalid, detail: []string{"MONGODB_ATLAS_ACCESS_TOKEN has white space around its value"}},
			},
		},
		"white space around a variable": {
			environment: map[string]string{
				"MONGODB_ATLAS_PUBLIC_KEY": "pub", "MONGODB_ATLAS_PRIVATE_KEY": "s3cret\r\n",
			},
			configure: []diagnostic{{
				summary: invalid,
				detail:  []string{"MONGODB_ATLAS_PRIVATE_KEY has white space around its value"},
			}},
			secrets: []string{"s3cret"},
		},
		"white space around the half that the environment adds": {
			block:       config{"public_key": "pub"},
			environment: map[string]string{"MONGODB_ATLAS_PRIVATE_API_KEY": "\ts3cret"},
			configure: []diagnostic{{
				summary: invalid,
				detail:  []string{"MONGODB_ATLAS_PRIVATE_API_KEY has white space around its value"},
			}},
			secrets: []string{"s3cret"},
		},
		"NUL in a client ID": {
			block: config{"client_id": "i\x00d", "client_secret": "s3cret"},
			validate: []diagnostic{{
				summary: invalid, at: "client_id",
				detail: []string{"client_id in the provider block contains a control character"},
			}},
			secrets: []string{"s3cret"},
		},
		"zero-width space in a token": {
			block: config{"access_token": "s3\u200bcret"},
			validate: []diagnostic{{
				summary: invalid,
				detail:  []string{"access_token in the provider block contains", "an invisible character"},
			}},
			secrets: []string{"s3\u200bcret"},
		},
		"faulty credential of a method that another outranks": {
			block: config{"access_token": "s3cret", "public_key": "pub\x7f"},
			validate: []diagnostic{{
				summary: invalid, at: "public_key",
				detail: []string{"public_key in the provider block contains a control character"},
			}},
			secrets: []string{"s3cret"},
		},
		"service account in the key arguments": {
			block: config{"public_key": "mdb_sa_id_1", "private_key": "mdb_sa_sk_1"},
			validate: []diagnostic{
				{
					summary: misplaced, at: "public_key",
					detail: []string{
						"public_key in the provider block holds a part of a service account",
						"Set client_id and client_secret instead, or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
					},
				},
				{
					summary: misplaced,
					detail: []string{
						"private_key in the provider block holds a part of a service account",
						"Set client_id and client_secret instead",
					},
				},
			},
			secrets: []string{"mdb_sa_id_1", "mdb_sa_sk_1"},
		},
		"service account in the key variables": {
			environment: map[string]string{
				"MONGODB_ATLAS_PUBLIC_API_KEY": "mdb_sa_id_1", "MONGODB_ATLAS_PRIVATE_KEY": "mdb_sa_sk_1",
			},
			configure: []diagnostic{
				{
					summary: misplaced,
					detail:  []string{"MONGODB_ATLAS_PUBLIC_API_KEY holds", "Set client_id and client_secret instead"},
				},
				{
					summary: misplaced,
					detail:  []string{"MONGODB_ATLAS_PRIVATE_KEY holds", "Set client_id and client_secret instead"},
				},
			},
			secrets: []string{"mdb_sa_id_1", "mdb_sa_sk_1"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			terraform := newRPC(t, test.environment)
			validated := terraform.validate(test.block)
			assertDiagnostics(t, validated, test.validate...)
			assertHides(t, validated, test.secrets...)

			if test.configure == nil {
				test.configure = test.validate
			}
			configured := terraform.configure(test.block)
			assertDiagnostics(t, configured, test.configure...)
			assertHides(t, configured, test.secrets...)
		})
	}
}

// Terraform wraps paragraphs at 78 columns, but not indented lines.
func TestNoCredentials_indentedLinesFit(t *testing.T) {
	t.Parallel()

	for line := range strings.Lines(noCredentials().Detail()) {
		if strings.HasPrefix(line, " ") && len(line) > 78 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}
