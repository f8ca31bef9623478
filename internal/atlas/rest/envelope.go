// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// envelope is what a body requested with envelope=true has of its own.
type envelope struct {
	Status   jsontext.Value `json:"status"`
	Content  jsontext.Value `json:"content"`
	Envelope jsontext.Value `json:"envelope"`
}

// openEnvelope takes the document out of a body requested with envelope=true, and the status that
// counts: the one inside or, without one, the HTTP status. The document lies under "content" or
// "envelope", depending on which of Atlas' pages one reads, or beside "status". An invalid status
// is an error, but does not hide the document.
func openEnvelope(data []byte, httpStatus int) (status int, document []byte, err error) {
	e, err := Decode[envelope](data)
	if err != nil {
		return httpStatus, data, nil //nolint:nilerr // it is for the reader of the document to say what is wrong
	}
	status = httpStatus
	if len(e.Status) > 0 && string(e.Status) != "null" {
		if status, err = readStatus(e.Status); err != nil {
			status = httpStatus
		}
	}
	switch {
	case e.Content != nil:
		data = e.Content
	case e.Envelope != nil:
		data = e.Envelope
	}
	return status, data, err
}

// readStatus reads a number, or a text that begins with one ("404 Not Found").
func readStatus(raw jsontext.Value) (int, error) {
	digits, _, _ := strings.Cut(strings.Trim(string(raw), `" `), " ")
	status, err := strconv.Atoi(digits)
	if err != nil || status < 100 || status > 599 {
		const brief = "the envelope's status is not an HTTP status"
		return 0, &quotingError{fmt.Sprintf("the envelope's status is %s, which is not an HTTP status", raw), brief}
	}
	return status, nil
}
