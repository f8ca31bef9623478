// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"net/http"
	"testing"
)

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// A server that speaks before it is asked makes net/http fail with a text that
// means nothing to a user.
func TestExchange_serverSpeaksUnasked(t *testing.T) {
	t.Parallel()
	client := newReader(t, "https://atlas.test", failing{errors.New("readLoopPeekFailLocked: %!w(<nil>)")})
	var e *Error
	if err := readOne(t, client); !errors.As(err, &e) || !e.Kind.Network() || !e.Temporary() ||
		e.Problem != "the server sent something before it was asked" {
		t.Errorf("got %v", err)
	}
}
