// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// identifierTest is a value and, if it is refused, the whole text that says so.
type identifierTest struct {
	value  types.String
	detail string
}

func TestObjectID(t *testing.T) {
	t.Parallel()

	const (
		at       = "project_id"
		expected = ". Expected 24 lower-case hexadecimal digits (0-9, a-f). "
		useID    = expected + "Use the id that Atlas shows, not a name."
	)
	assertIdentifier(t, validators.ObjectID(), at, "Invalid Atlas id", map[string]identifierTest{
		"null":    {value: types.StringNull()},
		"unknown": {value: types.StringUnknown()},
		"id":      {value: types.StringValue("32b6e34b3d91647abb20e7b8")},
		"digits":  {value: types.StringValue("012345678901234567890123")},

		"empty": {types.StringValue(""), `project_id is ""` + expected + "Is a variable not set?"},
		"upper case": {
			types.StringValue("32B6E34B3D91647ABB20E7B8"), `project_id is "32B6E34B3D91647ABB20E7B8"` + expected +
				`It has upper-case letters, which Atlas refuses in ids: write "32b6e34b3d91647abb20e7b8".`,
		},
		"one letter in upper case": {
			types.StringValue("32b6e34b3d91647abb20E7b8"), `project_id is "32b6e34b3d91647abb20E7b8"` + expected +
				`It has upper-case letters, which Atlas refuses in ids: write "32b6e34b3d91647abb20e7b8".`,
		},
		"too short": {
			types.StringValue("32b6e34b3d91647abb20e7b"), `project_id is "32b6e34b3d91647abb20e7b"` + expected + "It has 23 digits.",
		},
		"too long": {
			types.StringValue("32b6e34b3d91647abb20e7b80"), `project_id is "32b6e34b3d91647abb20e7b80"` + expected + "It has 25 digits.",
		},
		"too short, in upper case": {types.StringValue("ABC"), `project_id is "ABC"` + expected + "It has 3 digits."},
		"white space before": {
			types.StringValue(" 32b6e34b3d91647abb20e7b8"), `project_id is " 32b6e34b3d91647abb20e7b8"` + expected +
				"Remove the white space around it.",
		},
		"line end": {
			types.StringValue("32b6e34b3d91647abb20e7b8\n"), `project_id is "32b6e34b3d91647abb20e7b8\n"` + expected +
				"Remove the white space around it.",
		},
		"white space":        {types.StringValue(" \t"), `project_id is " \t"` + useID},
		"name":               {types.StringValue("My project"), `project_id is "My project"` + useID},
		"letter for a digit": {types.StringValue("32b6e34b3d91647abb2Oe7b8"), `project_id is "32b6e34b3d91647abb2Oe7b8"` + useID},
		"two lines": {
			types.StringValue("32b6e34b3d91647abb20e7b8\n32b6e34b3d91647abb20e7b8"),
			`project_id is "32b6e34b3d91647abb20e7b8\n32b6e34b3d91647abb20e7b8"` + useID,
		},
		"parent folder":            {types.StringValue(".."), `project_id is ".."` + useID},
		"way out of the path":      {types.StringValue("32b6e34b3d91647abb20e7b8/../x"), `project_id is "32b6e34b3d91647abb20e7b8/../x"` + useID},
		"encoded slash":            {types.StringValue("32b6e34b3d91647abb2%2fe7"), `project_id is "32b6e34b3d91647abb2%2fe7"` + useID},
		"slash":                    {types.StringValue("/"), `project_id is "/"` + useID},
		"query":                    {types.StringValue("32b6e34b3d91647abb20e7b8?x=y"), `project_id is "32b6e34b3d91647abb20e7b8?x=y"` + useID},
		"quotes":                   {types.StringValue(`"x"`), `project_id is "\"x\""` + useID},
		"control character":        {types.StringValue("a\x1b[31m"), `project_id is "a\x1b[31m"` + useID},
		"digits of another script": {types.StringValue("٣٢٣٢"), `project_id is "٣٢٣٢"` + useID},
		"100 digits": {
			types.StringValue(strings.Repeat("a", 100)), `project_id is "` + strings.Repeat("a", 100) + `"` + expected + "It has 100 digits.",
		},
		"10,000 digits": {
			types.StringValue(strings.Repeat("a", 10_000)), `project_id is "` + strings.Repeat("a", 100) + `"… (10000 characters)` +
				expected + "It has 10000 digits.",
		},
		"10,000 letters of two bytes": {
			types.StringValue(strings.Repeat("é", 10_000)), `project_id is "` + strings.Repeat("é", 100) + `"… (10000 characters)` + useID,
		},
	})
}

