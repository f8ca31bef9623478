// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Time refuses a string that is not an RFC 3339 time. Null and unknown values pass.
func Time() validator.String {
	return rfc3339{}
}

// ParseTime reads the time that Time accepts; nil if the value is null or unknown, or no time.
func ParseTime(value types.String) *time.Time {
	var t time.Time
	// Lower-case letters are RFC 3339 too (section 5.6), but not to Go.
	if value.IsNull() || value.IsUnknown() || t.UnmarshalText([]byte(strings.ToUpper(value.ValueString()))) != nil {
		return nil
	}
	return &t
}

type rfc3339 struct{}

func (rfc3339) Description(context.Context) string {
	return `must be an RFC 3339 time, such as "2023-05-01T12:00:00Z"`
}

func (v rfc3339) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (rfc3339) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || ParseTime(value) != nil {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid time", fmt.Sprintf(
		"%s is %s. Expected an RFC 3339 time with a zone: \"2023-05-01T12:00:00Z\", \"2023-05-01T14:00:00+02:00\", "+
			"or what plantimestamp() and timeadd() return.", req.Path, shown(value.ValueString())))
}
