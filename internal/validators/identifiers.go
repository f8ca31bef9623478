// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	objectID    = regexp.MustCompile(`^[a-f0-9]{24}$`)
	hexadecimal = regexp.MustCompile(`^[a-f0-9]+$`)
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)
)

// ObjectID refuses a string that is not 24 lower-case hexadecimal digits, the API's pattern for
// ids. Null and unknown values pass.
func ObjectID() validator.String {
	return identifier{
		pattern:  objectID,
		summary:  "Invalid Atlas id",
		expected: "24 lower-case hexadecimal digits (0-9, a-f)",
		hint:     objectIDHint,
	}
}

func objectIDHint(value string) string {
	if value == "" {
		return "Is a variable not set?"
	}
	switch lower := strings.ToLower(value); {
	case objectID.MatchString(lower):
		return fmt.Sprintf("It has upper-case letters, which Atlas refuses in ids: write %q.", lower)
	case objectID.MatchString(strings.TrimSpace(lower)):
		return "Remove the white space around it."
	case hexadecimal.MatchString(lower):
		return fmt.Sprintf("It has %d digits.", len(lower))
	default:
		return "Use the id that Atlas shows, not a name."
	}
}

// ClusterName refuses a string that can't be the name of an Atlas cluster. Null and unknown values
// pass.
func ClusterName() validator.String {
	return identifier{
		pattern:  clusterName,
		summary:  "Invalid Atlas cluster name",
		expected: "letters (a-z, A-Z), digits and hyphens, beginning with a letter or digit",
		hint:     func(string) string { return "It is the name on the cluster's page in Atlas, such as \"Cluster0\"." },
	}
}

// identifier checks a value that becomes a part of a request's path.
type identifier struct {
	pattern           *regexp.Regexp
	summary, expected string
	hint              func(value string) string
}

func (v identifier) Description(context.Context) string { return "must be " + v.expected }

func (v identifier) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v identifier) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	if v.pattern.MatchString(value) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, v.summary,
		fmt.Sprintf("%s is %s. Expected %s. %s", req.Path, shown(value), v.expected, v.hint(value)))
}

// shown quotes a value, but not a whole file that was passed by mistake.
func shown(value string) string {
	const limit = 100
	if runes := []rune(value); len(runes) > limit {
		return fmt.Sprintf("%q… (%d characters)", string(runes[:limit]), len(runes))
	}
	return fmt.Sprintf("%q", value)
}
