// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func TestTime(t *testing.T) {
	t.Parallel()
	noon := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		value types.String
		want  *time.Time
		valid bool
	}{
		"UTC":         {types.StringValue("2024-05-01T12:00:00Z"), &noon, true},
		"offset":      {types.StringValue("2024-05-01T14:00:00+02:00"), &noon, true},
		"lower case":  {types.StringValue("2024-05-01t12:00:00z"), &noon, true},
		"null":        {types.StringNull(), nil, true},
		"unknown":     {types.StringUnknown(), nil, true},
		"empty":       {types.StringValue(""), nil, false},
		"word":        {types.StringValue("yesterday"), nil, false},
		"date":        {types.StringValue("2024-05-01"), nil, false},
		"no zone":     {types.StringValue("2024-05-01T12:00:00"), nil, false},
		"no such day": {types.StringValue("2024-02-30T12:00:00Z"), nil, false},
		"short hour":  {types.StringValue("2024-05-01T1:00:00Z"), nil, false},
		"comma":       {types.StringValue("2024-05-01T12:00:00,5Z"), nil, false},
		"far offset":  {types.StringValue("2024-05-01T12:00:00+24:00"), nil, false},
		"no minute":   {types.StringValue("2024-05-01T12:00:00+02:60"), nil, false},
		"fraction":    {types.StringValue("2024-05-01T14:00:00.0+02:00"), &noon, true},
		"white space": {types.StringValue(" 2024-05-01T12:00:00Z"), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := validators.ParseTime(tc.value)
			if (got == nil) != (tc.want == nil) || got != nil && !got.Equal(*tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}

			resp := &validator.StringResponse{}
			validators.Time().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("since"), ConfigValue: tc.value}, resp)
			if resp.Diagnostics.HasError() == tc.valid {
				t.Fatalf("got %v, want valid: %t", resp.Diagnostics, tc.valid)
			}
			if !tc.valid {
				d := resp.Diagnostics[0]
				if d.Summary() != "Invalid time" || !strings.Contains(d.Detail(), `since is "`+tc.value.ValueString()+`"`) {
					t.Errorf("got %s: %s", d.Summary(), d.Detail())
				}
			}
		})
	}
}

func TestTime_proposesWhatIsMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-05-01":                 ` If it is in UTC, write "2024-05-01T00:00:00Z".`,
		"2024-05-01T12:00":           ` If it is in UTC, write "2024-05-01T12:00:00Z".`,
		"2024-05-01 12:00:00":        ` If it is in UTC, write "2024-05-01T12:00:00Z".`,
		"2024-05-01T12:00:00.5":      ` If it is in UTC, write "2024-05-01T12:00:00.5Z".`,
		"2024-05-01 12:00:00+02:00":  ` Write "2024-05-01T12:00:00+02:00".`,
		" 2024-05-01T12:00:00Z\n":    ` Write "2024-05-01T12:00:00Z".`,
		"2024-02-30":                 "",
		"yesterday":                  "",
		"":                           "",
		"2024-05-01T1:00:00Z":        "",
		"2024-05-01T12:00:00 +02:00": "",
	} {
		resp := &validator.StringResponse{}
		validators.Time().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("since"), ConfigValue: types.StringValue(text)}, resp)
		if _, got, _ := strings.Cut(resp.Diagnostics[0].Detail(), "timeadd() return."); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
