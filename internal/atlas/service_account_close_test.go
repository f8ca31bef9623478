// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestServiceAccount_closeRevokesTheToken(t *testing.T) {
	mock := newMock(t)
	client := inProcess(mock, serviceAccount)
	readTogether(t, 10, client)
	wantCount(t, "live tokens before", mock.LiveTokens(), 1)
	client.Close(t.Context())
	wantCount(t, "live tokens after", mock.LiveTokens(), 0)
	client.Close(t.Context())
	wantCount(t, "requests to revoke", mock.Count(http.MethodPost, revokePath), 1)

	e := wantKind(t, read(t.Context(), client), rest.KindCanceled)
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
				mock := newMock(t)
				mock.Fail(test.fault.On(atlasmock.MatchRevoke).Early().Repeat(atlasmock.Forever))
				client := inProcess(mock, serviceAccount)
				mustRead(t, client)
				takes(t, test.took, func() { client.Close(context.Background()) })
				wantCount(t, "requests to revoke", mock.Count(http.MethodPost, revokePath), 1)
			})
		})
	}
}

// When Terraform is interrupted, a token may be on its way. It is awaited, but not
// for ever.
func TestServiceAccount_closeAwaitsATokenOnItsWay(t *testing.T) {
	for name, comes := range map[string]bool{"it comes": true, "it never comes": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				mock := newMock(t)
				mock.Fail(atlasmock.FaultHold(release).On(atlasmock.MatchToken))
				client := inProcess(mock, serviceAccount)
				reading := start(func() { _ = read(t.Context(), client) }) // may end either way
				if comes {
					closing := start(func() { client.Close(context.Background()) })
					close(release)
					closing()
					wantTokens(t, mock, 1)
					wantCount(t, "live tokens", mock.LiveTokens(), 0)
				} else {
					takes(t, time.Second, func() { client.Close(context.Background()) })
					close(release)
				}
				reading()
			})
		})
	}
}
