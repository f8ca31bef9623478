// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func TestWholeNumber(t *testing.T) {
	t.Parallel()
	huge, _ := new(big.Float).SetString("1e30")
	for name, tc := range map[string]struct {
		value types.Number
		want  int
		error string
	}{
		"one":       {types.NumberValue(big.NewFloat(1)), 1, ""},
		"many":      {types.NumberValue(big.NewFloat(1e6)), 1e6, ""},
		"too many":  {types.NumberValue(huge), math.MaxInt32, ""},
		"null":      {types.NumberNull(), 0, ""},
		"unknown":   {types.NumberUnknown(), 0, ""},
		"fraction":  {types.NumberValue(big.NewFloat(1.5)), 1, "max_results is 1.5. Expected a whole number of at least 1."},
		"zero":      {types.NumberValue(big.NewFloat(0)), 0, "max_results is 0. Expected a whole number of at least 1."},
		"below":     {types.NumberValue(big.NewFloat(-3)), -3, "max_results is -3. Expected a whole number of at least 1."},
		"near zero": {types.NumberValue(big.NewFloat(1e-9)), 0, "max_results is 1e-09. Expected a whole number of at least 1."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := validators.Int(tc.value); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
			resp := &validator.NumberResponse{}
			validators.WholeNumber(1).ValidateNumber(t.Context(), validator.NumberRequest{Path: path.Root("max_results"), ConfigValue: tc.value}, resp)
			got := ""
			for _, d := range resp.Diagnostics {
				got += d.Detail()
			}
			if got != tc.error {
				t.Errorf("got %q, want %q", got, tc.error)
			}
		})
	}
}
