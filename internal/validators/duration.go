// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package validators holds the attribute validators that the provider block and the data sources
// share.
package validators

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ validator.String = positiveDuration{}

// PositiveDuration refuses a string that is not a Go duration above zero. Null and unknown values
// pass.
func PositiveDuration() validator.String {
	return positiveDuration{}
}

// ParsePositiveDuration reads the duration that PositiveDuration accepts at an attribute. A null or
// unknown value is zero.
func ParsePositiveDuration(at path.Path, value types.String) (time.Duration, diag.Diagnostics) {
	if value.IsNull() || value.IsUnknown() {
		return 0, nil
	}

	duration, err := time.ParseDuration(value.ValueString())
	if err != nil || duration <= 0 {
		return 0, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(
			Argument(at),
			"Invalid duration",
			fmt.Sprintf("%s is %s. Expected a duration above zero: a number and a unit (ns, us, ms, s, m or h), "+
				"or several, such as \"500ms\", \"30s\" or \"1m30s\".%s", at, shown(value.ValueString()), inHours(value.ValueString())),
		)}
	}
	return duration, nil
}

var days = regexp.MustCompile(`^[1-9]\d{0,4}d$`)

// inHours proposes the duration that is meant by a number of days.
func inHours(text string) string {
	if !days.MatchString(text) {
		return ""
	}
	n, _ := strconv.Atoi(strings.TrimSuffix(text, "d"))
	return fmt.Sprintf(" Days are not a unit: write %q.", strconv.Itoa(24*n)+"h")
}

type positiveDuration struct{}

func (positiveDuration) Description(context.Context) string {
	return `must be a Go duration above zero, such as "30s" or "1m30s"`
}

func (v positiveDuration) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (positiveDuration) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	_, diags := ParsePositiveDuration(req.Path, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}

// Argument is the argument that a path lies in. Terraform points at the line of an argument, but
// for what is nested in one only at the whole block.
func Argument(at path.Path) path.Path {
	name, _ := at.Steps()[0].(path.PathStepAttributeName)
	return path.Root(string(name))
}
