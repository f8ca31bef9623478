// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
	"net/http/httptest"
)

// Trusting is what a Config without a Transport means, but that it trusts a test
// server.
func Trusting(server *httptest.Server) http.RoundTripper {
	return newConnections(trusting(server))
}
