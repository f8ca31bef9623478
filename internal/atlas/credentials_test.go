// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestAccessToken_isSentAsItIs(t *testing.T) {
	mock := newMock(t)
	readTogether(t, 10, inProcess(mock, accessToken))
	wantCount(t, "requests", mock.Count("", ""), 10)
	for _, r := range mock.Requests() {
		if got := r.Header.Get("Authorization"); got != "Bearer "+accessToken.Token {
			t.Errorf("sent %q", got)
		}
	}
}

func TestAccessToken_refused(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, auth.AccessToken{Token: "expired", Origin: "MONGODB_ATLAS_ACCESS_TOKEN"})
	e := wantKind(t, read(t.Context(), client), rest.KindCredentials)
	if e.Origin != "MONGODB_ATLAS_ACCESS_TOKEN" || e.Token || e.Answer.Detail != "You are not authorized for this resource." {
		t.Errorf("got %+v", e)
	}
	wantCount(t, "requests", mock.Count("", ""), 1)
	client.Close(t.Context())
	wantCount(t, "requests after Close", mock.Count("", ""), 1)
}
