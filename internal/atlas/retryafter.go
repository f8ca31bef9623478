// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestRetryAfter keeps an absurd Retry-After within what a time.Duration holds.
const longestRetryAfter = 100 * 365 * 24 * time.Hour

// retryAfter reads a Retry-After header (RFC 9110, section 10.2.3), in seconds
// or as a date; 0 if there is none, or none that asks for a wait. A date is
// measured by the server's own clock where the answer tells it, since the
// caller's may be off.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return longestRetryAfter
	case err == nil:
		return time.Duration(min(seconds, uint64(longestRetryAfter/time.Second))) * time.Second
	}
	date, ok := parseDate(value)
	if !ok {
		return 0
	}
	if sent, ok := parseDate(h.Get("Date")); ok {
		now = sent
	}
	return min(max(date.Sub(now), 0), longestRetryAfter)
}

// parseDate reads an HTTP date. Atlas writes the day of a month with one digit
// ("Thu, 1 Jul 2027 00:00:00 GMT"), which http.ParseTime refuses.
func parseDate(value string) (time.Time, bool) {
	t, err := http.ParseTime(value)
	if err != nil {
		t, err = time.Parse("Mon, 2 Jan 2006 15:04:05 GMT", value)
	}
	return t, err == nil
}
