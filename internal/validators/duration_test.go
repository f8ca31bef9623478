// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func TestPositiveDuration(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		value  types.String
		want   time.Duration
		refuse bool
	}{
		"null":                      {value: types.StringNull()},
		"unknown":                   {value: types.StringUnknown()},
		"one unit":                  {value: types.StringValue("30s"), want: 30 * time.Second},
		"several units":             {value: types.StringValue("1m30s"), want: 90 * time.Second},
		"fraction":                  {value: types.StringValue("1.5h"), want: 90 * time.Minute},
		"smallest":                  {value: types.StringValue("1ns"), want: 1},
		"explicit plus":             {value: types.StringValue("+5ms"), want: 5 * time.Millisecond},
		"empty":                     {value: types.StringValue(""), refuse: true},
		"zero":                      {value: types.StringValue("0s"), refuse: true},
		"zero without a unit":       {value: types.StringValue("0"), refuse: true},
		"negative":                  {value: types.StringValue("-1s"), refuse: true},
		"rounds to zero":            {value: types.StringValue("0.1ns"), refuse: true},
		"number without a unit":     {value: types.StringValue("30"), refuse: true},
		"unit that Go lacks":        {value: types.StringValue("1d"), refuse: true},
		"white space around":        {value: types.StringValue(" 30s"), refuse: true},
		"more than a duration hold": {value: types.StringValue("9999999h"), refuse: true},
		"ISO 8601":                  {value: types.StringValue("PT30S"), refuse: true},
		"control character":         {value: types.StringValue("30s\n"), refuse: true},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			at := path.Root("retry").AtName("min_delay")
			req := validator.StringRequest{Path: at, ConfigValue: test.value}
			var resp validator.StringResponse
			validators.PositiveDuration().ValidateString(t.Context(), req, &resp)

			got, diags := validators.ParsePositiveDuration(at, test.value)
			if got != test.want {
				t.Errorf("parsed %v, want %v", got, test.want)
			}
			if !diags.Equal(resp.Diagnostics) {
				t.Errorf("the parser says %v, the validator %v", diags, resp.Diagnostics)
			}
			if !test.refuse {
				if len(resp.Diagnostics) != 0 {
					t.Errorf("unexpected diagnostics: %v", resp.Diagnostics)
				}
				return
			}
			if len(resp.Diagnostics) != 1 {
				t.Fatalf("got %d diagnostics, want 1: %v", len(resp.Diagnostics), resp.Diagnostics)
			}
			assertInvalidDuration(t, resp.Diagnostics[0], at, test.value)
		})
	}
}

func assertInvalidDuration(t *testing.T, got diag.Diagnostic, at path.Path, value types.String) {
	t.Helper()

	if got.Severity() != diag.SeverityError || got.Summary() != "Invalid duration" {
		t.Errorf("got %s %q", got.Severity(), got.Summary())
	}
	withPath, ok := got.(diag.DiagnosticWithPath)
	if !ok || !withPath.Path().Equal(path.Root("retry")) {
		t.Errorf("not at %s: %v", at, got)
	}
	// types.String prints its value quoted.
	for _, fact := range []string{"retry.min_delay is " + value.String() + ".", "Expected a duration above zero"} {
		if !strings.Contains(got.Detail(), fact) {
			t.Errorf("detail lacks %q: %s", fact, got.Detail())
		}
	}
}

// Of days, it says how many hours they are.
func TestPositiveDuration_days(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"1d": ` Days are not a unit: write "24h".`, "30d": ` Days are not a unit: write "720h".`,
		"0d": "", "1.5d": "", "1d12h": "", "99999999999999999999d": "",
	} {
		_, diags := validators.ParsePositiveDuration(path.Root("max_age"), types.StringValue(value))
		if got := diags[0].Detail(); !strings.HasSuffix(got, `"1m30s".`+want) {
			t.Errorf("%s: %s", value, got)
		}
	}
}

func TestPositiveDuration_description(t *testing.T) {
	t.Parallel()

	const want = `must be a Go duration above zero, such as "30s" or "1m30s"`
	if got := validators.PositiveDuration().Description(t.Context()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := validators.PositiveDuration().MarkdownDescription(t.Context()); got != want {
		t.Errorf("Markdown: got %q, want %q", got, want)
	}
}
