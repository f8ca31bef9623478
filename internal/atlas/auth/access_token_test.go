// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestAccessToken_isSentAsItIs(t *testing.T) {
	mock := atlastest.NewMock(t)
	atlastest.ReadParallel(t, 10, atlastest.InProcess(mock, atlastest.AccessToken))
	atlastest.WantCount(t, "requests", mock.Count("", ""), 10)
	for _, r := range mock.Requests() {
		if got := r.Header.Get("Authorization"); got != "Bearer "+atlastest.AccessToken.Token {
			t.Errorf("sent %q", got)
		}
	}
}

func TestAccessToken_refused(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.InProcess(mock, auth.AccessToken{Token: "expired", Origin: "MONGODB_ATLAS_ACCESS_TOKEN"})
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCredentials)
	if e.Origin != "MONGODB_ATLAS_ACCESS_TOKEN" || e.Token || e.Answer.Detail != "You are not authorized for this resource." {
		t.Errorf("got %+v", e)
	}
	atlastest.WantCount(t, "requests", mock.Count("", ""), 1)
	client.Close(t.Context())
	atlastest.WantCount(t, "requests after Close", mock.Count("", ""), 1)
}
