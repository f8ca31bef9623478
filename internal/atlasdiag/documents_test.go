// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
)

func TestRead_document(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"sign-in page":       {server: atlastest.Respond(http.StatusOK, "<html><title>Wi-Fi</title><body>Please sign in")},
		"cut JSON":           {server: atlastest.Respond(http.StatusOK, `{"id": "5c6c`)},
		"empty":              {server: atlastest.Respond(http.StatusOK, "")},
		"null":               {server: atlastest.Respond(http.StatusOK, "null")},
		"time that is none":  {server: atlastest.Respond(http.StatusOK, `{"started":"yesterday"}`)},
		"too large":          {server: atlastest.Respond(http.StatusOK, `"`+strings.Repeat("x", 8<<20))},
		"another checkpoint": {server: atlastest.Respond(http.StatusOK, `{"id":"000000000000000000000000"}`)},
		"another project":    {server: atlastest.Respond(http.StatusOK, `{"groupId":"000000000000000000000000"}`)},
	})
}

func TestRead_redirect(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"to another host": {
			server: atlastest.Respond(http.StatusFound, "<a>Moved</a>", "Location: https://login.example/sign-in?return=x"),
		},
		"on the same host": {server: atlastest.Respond(http.StatusPermanentRedirect, "", "Location: /elsewhere")},
		"to nowhere":       {server: atlastest.Respond(http.StatusSeeOther, "", "Location: %")},
	})
}
