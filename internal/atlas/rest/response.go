// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errorBody is Atlas' error document and, by its two string fields, that of the token endpoint (RFC
// 6749, section 5.2): "error" is a number in the one and a code in the other.
type errorBody struct {
	Error            json.RawMessage   `json:"error"`
	ErrorCode        string            `json:"errorCode"`
	Detail           string            `json:"detail"`
	Reason           string            `json:"reason"`
	Parameters       []json.RawMessage `json:"parameters"`
	ErrorDescription string            `json:"error_description"`
	BadRequestDetail struct {
		Fields []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
		} `json:"fields"`
	} `json:"badRequestDetail"`
}

// newResponse reads a response with an error status. Whatever the body is, the status survives, and
// a body of another shape as an excerpt.
func newResponse(status int, header http.Header, b body, r *Redactor, now time.Time) *Response {
	a := &Response{Status: status, RetryAfter: retryAfter(header, now)}
	text := r.Text
	var doc errorBody
	// A field of an unexpected type costs that field alone: encoding/json fills in the others, so
	// the error itself has nothing to add.
	_ = json.Unmarshal(b.data, &doc)
	if b.confidential && !isErrorBody(b.data) {
		doc = errorBody{ErrorCode: doc.ErrorCode}
	}
	a.Code, a.Detail, a.Reason = text(doc.ErrorCode), text(doc.Detail), text(doc.Reason)
	if code, ok := jsonString(doc.Error); ok && a.Code == "" {
		a.Code = text(code)
	}
	if a.Detail == "" {
		a.Detail = text(doc.ErrorDescription)
	}
	if a.Code == "" {
		a.Code = text(header.Get("X-Error-Code"))
	}
	for _, p := range doc.Parameters[:min(len(doc.Parameters), 20)] {
		s, ok := jsonString(p)
		if !ok {
			s = string(p)
		}
		if b.confidential && strings.ContainsAny(s, "{[") {
			continue
		}
		a.Parameters = append(a.Parameters, text(s))
	}
	fields := doc.BadRequestDetail.Fields
	for _, f := range fields[:min(len(fields), 20)] {
		a.Fields = append(a.Fields, FieldError{Field: text(f.Field), Description: text(f.Description)})
	}
	if a.Detail == "" && a.Reason == "" && doc.ErrorCode == "" {
		a.Excerpt = b.excerpt(r)
	}
	return a
}

// isErrorBody reports a body that is an error document and nothing else.
func isErrorBody(data []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&errorBody{}) == nil
}

// statedStatus is the status that Atlas' error document states, which counts whatever the HTTP
// status is: a gateway may hide or change that one.
func statedStatus(data []byte) (status int, ok bool) {
	var doc struct {
		Error     int    `json:"error"`
		ErrorCode string `json:"errorCode"`
	}
	if json.Unmarshal(data, &doc) != nil || doc.ErrorCode == "" {
		return 0, false
	}
	return doc.Error, doc.Error >= 400 && doc.Error <= 599
}

func jsonString(raw json.RawMessage) (s string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(raw, &s) == nil
}

// LongestWait keeps an absurd Retry-After within what a time.Duration holds.
const LongestWait = 100 * 365 * 24 * time.Hour

// retryAfter reads a Retry-After header (RFC 9110, section 10.2.3), in seconds or as a date; 0 if
// there is none, or none that asks for a wait. A date is measured by the server's own clock where
// the response tells it, since the caller's may be off.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return LongestWait
	case err == nil:
		return time.Duration(min(seconds, uint64(LongestWait/time.Second))) * time.Second
	}
	date, ok := ParseDate(value)
	if !ok {
		return 0
	}
	if sent, ok := ParseDate(h.Get("Date")); ok {
		now = sent
	}
	return min(max(date.Sub(now), 0), LongestWait)
}

// ParseDate reads an HTTP date. Atlas writes the day of a month with one digit ("Thu, 1 Jul 2027
// 00:00:00 GMT"), which http.ParseTime refuses.
func ParseDate(value string) (time.Time, bool) {
	t, err := http.ParseTime(value)
	if err != nil {
		t, err = time.Parse("Mon, 2 Jan 2006 15:04:05 GMT", value)
	}
	return t, err == nil
}
