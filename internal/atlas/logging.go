// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
	"time"
)

type logFunc func(ctx context.Context, msg string, fields ...map[string]any)

type attemptKey struct{}

func withAttempt(ctx context.Context, attempt int) context.Context {
	return context.WithValue(ctx, attemptKey{}, attempt)
}

// logging reports each request that goes over the wire. It sits inside
// authentication so that a digest handshake is visible, and for that reason
// reports no header and no body, where credentials are, nor the cause of a
// failure, which may quote them.
type logging struct {
	base http.RoundTripper
	log  logFunc
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
