// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

func TestRetryable(t *testing.T) {
	answer := func(status int) *Error { return &Error{Kind: KindAnswer, Answer: &Answer{Status: status}} }
	network := func(cause error) *Error { return &Error{Kind: KindNetwork, cause: cause} }
	for name, test := range map[string]struct {
		err  *Error
		want bool
	}{
		"429": {answer(429), true},
		"500": {answer(500), true},
		"502": {answer(502), true},
		"503": {answer(503), true},
		"504": {answer(504), true},

		"204": {answer(204), false},
		"304": {answer(304), false},
		"400": {answer(400), false},
		"402": {answer(402), false},
		"403": {answer(403), false},
		"404": {answer(404), false},
		"406": {answer(406), false},
		"409": {answer(409), false},
		"410": {answer(410), false},
		"418": {answer(418), false},
		"501": {answer(501), false},
		"505": {answer(505), false},

		"answer of an earlier attempt": {&Error{Kind: KindAnswer, Answer: &Answer{Status: 503}, Earlier: true}, false},
		"retries that are over":        {&Error{Kind: KindTimeout, settled: true}, false},

		"timeout of an attempt": {&Error{Kind: KindTimeout}, true},
		"stale nonce":           {&Error{Kind: KindStaleNonce}, true},
		"credentials":           {&Error{Kind: KindCredentials}, false},
		"no access":             {&Error{Kind: KindNoAccess}, false},
		"no challenge":          {&Error{Kind: KindNoChallenge}, false},
		"redirect":              {&Error{Kind: KindRedirect}, false},
		"malformed":             {&Error{Kind: KindMalformed}, false},
		"too large":             {&Error{Kind: KindTooLarge}, false},
		"mismatch":              {&Error{Kind: KindMismatch}, false},
		"cancelled":             {&Error{Kind: KindCanceled}, false},

		"refused connection":      {network(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), true},
		"reset connection":        {network(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), true},
		"closed connection":       {network(io.EOF), true},
		"body that ends early":    {network(io.ErrUnexpectedEOF), true},
		"unknown host":            {network(&net.DNSError{IsNotFound: true}), false},
		"name server unreachable": {network(&net.DNSError{IsTemporary: true}), true},
		"proxy refused":           {network(&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}), true},
		"proxy says 407":          {network(&ProxyError{Status: 407}), false},
		"proxy says 503":          {network(fmt.Errorf("connect: %w", &ProxyError{Status: 503})), true},
		"unknown authority":       {network(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), false},
		"wrong name":              {network(x509.HostnameError{Certificate: &x509.Certificate{}}), false},
		"expired":                 {network(x509.CertificateInvalidError{Reason: x509.Expired}), false},
		"no system authorities":   {network(x509.SystemRootsError{}), false},
		"alert of the server":     {network(&net.OpError{Op: "remote error", Err: tls.AlertError(70)}), false},
		"alert of our own":        {network(&net.OpError{Op: "local error", Err: tls.AlertError(20)}), true},
		"not TLS at all":          {network(tls.RecordHeaderError{}), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := retryable(test.err); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestRetryPolicyDelay(t *testing.T) {
	const s = time.Second
	for name, test := range map[string]struct {
		policy    RetryPolicy
		attempt   int
		low, high time.Duration
	}{
		"after the first":        {RetryPolicy{MinDelay: s, MaxDelay: 60 * s}, 1, s, 2 * s},
		"after the second":       {RetryPolicy{MinDelay: s, MaxDelay: 60 * s}, 2, s, 4 * s},
		"after the fourth":       {RetryPolicy{MinDelay: s, MaxDelay: 60 * s}, 4, s, 16 * s},
		"at the cap":             {RetryPolicy{MinDelay: s, MaxDelay: 60 * s}, 6, s, 60 * s},
		"long past the cap":      {RetryPolicy{MinDelay: s, MaxDelay: 60 * s}, 1 << 20, s, 60 * s},
		"longest durations":      {RetryPolicy{MinDelay: 1, MaxDelay: 1<<63 - 1}, 1 << 20, 1, 1<<63 - 1},
		"both the same":          {RetryPolicy{MinDelay: s, MaxDelay: s}, 3, s, s},
		"minimum near the cap":   {RetryPolicy{MinDelay: 40 * s, MaxDelay: 60 * s}, 1, 40 * s, 60 * s},
		"minimum above the cap":  {RetryPolicy{MinDelay: 90 * s, MaxDelay: 60 * s}, 2, 90 * s, 90 * s},
		"shortest durations":     {RetryPolicy{MinDelay: 1, MaxDelay: 1}, 1, 1, 1},
		"one nanosecond between": {RetryPolicy{MinDelay: 1, MaxDelay: 2}, 5, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			for range 1000 {
				if got := test.policy.delay(test.attempt); got < test.low || got > test.high {
					t.Fatalf("got %s, want %s to %s", got, test.low, test.high)
				}
			}
		})
	}
}

func TestRetryPolicyDelay_spreads(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[DefaultRetryPolicy.delay(3)] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 delays took %d values: parallel reads would come back together", len(seen))
	}
}

func TestRetryPolicyWithDefaults(t *testing.T) {
	want := RetryPolicy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: time.Minute}
	if got := (RetryPolicy{}).withDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	own := RetryPolicy{MaxAttempts: 1, MinDelay: 2, MaxDelay: 3}
	if got := own.withDefaults(); got != own {
		t.Errorf("got %+v, want %+v", got, own)
	}
}

func TestRetrier_passesOnWhatIsNoAnswer(t *testing.T) {
	bug := errors.New("request can't be built")
	r := &retrier{policy: DefaultRetryPolicy, clock: systemClock{}, limits: &rateLimits{}}
	calls := 0
	err := r.do(t.Context(), "gate", func(context.Context) error { calls++; return bug })
	if !errors.Is(err, bug) || calls != 1 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}
