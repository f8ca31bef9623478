// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestRead_document(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"sign-in page": {
			server: answer(http.StatusOK, "<html><title>Wi-Fi</title><body>Please sign in"),
		},
		"cut JSON": {
			server: answer(http.StatusOK, `{"id": "5c6c`),
		},
		"empty": {
			server: answer(http.StatusOK, ""),
		},
		"null": {
			server: answer(http.StatusOK, "null"),
		},
		"time that is none": {
			server: answer(http.StatusOK, `{"started":"yesterday"}`),
		},
		"too large": {
			server: answer(http.StatusOK, `"`+strings.Repeat("x", 8<<20)),
		},
		"another checkpoint": {
			server: answer(http.StatusOK, `{"id":"000000000000000000000000"}`),
		},
		"another project": {
			server: answer(http.StatusOK, `{"groupId":"000000000000000000000000"}`),
		},
	})
}

func TestRead_redirect(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"to another host": {
			server: answer(http.StatusFound, "<a>Moved</a>", "Location", "https://login.example/sign-in?return=x"),
		},
		"on the same host": {
			server: answer(http.StatusPermanentRedirect, "", "Location", "/elsewhere"),
		},
		"to nowhere": {
			server: answer(http.StatusSeeOther, "", "Location", "%"),
		},
	})
}
