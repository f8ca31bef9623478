// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"net/http"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestAccessToken_isSentAsItIs(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.InProcess(mock, atlastest.AccessToken)
	atlastest.ReadParallel(t, 10, client)
	client.Close(t.Context())
	atlastest.WantCount(t, "requests", mock.Count("", ""), 10)
	for _, r := range mock.Requests() {
		if got := r.Header.Get("Authorization"); got != "Bearer "+atlastest.AccessToken.Token {
			t.Errorf("sent %q", got)
		}
	}
}

func TestAccessToken_refused(t *testing.T) {
	for code, want := range map[string]rest.Kind{
		"UNEXPECTED_ERROR": rest.KindCredentials, "": rest.KindCredentials, "NOT_IN_GROUP": rest.KindNoAccess, "USER_UNAUTHORIZED": rest.KindNoAccess,
	} {
		server := atlastest.Script(atlastest.Respond(http.StatusUnauthorized, `{"detail":"No."}`, "X-Error-Code: "+code, "WWW-Authenticate: "+freshChallenge))
		client := atlastest.InProcess(server, auth.AccessToken{Token: "expired", Origin: "MONGODB_ATLAS_ACCESS_TOKEN"})
		e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), want)
		if e.Origin != "MONGODB_ATLAS_ACCESS_TOKEN" || e.Token || e.Response.Detail != "No." || e.Code() != code || e.Problem != "" {
			t.Errorf("got %+v", e)
		}
		atlastest.WantCount(t, "requests", server.Count(""), 1)
	}
}
