// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// limited is the response to a project that has used up its requests.
var limited = atlastest.Respond(http.StatusTooManyRequests, `{"detail":"Too many requests.","error":429,`+
	`"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/groups",55,1200,500,60],`+
	`"reason":"Too Many Requests"}`, "Retry-After: 55")

func TestRead_rateLimit(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"without retries":        {server: limited},
		"after waiting as asked": {server: limited, configure: retrying(time.Second)},
		"after waits of the provider's choice": {
			server:    atlastest.Respond(http.StatusTooManyRequests, "", "X-Error-Code: RATE_LIMITED"),
			configure: retrying(125 * time.Millisecond),
		},
		"wait that does not fit": {server: limited, configure: retrying(time.Second), timeout: time.Minute},
	})
}

// A read does not start while the project has to wait because of another one.
func TestRead_rateLimitOfOtherReads(t *testing.T) {
	t.Parallel()

	golden := acctest.NewGolden(t, secrets...)
	f := failure{server: limited, configure: retrying(time.Second), timeout: 30 * time.Second}
	client := f.client(t)
	golden.Is(t, "the one that was refused", acctest.Text(f.read(t, client)))
	golden.Is(t, "another one", acctest.Text(f.read(t, client)))

	refusal := &rest.Response{Status: http.StatusTooManyRequests}
	for name, e := range map[string]*rest.Error{
		"another one, whose turn never came":   {Waited: 297 * time.Second, Wait: 3 * time.Second, Deadline: true},
		"another one, whose time ran out":      {Waited: 300 * time.Second, Deadline: true},
		"another one, which was interrupted":   {Kind: rest.KindCanceled, Waited: 30 * time.Second, Problem: "the read was interrupted"},
		"refused among others to its last one": {Attempts: 7, Waited: 12345 * time.Millisecond, OutOfAttempts: true},
	} {
		if e.Kind == 0 {
			e.Kind = rest.KindStatus
		}
		e.Host, e.Response = host, refusal
		golden.Is(t, name, acctest.Text(atlasdiag.Read(atlas.Checkpoints, subject, e)))
	}
}

func TestRead_time(t *testing.T) {
	t.Parallel()

	maintenance := atlastest.Respond(http.StatusServiceUnavailable, `{"detail":"Maintenance!","errorCode":"SERVICE_UNAVAILABLE"}`)
	golden := acctest.NewGolden(t, secrets...)
	for name, f := range map[string]failure{
		"attempts":                    {server: hang},
		"read, in its first attempt":  {server: hang, timeout: 10 * time.Second},
		"read, in its second attempt": {server: hang, timeout: 40 * time.Second},
		"read, after an answer": {
			server: atlastest.Script(atlastest.Respond(http.StatusServiceUnavailable, ""), hang).ServeHTTP, timeout: 10 * time.Second,
		},
		"attempts, after an answer": {server: atlastest.Script(maintenance, hang).ServeHTTP},
		"token":                     {server: hang, credentials: serviceAccount},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				transport := atlastest.Transport{Handler: f.server}
				f.server = nil // a bubble can't contain a network
				f.configure = func(t *testing.T, cfg *atlas.Config) {
					t.Helper()
					retrying(time.Second)(t, cfg)
					cfg.Clock, cfg.Transport = nil, transport // in this bubble no clock takes real time
				}
				golden.Is(t, name, acctest.Text(f.read(t, f.client(t))))
			})
		})
	}
}

func TestRead_interrupted(t *testing.T) {
	t.Parallel()

	ctx, interrupt := context.WithCancel(t.Context())
	f := failure{
		server: func(_ http.ResponseWriter, r *http.Request) {
			interrupt()
			<-r.Context().Done()
		},
	}
	acctest.NewGolden(t, secrets...).Is(t, "read", acctest.Text(readWith(ctx, f.client(t))))
}

// retrying lets a read make three attempts, with equal waits between them.
func retrying(wait time.Duration) func(*testing.T, *atlas.Config) {
	return func(_ *testing.T, cfg *atlas.Config) {
		cfg.Retry = retry.Policy{MaxAttempts: 3, MinDelay: wait, MaxDelay: wait}
	}
}

// hang sends no response before the client gives up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
