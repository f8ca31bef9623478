// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// limited is the answer to a project that has used up its requests.
var limited = answer(http.StatusTooManyRequests, `{"detail":"Too many requests.","error":429,`+
	`"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/groups",55,1200,500,60],`+
	`"reason":"Too Many Requests"}`, "Retry-After", "55")

func TestRead_rateLimit(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"without retries": {
			server: limited,
		},
		"after waiting as asked": {
			server:    limited,
			configure: retrying(time.Second),
		},
		"after waits of the provider's choice": {
			server:    answer(http.StatusTooManyRequests, "", "X-Error-Code", "RATE_LIMITED"),
			configure: retrying(125 * time.Millisecond),
		},
		"wait that does not fit": {
			server:    limited,
			configure: retrying(time.Second),
			timeout:   time.Minute,
		},
	})
}

// A read is not sent into a wait that another one was told to make.
func TestRead_rateLimitOfOtherReads(t *testing.T) {
	t.Parallel()

	golden := acctest.NewGolden(t, secrets...)
	f := failure{server: limited, configure: retrying(time.Second), timeout: 30 * time.Second}
	client := f.client(t)
	golden.Is(t, "the one that was refused", acctest.Text(f.read(t, client)))
	golden.Is(t, "another one", acctest.Text(f.read(t, client)))

	refusal := &rest.Answer{Status: http.StatusTooManyRequests}
	for name, e := range map[string]*rest.Error{
		"another one, whose turn never came":   {Waited: 297 * time.Second, Wait: 3 * time.Second, Deadline: true},
		"another one, whose time ran out":      {Waited: 300 * time.Second, Deadline: true},
		"another one, which was interrupted":   {Kind: rest.KindCanceled, Waited: 30 * time.Second, Problem: "the read was interrupted"},
		"refused among others to its last one": {Attempts: 7, Waited: 12 * time.Second, OutOfAttempts: true},
	} {
		if e.Kind == 0 {
			e.Kind = rest.KindAnswer
		}
		e.Host, e.Answer = host, refusal
		golden.Is(t, name, acctest.Text(atlasdiag.Read(atlas.Checkpoints, subject, e)))
	}
}

func TestRead_time(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		atlas []http.HandlerFunc // the answers in turn; nil and all further ones never come
		failure
	}{
		"attempts": {
			failure: failure{},
		},
		"read, in its first attempt": {
			failure: failure{
				timeout: 10 * time.Second,
			},
		},
		"read, in its second attempt": {
			failure: failure{
				timeout: 40 * time.Second,
			},
		},
		"read, after an answer": {
			atlas: []http.HandlerFunc{answer(http.StatusServiceUnavailable, "")},
			failure: failure{
				timeout: 10 * time.Second,
			},
		},
		"attempts, after an answer": {
			atlas: []http.HandlerFunc{
				answer(http.StatusServiceUnavailable, `{"detail":"Maintenance!","errorCode":"SERVICE_UNAVAILABLE"}`),
			},
			failure: failure{},
		},
		"token": {
			failure: failure{
				credentials: serviceAccount,
			},
		},
	}
	golden := acctest.NewGolden(t, secrets...)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				test.configure = func(t *testing.T, cfg *atlas.Config) {
					t.Helper()
					retrying(time.Second)(t, cfg)
					cfg.Clock = nil // in this bubble no clock takes real time
					cfg.Transport = &script{answers: test.atlas}
				}
				golden.Is(t, name, acctest.Text(test.read(t, test.client(t))))
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

// script answers without a network, which a bubble can't contain.
type script struct {
	answers []http.HandlerFunc
	sent    int
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.sent++
	if s.sent > len(s.answers) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	recorder := httptest.NewRecorder()
	s.answers[s.sent-1](recorder, req)
	resp := recorder.Result()
	resp.Request = req
	return resp, nil
}
