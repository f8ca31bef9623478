// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package validators

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Time refuses a string that is not an RFC 3339 time. Null and unknown values pass.
func Time() validator.String {
	return rfc3339{}
}

// form is the form of a time in RFC 3339 (section 5.6). Package time also accepts an hour of one
// digit, a comma before the fraction and an offset of a day or more (go.dev/issue/54580), but no
// letters in lower case.
var form = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// ParseTime reads the time that Time accepts; nil if the value is null or unknown, or no time.
func ParseTime(value types.String) *time.Time {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	return parse(value.ValueString())
}

func parse(text string) *time.Time {
	text = strings.ToUpper(text)
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !form.MatchString(text) {
		return nil
	}
	return &t
}

// corrected proposes the time that is meant, where that is clear: a date alone, a space for the T,
// no seconds, no zone.
func corrected(text string) string {
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	for _, end := range []string{"", "Z", ":00Z", "T00:00:00Z"} {
		if parse(text+end) == nil {
			continue
		}
		if end == "" {
			return fmt.Sprintf(" Write %q.", text)
		}
		return fmt.Sprintf(" If it is in UTC, write %q.", text+end)
	}
	return ""
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
			"or what plantimestamp() and timeadd() return.%s", req.Path, shown(value.ValueString()), corrected(value.ValueString())))
}
