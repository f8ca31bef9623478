// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"encoding/json"
	"reflect"
)

// envelope is what a body asked for with envelope=true has of its own.
type envelope struct {
	Status   json.RawMessage `json:"status"`
	Content  json.RawMessage `json:"content"`
	Envelope json.RawMessage `json:"envelope"`
}

var envelopeFields = fieldsOf(reflect.TypeFor[envelope]())

// openEnvelope takes the document out of a body asked for with envelope=true,
// and the status that counts: the one inside or, without one, the HTTP status.
// The document lies under "content" or "envelope", depending on which of
// Atlas' pages one reads, or beside "status".
func openEnvelope(data []byte, httpStatus int) (status int, document []byte) {
	var e envelope
	if json.Unmarshal(data, &e) != nil {
		return httpStatus, data
	}
	status = httpStatus
	var inside int
	if json.Unmarshal(e.Status, &inside) == nil && inside >= 100 && inside <= 599 {
		status = inside
	}
	switch {
	case e.Content != nil:
		return status, e.Content
	case e.Envelope != nil:
		return status, e.Envelope
	default:
		return status, data
	}
}
