// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"net/http/httptest"
)

// served answers with a handler, without a network.
type served struct{ handler http.Handler }

func (s served) RoundTrip(req *http.Request) (*http.Response, error) {
	arrived := req.Clone(req.Context())
	arrived.RequestURI, arrived.Host = req.URL.RequestURI(), req.URL.Host
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, arrived)
	resp := answer.Result()
	resp.Request = req
	return resp, nil
}
