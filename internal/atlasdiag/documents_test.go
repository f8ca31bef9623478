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

	const summary = "The answer is not what Atlas documents"
	run(t, map[string]failure{
		"sign-in page": {
			server:  answer(http.StatusOK, "<html><title>Wi-Fi</title><body>Please sign in"),
			summary: summary,
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: not a JSON object: invalid character '<' looking for beginning of value.\n" +
				"The answer begins: Wi-Fi Please sign in",
			advice: []string{"base_url", "sign-in page", "report", "envelope = true"},
		},
		"cut JSON": {
			server:  answer(http.StatusOK, `{"id": "5c6c`),
			summary: summary,
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: not a JSON object: unexpected end of JSON input.\n" +
				`The answer begins: {"id": "5c6c`,
			advice: []string{"base_url"},
		},
		"empty": {
			server:  answer(http.StatusOK, ""),
			summary: summary,
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: not a JSON object: unexpected end of JSON input.",
			advice: []string{"base_url"},
		},
		"null": {
			server:  answer(http.StatusOK, "null"),
			summary: summary,
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: not a JSON object: null.\n" +
				"The answer begins: null",
			advice: []string{"base_url"},
		},
		"time that is none": {
			server:  answer(http.StatusOK, `{"started":"yesterday"}`),
			summary: summary,
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: field started is \"yesterday\", which is not an RFC 3339 time.\n" +
				`The answer begins: {"started":"yesterday"}`,
			advice: []string{"report"},
		},
		"too large": {
			server:  answer(http.StatusOK, `"`+strings.Repeat("x", 8<<20)),
			summary: "The answer is too large",
			said: "Atlas answered HTTP 200 OK.\n" +
				"Problem: too large: above 8 MiB.\n" +
				`The answer begins: "` + strings.Repeat("x", 199) + "…",
			advice: []string{"base_url"},
		},
		"another checkpoint": {
			server:  answer(http.StatusOK, `{"id":"000000000000000000000000"}`),
			summary: "Atlas answered about something else",
			said: `Asked for checkpoint "5c6c64e1fd6c9f0b8e6d4c11", ` +
				`Atlas answered with checkpoint "000000000000000000000000".`,
			advice: []string{"was not used", "cache or gateway", "report"},
		},
		"another project": {
			server:  answer(http.StatusOK, `{"groupId":"000000000000000000000000"}`),
			summary: "Atlas answered about something else",
			said: `Asked for project "32b6e34b3d91647abb20e7b8", ` +
				`Atlas answered with project "000000000000000000000000".`,
			advice: []string{"was not used"},
		},
	})
}

func TestRead_redirect(t *testing.T) {
	t.Parallel()

	const summary = "Atlas redirected the request"
	run(t, map[string]failure{
		"to another host": {
			server:  answer(http.StatusFound, "<a>Moved</a>", "Location", "https://login.example/sign-in?return=x"),
			summary: summary,
			said: "Atlas answered HTTP 302 Found.\n" +
				"It points to https://login.example.\n" +
				"The answer begins: Moved",
			advice: []string{"follows no redirects", "set base_url to it", "sign in first"},
		},
		"on the same host": {
			server:  answer(http.StatusPermanentRedirect, "", "Location", "/elsewhere"),
			summary: summary,
			said:    "Atlas answered HTTP 308 Permanent Redirect.\nIt points to http://" + host + ".",
			advice:  []string{"base_url"},
		},
		"to nowhere": {
			server:  answer(http.StatusSeeOther, "", "Location", "%"),
			summary: summary,
			said:    "Atlas answered HTTP 303 See Other.\nIt points to an address that is not a URL.",
			advice:  []string{"base_url"},
		},
	})
}
