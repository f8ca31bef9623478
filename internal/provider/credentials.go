// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
)

// method is a way to authenticate, with the arguments that it needs all of.
type method struct {
	name        string
	arguments   []*argument
	credentials func(values []string, origin string) auth.Credentials
}

// methods by precedence, the highest first.
var methods = []method{
	{
		name:      "an access token",
		arguments: []*argument{accessToken},
		credentials: func(values []string, origin string) auth.Credentials {
			return auth.AccessToken{Token: values[0], Origin: origin}
		},
	},
	{
		name:      "a service account",
		arguments: []*argument{clientID, clientSecret},
		credentials: func(values []string, origin string) auth.Credentials {
			return auth.ServiceAccount{ClientID: values[0], ClientSecret: values[1], Origin: origin}
		},
	},
	{
		name:      "an API key",
		arguments: []*argument{publicKey, privateKey},
		credentials: func(values []string, origin string) auth.Credentials {
			return auth.APIKey{PublicKey: values[0], PrivateKey: values[1], Origin: origin}
		},
	},
}

// resolveCredentials lets the provider block choose the method if it sets any credential, and the
// environment otherwise. The missing half of a pair comes from the environment in both cases.
func resolveCredentials(m model, getenv func(string) string) (auth.Credentials, diag.Diagnostics) {
	diags := validateCredentials(m)
	if diags.HasError() {
		return nil, diags
	}

	env := environment(getenv)
	for _, in := range []place{providerBlock(m), env} {
		begun := candidates(in)
		if len(begun) == 0 {
			continue
		}
		if len(begun) > 1 {
			diags.Append(severalMethods(begun))
		}
		credentials, more := begun[0].complete(env)
		diags.Append(more...)
		return credentials, diags
	}

	diags.Append(noCredentials())
	return nil, diags
}

// validateCredentials judges every credential in the provider block, also those that another method
// outranks.
func validateCredentials(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, candidate := range candidates(providerBlock(m)) {
		for _, setting := range candidate.settings {
			diags.Append(judgeCredential(setting))
		}
	}
	return diags
}

// candidate is a method of which one place sets at least a part.
type candidate struct {
	method   method
	settings []setting
}

// candidates returns the methods that a place sets any part of, the highest first.
func candidates(in place) []candidate {
	var found []candidate
	for _, method := range methods {
		var settings []setting
		for _, argument := range method.arguments {
			if setting, ok := in(argument); ok {
				settings = append(settings, setting)
			}
		}
		if len(settings) > 0 {
			found = append(found, candidate{method, settings})
		}
	}
	return found
}

// complete adds what the candidate lacks from the environment.
func (c candidate) complete(env place) (auth.Credentials, diag.Diagnostics) {
	var diags diag.Diagnostics
	var settings []setting
	for _, argument := range c.method.arguments {
		setting, ok := c.setting(argument)
		if !ok {
			setting, ok = env(argument)
		}
		if !ok {
			diags.Append(c.missing(argument))
			continue
		}
		diags.Append(judgeCredential(setting))
		settings = append(settings, setting)
	}
	if diags.HasError() {
		return nil, diags
	}

	values := make([]string, len(settings))
	for i, setting := range settings {
		values[i] = setting.value
	}
	return c.method.credentials(values, origin(settings)), diags
}

func (c candidate) setting(a *argument) (setting, bool) {
	for _, setting := range c.settings {
		if setting.argument == a {
			return setting, true
		}
	}
	return setting{}, false
}

// judgeCredential returns the error in a credential, or nil. It never shows the value.
func judgeCredential(s setting) diag.Diagnostic {
	switch {
	case strings.TrimSpace(s.value) != s.value:
		return s.problem("Invalid Atlas credential", fmt.Sprintf(
			"%s has white space around its value, which no Atlas credential has. Copy the value again without it; "+
				"the line end of a value that is read from a file goes away with trimspace().", s))
	case strings.ContainsFunc(s.value, invisible), !utf8.ValidString(s.value):
		return s.problem("Invalid Atlas credential", fmt.Sprintf(
			"%s contains a control character or an invisible character, which no Atlas credential does. Copy the value "+
				"again from where Atlas showed it.", s))
	case (s.argument == publicKey || s.argument == privateKey) && strings.HasPrefix(s.value, "mdb_sa"):
		return s.problem("Service account in place of an API key", fmt.Sprintf(
			"%s holds a part of a service account, since it begins with \"mdb_sa\". Set client_id and client_secret "+
				"instead, or %s and %s in the environment.", s, clientID.variables[0], clientSecret.variables[0]))
	default:
		return nil
	}
}

// invisible reports characters that a person cannot see and did not mean, such as a zero-width or a
// no-break space from a web page.
func invisible(r rune) bool {
	return !unicode.IsPrint(r)
}