func TestClusterName(t *testing.T) {
	t.Parallel()

	const (
		at       = "cluster_name"
		expected = ". Expected letters (a-z, A-Z), digits and hyphens, beginning with a letter or digit. " +
			`It is the name on the cluster's page in Atlas, such as "Cluster0".`
	)
	tests := map[string]identifierTest{
		"null":             {value: types.StringNull()},
		"unknown":          {value: types.StringUnknown()},
		"name":             {value: types.StringValue("Cluster0")},
		"one letter":       {value: types.StringValue("a")},
		"digit and hyphen": {value: types.StringValue("0-")},
		"longer than any":  {value: types.StringValue(strings.Repeat("a", 10_000))},
	}
	for name, refused := range map[string]struct{ value, shown string }{
		"empty":               {"", `""`},
		"hyphen first":        {"-Cluster0", `"-Cluster0"`},
		"white space inside":  {"Cluster 0", `"Cluster 0"`},
		"white space around":  {" Cluster0", `" Cluster0"`},
		"line end":            {"Cluster0\n", `"Cluster0\n"`},
		"second line":         {"Cluster0\nx", `"Cluster0\nx"`},
		"underscore":          {"Cluster_0", `"Cluster_0"`},
		"host name":           {"cluster0.mongodb.net", `"cluster0.mongodb.net"`},
		"parent folder":       {"..", `".."`},
		"way out of the path": {"Cluster0/../x", `"Cluster0/../x"`},
		"encoded slash":       {"Cluster0%2fx", `"Cluster0%2fx"`},
		"slash":               {"/", `"/"`},
		"query":               {"Cluster0?x=y", `"Cluster0?x=y"`},
		"quotes":              {`"Cluster0"`, `"\"Cluster0\""`},
		"non-ASCII":           {"Clüster0", `"Clüster0"`},
		"NUL":                 {"Cluster0\x00", `"Cluster0\x00"`},
		"10,000 characters":   {strings.Repeat("_", 10_000), `"` + strings.Repeat("_", 100) + `"… (10000 characters)`},
	} {
		tests[name] = identifierTest{types.StringValue(refused.value), "cluster_name is " + refused.shown + expected}
	}
	assertIdentifier(t, validators.ClusterName(), at, "Invalid Atlas cluster name", tests)
}

func assertIdentifier(t *testing.T, v validator.String, at, summary string, tests map[string]identifierTest) {
	t.Helper()

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			req := validator.StringRequest{Path: path.Root(at), ConfigValue: test.value}
			var resp validator.StringResponse
			v.ValidateString(t.Context(), req, &resp)

			var want diag.Diagnostics
			if test.detail != "" {
				want.AddAttributeError(path.Root(at), summary, test.detail)
			}
			if !resp.Diagnostics.Equal(want) {
				t.Errorf("got %v, want %v", resp.Diagnostics, want)
			}
		})
	}
}

func TestIdentifier_description(t *testing.T) {
	t.Parallel()

	for want, v := range map[string]validator.String{
		"must be 24 lower-case hexadecimal digits (0-9, a-f)":                              validators.ObjectID(),
		"must be letters (a-z, A-Z), digits and hyphens, beginning with a letter or digit": validators.ClusterName(),
	} {
		if got := v.Description(t.Context()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := v.MarkdownDescription(t.Context()); got != want {
			t.Errorf("Markdown: got %q, want %q", got, want)
		}
	}
}
