// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"net/http"
	"testing"
)

// RoundTrippers must not change the request that they are given.
func TestAuthorized_leavesTheRequestAlone(t *testing.T) {
	given, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test", nil)
	given.Header.Set("Accept", "x")
	signed := authorized(given, "Bearer token")
	if signed.Header.Get("Authorization") != "Bearer token" || signed.Header.Get("Accept") != "x" || signed.Context() != given.Context() {
		t.Errorf("got %+v", signed)
	}
	if len(given.Header) != 1 {
		t.Errorf("the given request now has %v", given.Header)
	}
}
