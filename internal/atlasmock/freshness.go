// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"encoding/json"
	"regexp"
	"time"
)

var quotedTime = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"`)

// shiftTimes moves all times by one and the same duration, so that the newest completed checkpoint
// completed at that moment. Without a completed one nothing moves. A restorable checkpoint that does
// not say when it was completed was so by its timestamp.
func (s *store) shiftTimes(completed time.Time) {
	newest := s.newestCompleted()
	if newest.IsZero() {
		return
	}
	shift := completed.Truncate(time.Second).Sub(newest)
	s.edit(func(_ string, body []byte) []byte {
		return quotedTime.ReplaceAllFunc(body, func(quoted []byte) []byte {
			at, err := time.Parse(`"`+time.RFC3339+`"`, string(quoted))
			if err != nil {
				return quoted
			}
			return []byte(at.Add(shift).UTC().Format(`"` + time.RFC3339 + `"`))
		})
	})
}

func (s *store) newestCompleted() time.Time {
	var newest time.Time
	s.edit(func(collection string, body []byte) []byte {
		var checkpoint struct {
			Completed  time.Time `json:"completed"`
			Timestamp  time.Time `json:"timestamp"`
			Restorable bool      `json:"restorable"`
		}
		if collection != Checkpoints || json.Unmarshal(body, &checkpoint) != nil {
			return body
		}
		if checkpoint.Completed.IsZero() && checkpoint.Restorable {
			checkpoint.Completed = checkpoint.Timestamp
		}
		if checkpoint.Completed.After(newest) {
			newest = checkpoint.Completed
		}
		return body
	})
	return newest
}
