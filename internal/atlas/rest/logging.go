// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"net/http"
	"time"
)

// LogFunc takes a debug message and its fields.
type LogFunc func(ctx context.Context, msg string, fields ...map[string]any)

type attemptKey struct{}

// WithAttempt has the requests of ctx logged with the number of their attempt.
func WithAttempt(ctx context.Context, attempt int) context.Context {
	return context.WithValue(ctx, attemptKey{}, attempt)
}

// Connect returns what sends requests, and a function that closes its connections. The base is nil
// for connections of its own, with the settings of an *http.Transport if it is one.
func Connect(base http.RoundTripper, log LogFunc) (rt http.RoundTripper, closeAll func()) {
	transport, ok := base.(*http.Transport)
	switch {
	case base == nil:
		transport = newTransport()
	case ok:
		transport = transport.Clone()
	default:
		return &logging{base: base, log: log}, func() {}
	}
	c := newConnections(transport)
	return &logging{base: c, log: log}, c.close
}

// logging reports each request that goes over the wire. It sits inside authentication so that a
// digest handshake is visible, and for that reason reports no header and no body, where credentials
// are, nor the cause of a failure, which may quote them.
type logging struct {
	base http.RoundTripper
	log  LogFunc
}

func (l *logging) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := l.base.RoundTrip(req)
	fields := map[string]any{
		"method":      req.Method,
		"path":        req.URL.EscapedPath(),
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if attempt, ok := req.Context().Value(attemptKey{}).(int); ok {
		fields["attempt"] = attempt
	}
	if err != nil {
		fields["failed"] = true
	} else {
		fields["status"] = resp.StatusCode
	}
	l.log(req.Context(), "Sent Atlas request", fields)
	return resp, err
}

// Clock tells the time and waits. Tests pass one of their own and do not really wait.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or earlier with ctx's error once ctx is done.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the system's clock.
type SystemClock struct{}

// Now returns the current time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits for d or until ctx is done.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
