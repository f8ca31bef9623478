// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Time is a time of the API, in UTC.
type Time struct{ time.Time }

// UnmarshalJSON reads an RFC 3339 time. Its letters may be in lower case (section 5.6); the years
// are from 0 to 9999, in UTC too.
func (t *Time) UnmarshalJSON(data []byte) error {
	text, err := jsontext.AppendUnquote(nil, data)
	if err == nil {
		text = bytes.ToUpper(text)
		err = t.UnmarshalText(text)
	}
	if t.Time = t.UTC(); err != nil || !strict(text) || t.Year() < 0 || t.Year() > 9999 {
		return fmt.Errorf("%s, which is not an RFC 3339 time", data)
	}
	return nil
}

// strict refuses what package time lets pass although RFC 3339 does not (go.dev/issue/54580): an
// hour of one digit, a comma before the fraction, and an offset of a day or more.
func strict(text []byte) bool {
	offset := text[len(text)-len("00:00"):]
	return text[len("2006-01-02T1")] != ':' && text[len("2006-01-02T15:04:05")] != ',' &&
		(text[len(text)-1] == 'Z' || string(offset[:2]) < "24" && string(offset[3:]) < "60")
}

// BSONTimestamp is the position of an oplog entry: a second, and an ordinal in it.
type BSONTimestamp struct {
	Date      *Time   `json:"date"`
	Increment *uint32 `json:"increment"`
}

// Link points to a related resource of the API (RFC 8288).
type Link struct {
	Href *string `json:"href"`
	Rel  *string `json:"rel"`
}
