// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WholeNumber refuses a number that is not whole, or less than low. Null and unknown values pass.
// It is for number attributes: of a fraction in an int64 attribute, the framework says that the
// provider is at fault.
func WholeNumber(low int64) validator.Number {
	return wholeNumber{low: low}
}

// Int returns the number that WholeNumber accepts, at most math.MaxInt32 so that it fits an int on
// every platform; 0 if the value is null or unknown.
func Int(value types.Number) int {
	if value.IsNull() || value.IsUnknown() {
		return 0
	}
	n, _ := value.ValueBigFloat().Int64() // out of range, it is the nearest
	return int(min(n, math.MaxInt32))
}

type wholeNumber struct{ low int64 }

func (v wholeNumber) Description(context.Context) string {
	return fmt.Sprintf("must be a whole number of at least %d", v.low)
}

func (v wholeNumber) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v wholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number := req.ConfigValue.ValueBigFloat()
	if number.IsInt() && number.Cmp(new(big.Float).SetInt64(v.low)) >= 0 {
		return
	}
	resp.Diagnostics.AddAttributeError(Argument(req.Path), "Invalid number",
		fmt.Sprintf("%s is %s. Expected a whole number of at least %d.", req.Path, number.Text('g', 10), v.low))
}
