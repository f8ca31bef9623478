// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// argument is an argument of the provider block that the environment may set instead.
type argument struct {
	name      string
	variables []string // the first that is set wins
	secret    bool
	inBlock   func(model) types.String
}

var (
	accessToken = &argument{
		name:      "access_token",
		variables: []string{"MONGODB_ATLAS_ACCESS_TOKEN"},
		secret:    true,
		inBlock:   func(m model) types.String { return m.AccessToken },
	}
	clientID = &argument{
		name:      "client_id",
		variables: []string{"MONGODB_ATLAS_CLIENT_ID"},
		inBlock:   func(m model) types.String { return m.ClientID },
	}
	clientSecret = &argument{
		name:      "client_secret",
		variables: []string{"MONGODB_ATLAS_CLIENT_SECRET"},
		secret:    true,
		inBlock:   func(m model) types.String { return m.ClientSecret },
	}
	publicKey = &argument{
		name:      "public_key",
		variables: []string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
		inBlock:   func(m model) types.String { return m.PublicKey },
	}
	privateKey = &argument{
		name:      "private_key",
		variables: []string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"},
		secret:    true,
		inBlock:   func(m model) types.String { return m.PrivateKey },
	}
	baseURL = &argument{
		name:      "base_url",
		variables: []string{"MONGODB_ATLAS_BASE_URL"},
		inBlock:   func(m model) types.String { return m.BaseURL },
	}
)

// arguments that the environment may set.
var arguments = []*argument{accessToken, clientID, clientSecret, publicKey, privateKey, baseURL}

// variableFor returns the variable to recommend for an argument, or "" where there is none.
func variableFor(name string) string {
	for _, argument := range arguments {
		if argument.name == name {
			return argument.variables[0]
		}
	}
	return ""
}

// place looks an argument up in the provider block or in the environment. An empty value counts as unset.
type place func(*argument) (setting, bool)

// providerBlock is the provider block as a place. An unknown value counts as unset: Configure has
// refused it before.
func providerBlock(m model) place {
	return func(a *argument) (setting, bool) {
		value := a.inBlock(m).ValueString()
		return setting{argument: a, value: value}, value != ""
	}
}

// environment is the environment as a place.
func environment(getenv func(string) string) place {
	return func(a *argument) (setting, bool) {
		for _, variable := range a.variables {
			if value := getenv(variable); value != "" {
				return setting{argument: a, value: value, variable: variable}, true
			}
		}
		return setting{}, false
	}
}

// setting is the value of an argument and the place where it was found.
type setting struct {
	argument *argument
	value    string
	variable string // "" in the provider block
}

// String says where the setting was found, never its value.
func (s setting) String() string {
	if s.variable != "" {
		return s.variable
	}
	return s.argument.name + " in the provider block"
}

// confidential reports whether the value may be or hold a secret.
func (s setting) confidential() bool {
	return s.argument.secret || s.argument == baseURL && !harmless.MatchString(s.value)
}

// problem is an error about the setting. It points at the argument in the provider block, unless
// the value is confidential: Terraform prints the source line that an error points at.
func (s setting) problem(summary, detail string) diag.Diagnostic {
	if s.variable != "" || s.confidential() {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(s.argument.name), summary, detail)
}
