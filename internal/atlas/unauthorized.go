// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
)

// unauthorized says what a final 401 means. Atlas answers with the same error
// code to no, unknown and wrong credentials, so it is the challenge that tells:
// one that comes back to a signed request asks for other credentials, and its
// absence means that the application, behind authentication, refused access.
func unauthorized(resp *http.Response, code string, r *redactor) (Kind, string) {
	sent := resp.Request.Header.Get("Authorization")
	switch {
	case sent == "":
		return KindNoChallenge, challengeProblem(resp.Header, r)
	case accessRefused(code):
		return KindNoAccess, ""
	case !isDigest(sent):
		return KindCredentials, ""
	}
	challenge := strongestChallenge(resp.Header)
	switch {
	case challenge == nil:
		return KindNoAccess, ""
	case challenge.Stale:
		return KindStaleNonce, "every nonce, even the newest, was called expired"
	default:
		return KindCredentials, ""
	}
}

// accessRefused reports the error codes that only the application sends, once
// authentication has let a request through.
func accessRefused(code string) bool {
	return code == "NOT_IN_GROUP" || code == "USER_UNAUTHORIZED"
}
