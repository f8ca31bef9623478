// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	const anHourLater = "Sun, 01 Mar 2026 13:00:00 GMT"
	for name, test := range map[string]struct {
		value, date string
		want        time.Duration
	}{
		"absent":                          {"", "", 0},
		"seconds":                         {"55", "", 55 * time.Second},
		"no seconds":                      {"0", "", 0},
		"white space around":              {" 7\t", "", 7 * time.Second},
		"ten years":                       {"315360000", "", 10 * 365 * 24 * time.Hour},
		"more than a duration holds":      {"9223372037", "", LongestWait},
		"more than an integer holds":      {"99999999999999999999999999", "", LongestWait},
		"negative":                        {"-5", "", 0},
		"signed":                          {"+5", "", 0},
		"fraction":                        {"1.5", "", 0},
		"text":                            {"later", "", 0},
		"exponent":                        {"1e3", "", 0},
		"date of RFC 3339":                {"2026-03-01T13:00:00Z", "", 0},
		"date":                            {anHourLater, "", time.Hour},
		"date with one digit for the day": {"Sun, 1 Mar 2026 12:00:30 GMT", "", 30 * time.Second},
		"date in RFC 850's form":          {"Sunday, 01-Mar-26 12:00:10 GMT", "", 10 * time.Second},
		"date in asctime's form":          {"Sun Mar  1 12:00:10 2026", "", 10 * time.Second},
		"date in the past":                {"Sun, 01 Mar 2026 11:00:00 GMT", "", 0},
		"date of now":                     {"Sun, 01 Mar 2026 12:00:00 GMT", "", 0},
		"date beyond a duration":          {"Fri, 31 Dec 9999 23:59:59 GMT", "", LongestWait},
		"date by the server's clock":      {anHourLater, "Sun, 01 Mar 2026 12:59:00 GMT", time.Minute},
		"date and a broken server clock":  {anHourLater, "yesterday", time.Hour},
		"seconds need no server clock":    {"3", "Sun, 01 Mar 2020 00:00:00 GMT", 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Retry-After", test.value)
			h.Set("Date", test.date)
			if got := retryAfter(h, now); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
