// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// checkCredential returns the error in a credential that can't be right, or nil: what is sent would
// only come back as "unauthorized". The error never shows the value.
func checkCredential(s setting) diag.Diagnostic {
	mistake := mistakeIn(s)
	if mistake == "" {
		return nil
	}
	return s.problem("Invalid Atlas credential", s.String()+" "+mistake)
}

const quotationMarks = "\"'`“”‘’"

var (
	// authorization is the beginning of a whole header, or of its value.
	authorization = regexp.MustCompile(`(?i)^(authorization\s*:|(bearer|basic|digest)(\s|$))`)
	// missing is what tools write for a value that is not there.
	missing = []string{"null", "nil", "<nil>", "none", "undefined"}
	// holdsSecret finds the secrets of Atlas, and what may hold any, in a value.
	holdsSecret = regexp.MustCompile(`(?i)mdb_sa_sk_|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|eyJ|authorization|bearer|basic|\{`)
)

// mistakeIn says what is wrong with a credential, as the end of a sentence.
func mistakeIn(s setting) string {
	switch {
	case strings.TrimSpace(s.value) != s.value && s.variable != "":
		return "has white space around its value, which no Atlas credential has. Set it again without that: in a shell, " +
			"\"$(cat FILE)\" drops the line end of a file, and \"$(tr -d '\\r\\n' <FILE)\" that of a Windows file too."
	case strings.TrimSpace(s.value) != s.value:
		return "has white space around its value, which no Atlas credential has. Copy the value again without it; " +
			"the line end of a value that is read from a file goes away with trimspace()."
	case strings.ContainsFunc(s.value, invisible), !utf8.ValidString(s.value):
		return "contains a control character or an invisible character, which no Atlas credential does. Copy the value " +
			"again from where Atlas showed it."
	case strings.Trim(s.value, quotationMarks) != s.value:
		return "has a quotation mark at the beginning or end of its value, which no Atlas credential has. Remove it: a file for " +
			"\"docker run --env-file\", for one, takes quotation marks for a part of the value."
	case authorization.MatchString(s.value):
		return "holds an Authorization header. Set it to the credential alone; for an access token, that is what follows \"Bearer\"."
	case strings.HasPrefix(s.value, "{"), strings.HasPrefix(s.value, "["):
		return "holds JSON. Set it to one value of that; of the token endpoint's response, to the value of its access_token."
	case slices.Contains(missing, strings.ToLower(s.value)):
		return "is the word " + strings.ToLower(s.value) + ", which tools write for a value that is missing. Look where it is " +
			"set from, and whether that exists."
	}
	for _, kind := range credentialKinds {
		if kind.form.MatchString(s.value) && kind.argument != s.argument && !slices.Contains(kind.unless, s.argument) {
			return fmt.Sprintf("holds %s, which belongs in %s (%s in the environment). Perhaps two values are swapped.",
				kind.noun, kind.argument, variables[kind.argument][0])
		}
	}
	if s.argument == "client_id" && !strings.HasPrefix(s.value, "mdb_sa_id_") {
		return "does not begin with mdb_sa_id_, as the client ID of every service account of Atlas does. Copy it again from " +
			"the service account's page."
	}
	return ""
}

// credentialKinds are the credentials that their form gives away, and the argument
// that each is for.
var credentialKinds = []struct {
	form           *regexp.Regexp
	argument, noun string
	// unless are other arguments whose values may have that form.
	unless []string
}{
	{regexp.MustCompile(`^mdb_sa_sk_`), "client_secret", "the client secret of a service account", nil},
	{regexp.MustCompile(`^mdb_sa_id_`), "client_id", "the client ID of a service account", nil},
	{regexp.MustCompile(`^eyJ[\w-]+\.[\w-]+\.[\w-]*$`), "access_token", "an access token", nil},
	{regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`), "private_key", "the private key of an API key", nil},
	{
		regexp.MustCompile(`^[a-z]{8}$`), "public_key", "the public key of an API key",
		[]string{"access_token", "client_id", "client_secret"},
	},
}

// invisible reports characters that a person cannot see and did not mean, such as a
// zero-width or a no-break space from a web page.
func invisible(r rune) bool {
	return !unicode.IsPrint(r)
}
