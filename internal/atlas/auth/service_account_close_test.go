// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestServiceAccount_closeRevokesTheToken(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.InProcess(mock, atlastest.ServiceAccount)
	atlastest.ReadParallel(t, 10, client)
	atlastest.WantCount(t, "live tokens before", mock.LiveTokens(), 1)
	client.Close(t.Context())
	atlastest.WantCount(t, "live tokens after", mock.LiveTokens(), 0)
	client.Close(t.Context())
	atlastest.WantCount(t, "requests to revoke", mock.Count(http.MethodPost, atlastest.RevokePath), 1)

	e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindCanceled)
	if e.Problem != "the client was closed" || !e.Token {
		t.Errorf("a read after the end got %+v", e)
	}
	wantTokens(t, mock, 1)
}

func TestServiceAccount_closeTakesASecondAtMost(t *testing.T) {
	for name, test := range map[string]struct {
		fault atlasmock.Fault
		took  time.Duration
	}{
		"the endpoint hangs": {atlasmock.FaultHang(), time.Second},
		"the endpoint fails": {atlasmock.FaultStatus(503, "", "").With("Retry-After", "60"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := atlastest.NewMock(t)
				mock.Fail(test.fault.On(atlasmock.MatchRevoke).Early().Repeat(atlasmock.Forever))
				client := atlastest.InProcess(mock, atlastest.ServiceAccount)
				atlastest.MustRead(t, client)
				atlastest.WantDuration(t, test.took, func() { client.Close(context.Background()) })
				atlastest.WantCount(t, "requests to revoke", mock.Count(http.MethodPost, atlastest.RevokePath), 1)
			})
		})
	}
}

// When Terraform is stopped, a token may be on its way. It is awaited, but for a second only.
func TestServiceAccount_closeAwaitsATokenOnItsWay(t *testing.T) {
	for name, comes := range map[string]bool{"it comes": true, "it never comes": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				mock := atlastest.NewMock(t)
				mock.Fail(atlasmock.FaultHold(release).On(atlasmock.MatchToken))
				client := atlastest.InProcess(mock, atlastest.ServiceAccount)
				reading := atlastest.Start(func() { _ = atlastest.Read(t.Context(), client) }) // may end either way
				if comes {
					closing := atlastest.Start(func() { client.Close(context.Background()) })
					close(release)
					closing()
					wantTokens(t, mock, 1)
					atlastest.WantCount(t, "live tokens", mock.LiveTokens(), 0)
				} else {
					atlastest.WantDuration(t, time.Second, func() { client.Close(context.Background()) })
					close(release)
				}
				reading()
			})
		})
	}
}
