// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// variables are the environment variables of an argument. The first that is set wins.
var variables = map[string][]string{
	"access_token":  {"MONGODB_ATLAS_ACCESS_TOKEN"},
	"client_id":     {"MONGODB_ATLAS_CLIENT_ID"},
	"client_secret": {"MONGODB_ATLAS_CLIENT_SECRET"},
	"public_key":    {"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
	"private_key":   {"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"},
	"base_url":      {"MONGODB_ATLAS_BASE_URL"},
}

// setting is the value of an argument and the place where it was found.
type setting struct {
	argument, value string
	variable        string // empty in the provider block
}

// settings are those of one place, by argument. An empty value counts as unset.
type settings map[string]setting

// fromBlock takes an unknown value for unset: Configure has refused it before.
func fromBlock(m model) settings {
	found := settings{}
	for argument, value := range map[string]types.String{
		"access_token": m.AccessToken, "client_id": m.ClientID, "client_secret": m.ClientSecret,
		"public_key": m.PublicKey, "private_key": m.PrivateKey, "base_url": m.BaseURL,
	} {
		if value.ValueString() != "" {
			found[argument] = setting{argument: argument, value: value.ValueString()}
		}
	}
	return found
}

func fromEnvironment(getenv func(string) string) settings {
	found := settings{}
	for argument, names := range variables {
		for _, name := range slices.Backward(names) {
			if value := getenv(name); value != "" {
				found[argument] = setting{argument: argument, value: value, variable: name}
			}
		}
	}
	return found
}

// String says where the setting was found, never its value.
func (s setting) String() string {
	if s.variable != "" {
		return s.variable
	}
	return s.argument + " in the provider block"
}

// confidential reports whether the value may be or hold a secret.
func (s setting) confidential() bool {
	switch s.argument {
	case "public_key", "client_id":
		return holdsSecret.MatchString(s.value)
	case "base_url":
		return !harmless.MatchString(s.value)
	default:
		return true
	}
}

// problem is an error about the setting. It points at the argument in the provider block, unless
// the value is confidential: Terraform prints the source line that an error points at.
func (s setting) problem(summary, detail string) diag.Diagnostic {
	if s.variable != "" || s.confidential() {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(s.argument), summary, detail)
}
