// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"net/http"
	"testing"
)

// RoundTrippers must not change the request that they are given.
func TestAuthorized_leavesTheRequestAlone(t *testing.T) {
	given, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://atlas.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	given.Header.Set("Accept", "x")
	signed := authorized(given, "Bearer token")
	if got := signed.Header.Get("Authorization"); got != "Bearer token" {
		t.Errorf("signed with %q", got)
	}
	if signed.Header.Get("Accept") != "x" || signed.Context() != given.Context() {
		t.Error("not the same request otherwise")
	}
	if len(given.Header) != 1 {
		t.Errorf("the given request now has %v", given.Header)
	}
}
