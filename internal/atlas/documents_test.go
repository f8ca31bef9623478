// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"testing"
	"time"
)

func TestTime_keepsTheInstantInUTC(t *testing.T) {
	for text, want := range map[string]string{
		"2023-09-12T06:00:25Z":                "2023-09-12T06:00:25Z",
		"2023-09-12t06:00:25z":                "2023-09-12T06:00:25Z",
		"2023-09-12T08:00:25+02:00":           "2023-09-12T06:00:25Z",
		"2023-09-12T06:00:25.123456789Z":      "2023-09-12T06:00:25.123456789Z",
		"0000-01-01T00:00:00Z":                "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":                "9999-12-31T23:59:59Z",
		"2023-12-31T23:30:00.000000001-00:30": "2024-01-01T00:00:00.000000001Z",
		"2023-09-12t06:00:25.5+23:59":         "2023-09-11T06:01:25.5Z",
		`2023\u002d09-12T06:00:25Z`:           "2023-09-12T06:00:25Z",
	} {
		t.Run(text, func(t *testing.T) {
			var got Time
			if err := got.UnmarshalJSON([]byte(`"` + text + `"`)); err != nil {
				t.Fatal(err)
			}
			if formatted := got.Format(time.RFC3339Nano); formatted != want {
				t.Errorf("got %s, want %s", formatted, want)
			}
		})
	}
}

func TestTime_invalid(t *testing.T) {
	for name, data := range map[string]string{
		"empty":                    `""`,
		"text":                     `"yesterday"`,
		"date":                     `"2023-09-12"`,
		"without an offset":        `"2023-09-12T06:00:25"`,
		"space for the T":          `"2023-09-12 06:00:25Z"`,
		"31 April":                 `"2023-04-31T06:00:25Z"`,
		"before year 0 in UTC":     `"0000-01-01T00:00:00+01:00"`,
		"after year 9999 in UTC":   `"9999-12-31T23:59:59-01:00"`,
		"hour of one digit":        `"2023-09-12T6:00:25Z"`,
		"comma for the point":      `"2023-09-12T06:00:25,5Z"`,
		"offset of a day":          `"2023-09-12T06:00:25+24:00"`,
		"offset of 60 minutes":     `"2023-09-12T06:00:25.5-00:60"`,
		"five digits for the year": `"12023-09-12T06:00:25Z"`,
		"number":                   `1694498425`,
		"boolean":                  `true`,
		"object":                   `{"$date":"2023-09-12T06:00:25Z"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var got Time
			want := data + ", which is not an RFC 3339 time"
			if err := got.UnmarshalJSON([]byte(data)); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}
