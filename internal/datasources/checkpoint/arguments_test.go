// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint_test

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/checkpoint"
)

func TestArguments(t *testing.T) {
	t.Parallel()

	arguments := checkpoint.Arguments(t.Context())
	if diags := (schema.Schema{Attributes: arguments}).ValidateImplementation(t.Context()); len(diags) != 0 {
		t.Fatal(diags)
	}
	required := map[string]bool{"project_id": true, "cluster_name": true, "timeouts": false}
	if got, want := slices.Sorted(maps.Keys(arguments)), slices.Sorted(maps.Keys(required)); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for name, argument := range arguments {
		if argument.IsRequired() != required[name] || argument.IsOptional() == required[name] || argument.IsComputed() {
			t.Errorf("%s: required %v, optional %v, computed %v",
				name, argument.IsRequired(), argument.IsOptional(), argument.IsComputed())
		}
	}
}

func TestReadContext(t *testing.T) {
	t.Parallel()

	read := map[string]attr.Type{"read": types.StringType}
	tests := map[string]struct {
		timeouts types.Object
		want     time.Duration
	}{
		"no timeouts":     {types.ObjectNull(read), 5 * time.Minute},
		"no timeout read": {types.ObjectValueMust(read, map[string]attr.Value{"read": types.StringNull()}), 5 * time.Minute},
		"timeout":         {types.ObjectValueMust(read, map[string]attr.Value{"read": types.StringValue("1m30s")}), 90 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			// In this bubble no time passes between the two looks at the clock.
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel, diags := checkpoint.ReadContext(t.Context(), timeouts.Value{Object: test.timeouts})
				defer cancel()
				if len(diags) != 0 {
					t.Fatal(diags)
				}
				deadline, ok := ctx.Deadline()
				if got := time.Until(deadline); !ok || got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestReadContext_invalid(t *testing.T) {
	t.Parallel()

	value := types.ObjectValueMust(map[string]attr.Type{"read": types.StringType},
		map[string]attr.Value{"read": types.StringValue("soon")})
	_, cancel, diags := checkpoint.ReadContext(t.Context(), timeouts.Value{Object: value})
	defer cancel()
	if !diags.HasError() {
		t.Error("no error")
	}
}
