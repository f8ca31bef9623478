// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Time is a time of the API, in UTC.
type Time struct {
	time.Time
	// wrong is what Atlas sent, in JSON, if that has no RFC 3339 form.
	wrong string
}

// UnmarshalJSON never fails: the document's decoder knows the field's name,
// which an error needs, and asks for what was wrong. RFC 3339 has years from 0
// to 9999 only, in UTC too.
func (t *Time) UnmarshalJSON(data []byte) error {
	if !t.parse(data) {
		t.wrong = string(data)
	}
	if t.Time = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		t.wrong = string(data)
	}
	return nil
}

// parse reads a time in JSON. The letters may be in lower case (RFC 3339,
// section 5.6).
func (t *Time) parse(data []byte) bool {
	if text := bytes.Trim(data, `"`); t.UnmarshalText(text) == nil {
		return strict(text)
	}
	var s string
	if json.Unmarshal(data, &s) != nil {
		return false
	}
	text := bytes.ToUpper([]byte(s))
	return t.UnmarshalText(text) == nil && strict(text)
}

// strict refuses what package time lets pass although RFC 3339 does not
// (go.dev/issue/54580): an hour of one digit, a comma before the fraction, and
// an offset of a day or more.
func strict(text []byte) bool {
	offset := text[len(text)-len("00:00"):]
	return text[len("2006-01-02T1")] != ':' && text[len("2006-01-02T15:04:05")] != ',' &&
		(text[len(text)-1] == 'Z' || string(offset[:2]) < "24" && string(offset[3:]) < "60")
}

// check names the field in the error about an invalid time.
func (t *Time) check(field string) error {
	if t == nil || t.wrong == "" {
		return nil
	}
	return fmt.Errorf("field %s is %s, which is not an RFC 3339 time", field, t.wrong)
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
