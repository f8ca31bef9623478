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

func TestServiceAccount_finalRefusalIsRemembered(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		code   string
		kind   rest.Kind
	}{
		"wrong secret":                    {401, "invalid_client", rest.KindCredentials},
		"malformed request":               {400, "invalid_request", rest.KindStatus},
		"access list, or too many tokens": {403, "access_denied", rest.KindStatus},
	} {
		t.Run(name, func(t *testing.T) {
			mock := atlastest.NewMock(t)
			mock.Fail(atlasmock.FaultOAuth(test.status, test.code, "Refused.").Repeat(atlasmock.Forever))
			for _, e := range atlastest.AllFail(t, 50, atlastest.InProcess(mock, atlastest.ServiceAccount), test.kind) {
				if e.Status() != test.status || e.Code() != test.code || e.Response.Detail != "Refused." || e.Attempts != 1 ||
					!e.Token || e.Method != http.MethodPost || e.Path != atlastest.TokenPath || e.Origin != atlastest.ServiceAccount.Origin {
					t.Fatalf("got %+v", e)
				}
			}
			atlastest.WantCount(t, "requests", mock.Count("", ""), 1)
		})
	}
}

func TestServiceAccount_passingFaultsAreRetriedOnceForAll(t *testing.T) {
	const n = 50
	for name, fault := range map[string]atlasmock.Fault{
		"429 with Retry-After": atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited.").With("Retry-After", "17"),
		"429":                  atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited."),
		"500":                  atlasmock.FaultOAuth(500, "server_error", "Try again."),
		"502 page":             atlasmock.FaultHTML(502),
		"broken connection":    atlasmock.FaultReset(),
		"no response":          atlasmock.FaultHang(),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := atlastest.NewMock(t)
				mock.Fail(fault.On(atlasmock.MatchToken).Early().Repeat(2))
				atlastest.ReadParallel(t, n, atlastest.InProcess(mock, atlastest.ServiceAccount))
				wantTokens(t, mock, 3)
				atlastest.WantCount(t, "requests", mock.Count("", ""), 3+n)
			})
		})
	}
}

func TestServiceAccount_lastingFaultIsSharedButNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		fault := atlasmock.FaultOAuth(500, "server_error", "Try again.")
		held := fault
		held.Hold = release
		mock := atlastest.NewMock(t)
		mock.Fail(held, fault)
		client := atlastest.InProcess(mock, atlastest.ServiceAccount, atlastest.WithAttempts(2))
		reads := atlastest.Start(func() {
			for _, err := range atlastest.Parallel(50, func(int) error { return atlastest.Read(t.Context(), client) }) {
				atlastest.WantKindAsync(t, err, rest.KindStatus)
				if e := atlastest.WantError(t, err); e.Status() != 500 || e.Attempts != 2 || !e.Token {
					t.Errorf("got %+v", e)
				}
			}
		})
		close(release)
		reads()
		wantTokens(t, mock, 2)
		atlastest.MustRead(t, client)
		wantTokens(t, mock, 3)
	})
}

// A token request has no more time than the read that it is for.
func TestServiceAccount_deadlineOfTheRead(t *testing.T) {
	limit := atlasmock.FaultStatus(429, "RATE_LIMITED", "Resource /api/oauth/token is limited.").With("Retry-After", "60")
	for name, test := range map[string]struct {
		fault      atlasmock.Fault
		kind       rest.Kind
		code       string
		took, wait time.Duration
	}{
		"no response":             {atlasmock.FaultHang(), rest.KindTimeout, "", 30 * time.Second, 0},
		"a wait that is too long": {limit, rest.KindStatus, "RATE_LIMITED", 0, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := atlastest.NewMock(t)
				mock.Fail(test.fault.On(atlasmock.MatchToken).Repeat(atlasmock.Forever))
				client := atlastest.InProcess(mock, atlastest.ServiceAccount, atlastest.WithTimeout(time.Hour))
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				atlastest.WantDuration(t, test.took, func() {
					for _, err := range atlastest.Parallel(20, func(int) error { return atlastest.Read(ctx, client) }) {
						e := atlastest.WantKind(t, err, test.kind)
						if !e.Deadline || !e.Token || e.Path != atlastest.TokenPath || e.Code() != test.code || e.Wait != test.wait {
							t.Errorf("got %+v", e)
						}
					}
				})
				wantTokens(t, mock, 1)
			})
		})
	}
}

// The read that fetches may end early for reasons of its own.
func TestServiceAccount_canceledFetchFailsNobodyElse(t *testing.T) {
	for name, want := range map[string]rest.Kind{"canceled": rest.KindCanceled, "deadline": rest.KindTimeout} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mock := atlastest.NewMock(t)
				mock.Fail(atlasmock.FaultHang().On(atlasmock.MatchToken))
				client := atlastest.InProcess(mock, atlastest.ServiceAccount, atlastest.WithAttempts(1))
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				leader := atlastest.Start(func() { atlastest.WantKindAsync(t, atlastest.Read(ctx, client), want) })
				others := atlastest.Start(func() { atlastest.ReadParallel(t, 50, client) })
				atlastest.WantCount(t, "requests while the others wait", mock.Count("", ""), 1)
				if want == rest.KindCanceled {
					cancel()
				}
				leader()
				others()
				wantTokens(t, mock, 2)
			})
		})
	}
}

func TestServiceAccount_canceledWhileItWaitsForAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mock := atlastest.NewMock(t)
		mock.Fail(atlasmock.FaultHold(release).On(atlasmock.MatchToken))
		client := atlastest.InProcess(mock, atlastest.ServiceAccount)
		leader := atlastest.Start(func() { atlastest.WantNoError(t, atlastest.Read(t.Context(), client)) })
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		follower := atlastest.Start(func() { err = atlastest.Read(ctx, client) })
		cancel()
		follower()
		if e := atlastest.WantKind(t, err, rest.KindCanceled); e.Path != atlastest.TokenPath || !e.Token {
			t.Errorf("got %+v", e)
		}
		close(release)
		leader()
		wantTokens(t, mock, 1)
	})
}

func TestServiceAccount_waitingForATokenIsNoPauseOfTheProject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mock := atlastest.NewMock(t)
		mock.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "").With("Retry-After", "5"))
		atlastest.WantDuration(t, 5*time.Second, func() { atlastest.ReadParallel(t, 10, atlastest.InProcess(mock, atlastest.ServiceAccount)) })
		wantTokens(t, mock, 1)
	})
}
