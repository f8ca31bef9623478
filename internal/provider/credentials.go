// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
)

// method is a way to authenticate, with the arguments that it needs all of.
type method struct {
	name        string
	arguments   []string
	credentials func(values []string, origin string) auth.Credentials
}

// methods by precedence, the highest first.
var methods = []method{
	{"an access token", []string{"access_token"}, func(values []string, origin string) auth.Credentials {
		return auth.AccessToken{Token: values[0], Origin: origin}
	}},
	{"a service account", []string{"client_id", "client_secret"}, func(values []string, origin string) auth.Credentials {
		return auth.ServiceAccount{ClientID: values[0], ClientSecret: values[1], Origin: origin}
	}},
	{"an API key", []string{"public_key", "private_key"}, func(values []string, origin string) auth.Credentials {
		return auth.APIKey{PublicKey: values[0], PrivateKey: values[1], Origin: origin}
	}},
}

// resolveCredentials lets the provider block choose the method if it sets any credential, and the
// environment otherwise. The missing half of a pair comes from the environment in both cases.
func resolveCredentials(m model, getenv func(string) string) (auth.Credentials, diag.Diagnostics) {
	diags := validateCredentials(m)
	if diags.HasError() {
		return nil, diags
	}
	environment := fromEnvironment(getenv)
	for _, place := range []settings{fromBlock(m), environment} {
		begun := place.methods()
		if len(begun) == 0 {
			continue
		}
		if len(begun) > 1 {
			diags.Append(severalMethods(begun, place))
		}
		credentials, more := begun[0].complete(place, environment)
		diags.Append(more...)
		return credentials, diags
	}
	diags.Append(noCredentials())
	return nil, diags
}

// validateCredentials checks every credential in the provider block, also those that another method
// outranks.
func validateCredentials(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	block := fromBlock(m)
	for _, method := range methods {
		for _, setting := range method.in(block) {
			diags.Append(checkCredential(setting))
		}
	}
	return diags
}

// methods returns those of which a place sets at least a part, the highest first.
func (s settings) methods() []method {
	var begun []method
	for _, method := range methods {
		if len(method.in(s)) > 0 {
			begun = append(begun, method)
		}
	}
	return begun
}

// in returns the method's settings that a place has.
func (m method) in(place settings) []setting {
	var found []setting
	for _, argument := range m.arguments {
		if setting, ok := place[argument]; ok {
			found = append(found, setting)
		}
	}
	return found
}

// complete adds what the place lacks from the environment.
func (m method) complete(place, environment settings) (auth.Credentials, diag.Diagnostics) {
	var (
		diags  diag.Diagnostics
		chosen []setting
		values []string
	)
	for _, argument := range m.arguments {
		setting, ok := place[argument]
		if !ok {
			setting, ok = environment[argument]
		}
		if !ok {
			diags.Append(m.missing(argument, m.in(place)[0]))
			continue
		}
		diags.Append(checkCredential(setting))
		chosen, values = append(chosen, setting), append(values, setting.value)
	}
	if diags.HasError() {
		return nil, diags
	}
	return m.credentials(values, origin(chosen)), diags
}

// missing is the error of a method of which only half is set. It has no path: a read reports it,
// which has no such argument.
func (m method) missing(argument string, half setting) diag.Diagnostic {
	const summary = "Incomplete Atlas credentials"
	detail := fmt.Sprintf(
		"%s is set, but %s is not: %s needs both. Set %s in the provider block or %s in the environment. To authenticate "+
			"in another way, remove %s.",
		half, argument, m.name, argument, variables[argument][0], half)
	return diag.NewErrorDiagnostic(summary, detail)
}

// severalMethods is the warning about one place that begins more than one method.
func severalMethods(begun []method, place settings) diag.Diagnostic {
	var found []string
	for _, method := range begun {
		found = append(found, fmt.Sprintf("%s (%s)", method.name, origin(method.in(place))))
	}
	return diag.NewWarningDiagnostic("More than one Atlas credential", fmt.Sprintf(
		"The provider authenticates with %s and ignores %s. An access token wins over a service account, and that over "+
			"an API key. Remove what is not meant to be used.",
		found[0], strings.Join(found[1:], ", and ")))
}

// noCredentials shows every way to authenticate.
func noCredentials() diag.Diagnostic {
	var ways strings.Builder
	for _, method := range methods {
		var names []string
		for _, argument := range method.arguments {
			names = append(names, variables[argument][0])
		}
		// Terraform does not wrap indented lines.
		fmt.Fprintf(&ways, "  - %s: %s, or\n    %s\n",
			method.name, strings.Join(method.arguments, " and "), strings.Join(names, " and "))
	}
	return diag.NewErrorDiagnostic("No Atlas credentials",
		"The provider has nothing to authenticate with: neither the provider block nor the environment sets a "+
			"credential. Set one of these, as arguments of the provider block or as environment variables:\n\n"+
			ways.String()+
			"\nPrefer the environment: Terraform writes the provider block's values into saved plan files.")
}

// origin says where settings were found, for texts about the credentials that they make.
func origin(found []setting) string {
	names := make([]string, len(found))
	for i, setting := range found {
		names[i] = setting.String()
	}
	if len(names) > 1 && found[0].variable == "" && found[1].variable == "" {
		names[0] = found[0].argument
	}
	return strings.Join(names, " and ")
}
