// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Time is a time of the API, in UTC.
type Time struct {
	time.Time
	// wrong is what Atlas sent, in JSON, if that has no RFC 3339 form.
	wrong string
}

// UnmarshalJSON never fails: the document's decoder knows the field's name,
// which an error needs, and asks for what was wrong. RFC 3339 allows lower case
// (section 5.6), and years from 0 to 9999 only, in UTC too.
func (t *Time) UnmarshalJSON(data []byte) error {
	if t.Time.UnmarshalJSON(data) != nil && !t.parseLowerCase(data) {
		t.wrong = string(data)
	}
	if t.Time = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		t.wrong = string(data)
	}
	return nil
}

func (t *Time) parseLowerCase(data []byte) bool {
	var s string
	return json.Unmarshal(data, &s) == nil && t.UnmarshalText([]byte(strings.ToUpper(s))) == nil
}

// check names the field in the error about a time that is none.
func (t *Time) check(field string) error {
	if t == nil || t.wrong == "" {
		return nil
	}
	return fmt.Errorf("field %s is %s, which is not an RFC 3339 time", field, t.wrong)
}
