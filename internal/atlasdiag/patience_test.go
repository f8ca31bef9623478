// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// limited is the answer to a project that has used up its requests.
var limited = answer(http.StatusTooManyRequests, `{"detail":"Too many requests.","error":429,`+
	`"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/groups",55,1200,500,60],`+
	`"reason":"Too Many Requests"}`, "Retry-After", "55")

const (
	limitedSummary = "The Atlas rate limit is used up"
	saidLimited    = "Atlas answered HTTP 429 Too Many Requests: RATE_LIMITED_TOKEN_BUCKET: Too many requests.\n" +
		"Parameters: api/atlas/v2/groups, 55, 1200, 500, 60\n" +
		"Retry-After: 55s\n"
)

func TestRead_rateLimit(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"without retries": {
			server:  limited,
			summary: limitedSummary,
			said:    saidLimited + "Stopped after 1 attempt, without waiting (retry.max_attempts).",
			advice:  []string{"1,200", "500 a minute", "timeouts.read", "retry.max_attempts", "-parallelism", "spread"},
		},
		"after waiting as asked": {
			server:    limited,
			configure: retrying(time.Second),
			summary:   limitedSummary,
			said:      saidLimited + "Stopped after 3 attempts and 1m50s of waiting (retry.max_attempts).",
		},
		"after waits of the provider's choice": {
			server:    answer(http.StatusTooManyRequests, "", "X-Error-Code", "RATE_LIMITED"),
			configure: retrying(125 * time.Millisecond),
			summary:   limitedSummary,
			said: "Atlas answered HTTP 429 Too Many Requests: RATE_LIMITED.\n" +
				"Stopped after 3 attempts and 250ms of waiting (retry.max_attempts).",
		},
		"wait that does not fit": {
			server:    limited,
			configure: retrying(time.Second),
			timeout:   time.Minute,
			summary:   limitedSummary,
			said: saidLimited + "Stopped after 2 attempts and 55s of waiting.\n" +
				"The next attempt would have had to wait 55s, longer than the time left for this read (timeouts.read).",
		},
	})
}

// A read is not sent into a wait that another one was told to make.
func TestRead_rateLimitOfAnotherRead(t *testing.T) {
	t.Parallel()

	f := failure{
		server:    limited,
		configure: retrying(time.Second),
		timeout:   30 * time.Second,
		summary:   limitedSummary,
		said: saidLimited + "Stopped after 1 attempt, without waiting.\n" +
			"The next attempt would have had to wait 55s, longer than the time left for this read (timeouts.read).",
	}
	client := f.client(t)
	f.assert(t, f.read(t, client))

	f.said = saidLimited + "That response was to another read. This one was not sent: it would have to wait 55s, " +
		"longer than the time left for it (timeouts.read)."
	f.assert(t, f.read(t, client))
}

// A read whose turn never came says how long it waited for that.
func TestRead_rateLimitOfOtherReadsForGood(t *testing.T) {
	t.Parallel()

	diags := atlasdiag.Read(atlasdiag.Subject{ProjectID: "p", ClusterName: "c"}, &atlas.Error{
		Kind: atlas.KindAnswer, Answer: &atlas.Answer{Status: http.StatusTooManyRequests}, Waited: 297 * time.Second, Wait: 3 * time.Second, Deadline: true,
	})
	const want = "That response was to another read. This one was not sent: after 4m57s of waiting, it would have to wait " +
		"3s more, longer than the time left for it (timeouts.read)."
	if len(diags) != 1 || diags[0].Summary() != limitedSummary || !strings.Contains(diags[0].Detail(), want) {
		t.Errorf("got %v", diags)
	}
}

func TestRead_time(t *testing.T) {
	t.Parallel()

	const summary = "Atlas did not answer in time"
	tests := map[string]struct {
		atlas []http.HandlerFunc // the answers in turn; nil and all further ones never come
		failure
	}{
		"attempts": {
			failure: failure{
				summary: summary,
				said:    "No complete answer within 30s.\nStopped after 3 attempts and 2s of waiting (retry.max_attempts).",
				advice:  []string{"HTTPS_PROXY", "request_timeout", "timeouts.read"},
			},
		},
		"read, in its first attempt": {
			failure: failure{
				timeout: 10 * time.Second,
				summary: summary,
				said:    "No complete answer before the time for this read ran out.",
				advice:  []string{"timeouts.read"},
			},
		},
		"read, in its second attempt": {
			failure: failure{
				timeout: 40 * time.Second,
				summary: summary,
				said: "No complete answer within 30s.\nStopped after 2 attempts and 1s of waiting.\n" +
					"The time for this read (timeouts.read) ran out.",
			},
		},
		"read, after an answer": {
			atlas: []http.HandlerFunc{answer(http.StatusServiceUnavailable, "")},
			failure: failure{
				timeout: 10 * time.Second,
				summary: "Atlas failed to answer",
				said: "Atlas answered HTTP 503 Service Unavailable.\nStopped after 2 attempts and 1s of waiting.\n" +
					"The time for this read (timeouts.read) ran out.",
			},
		},
		"attempts, after an answer": {
			atlas: []http.HandlerFunc{
				answer(http.StatusServiceUnavailable, `{"detail":"Maintenance!","errorCode":"SERVICE_UNAVAILABLE"}`),
			},
			failure: failure{
				summary: summary,
				said: "No complete answer within 30s.\n" +
					"An earlier attempt was answered HTTP 503 Service Unavailable: SERVICE_UNAVAILABLE: Maintenance!\n" +
					"Stopped after 3 attempts and 2s of waiting (retry.max_attempts).",
			},
		},
		"token": {
			failure: failure{
				credentials: serviceAccount,
				summary:     summary,
				asked:       askedForToken,
				said:        "No complete answer within 30s.\nStopped after 3 attempts and 2s of waiting (retry.max_attempts).",
			},
		},
	}
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
				test.assert(t, test.read(t, test.client(t)))
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
		summary: "The read was interrupted",
		said:    "The read was interrupted.",
		advice:  []string{"Nothing was changed", "run Terraform again"},
	}
	f.assert(t, readWith(ctx, f.client(t)))
}

// retrying lets a read make three attempts, with equal waits between them.
func retrying(wait time.Duration) func(*testing.T, *atlas.Config) {
	return func(_ *testing.T, cfg *atlas.Config) {
		cfg.Retry = atlas.RetryPolicy{MaxAttempts: 3, MinDelay: wait, MaxDelay: wait}
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
