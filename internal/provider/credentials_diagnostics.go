// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// missing is the error of a method that neither place completes.
func (c candidate) missing(a *argument) diag.Diagnostic {
	const summary = "Incomplete Atlas credentials"
	half := c.settings[0]
	detail := fmt.Sprintf(
		"%s chooses %s, but %s is missing. Set %s in the provider block or %s in the environment; or remove %s to "+
			"authenticate in another way.",
		half, c.method.name, a.name, a.name, a.variables[0], half)
	if half.variable != "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(a.name), summary, detail)
}

// severalMethods is the warning about one place that begins more than one method.
func severalMethods(begun []candidate) diag.Diagnostic {
	ignored := make([]string, len(begun)-1)
	for i, candidate := range begun[1:] {
		ignored[i] = candidate.String()
	}
	return diag.NewWarningDiagnostic("More than one Atlas credential", fmt.Sprintf(
		"The provider authenticates with %s and ignores %s. An access token wins over a service account, and that over "+
			"an API key. Remove what is not meant to be used.",
		begun[0], strings.Join(ignored, ", and ")))
}

// noCredentials shows every way to authenticate.
func noCredentials() diag.Diagnostic {
	var ways strings.Builder
	for _, method := range methods {
		var names, variables []string
		for _, argument := range method.arguments {
			names = append(names, argument.name)
			variables = append(variables, argument.variables[0])
		}
		// Terraform does not wrap indented lines.
		fmt.Fprintf(&ways, "  - %s: %s, or\n    %s\n",
			method.name, strings.Join(names, " and "), strings.Join(variables, " and "))
	}
	return diag.NewErrorDiagnostic("No Atlas credentials",
		"The provider has nothing to authenticate with: neither the provider block nor the environment sets a "+
			"credential. Set one of these, as arguments of the provider block or as environment variables:\n\n"+
			ways.String()+
			"\nPrefer the environment: Terraform writes the provider block's values into saved plan files.")
}

// String names the method and where its parts were found.
func (c candidate) String() string {
	return fmt.Sprintf("%s (%s)", c.method.name, origin(c.settings))
}

// origin says where settings were found, for texts about the credentials that they make.
func origin(settings []setting) string {
	names := make([]string, len(settings))
	for i, setting := range settings {
		names[i] = setting.String()
	}
	if len(names) > 1 && settings[0].variable == "" && settings[1].variable == "" {
		names[0] = settings[0].argument.name
	}
	return strings.Join(names, " and ")
}
