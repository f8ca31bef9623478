// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"net/http"
	"strconv"
	"strings"
)

// MatchAny chooses every request.
func MatchAny(*http.Request) bool {
	return true
}

// MatchAPI chooses reads of the API, single and lists.
func MatchAPI(r *http.Request) bool {
	return strings.Contains(r.URL.Path, apiPath)
}

// MatchList chooses reads of a list.
func MatchList(r *http.Request) bool {
	_, path, ok := strings.Cut(r.URL.EscapedPath(), apiPath)
	return ok && parseTarget(apiPath+path).list
}

// MatchPage chooses reads of one page of a list. A list without pageNum is page 1.
func MatchPage(number int) func(*http.Request) bool {
	return func(r *http.Request) bool {
		asked := r.URL.Query().Get("pageNum")
		return MatchList(r) && (asked == strconv.Itoa(number) || asked == "" && number == 1)
	}
}

// MatchDocument chooses reads of the document with an id.
func MatchDocument(id string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return MatchAPI(r) && strings.HasSuffix(r.URL.Path, "/"+id)
	}
}

// MatchToken chooses requests for a service account's token.
func MatchToken(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, grantPath)
}

// MatchRevoke chooses requests to revoke a service account's token.
func MatchRevoke(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, revokePath)
}
