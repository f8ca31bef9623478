// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"
)

// watch keeps what a provider logs, and looks for a secret in all that it shows.
type watch struct {
	secrets []string

	mu   sync.Mutex
	logs bytes.Buffer
}

// newWatch looks for a secret, which goes with an id, in each form that it may be sent in.
func newWatch(id, secret string) *watch {
	form := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return &watch{secrets: []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(id + ":" + secret)),
		base64.URLEncoding.EncodeToString([]byte(id + ":" + secret)),
		base64.StdEncoding.EncodeToString([]byte(form)),
	}}
}

// context is that of an RPC whose logs, down to traces, are kept.
func (w *watch) context(t *testing.T) context.Context {
	t.Helper()

	return tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), w), w)
}

func (w *watch) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.logs.Write(line)
}

// assertHidden searches the diagnostics of a read.
func (w *watch) assertHidden(t *testing.T, got []*tfprotov6.Diagnostic) {
	t.Helper()

	assertHides(t, got, w.secrets...)
}

// assertLogs searches all that has been logged so far.
func (w *watch) assertLogs(t *testing.T) {
	t.Helper()

	w.mu.Lock()
	defer w.mu.Unlock()
	if !strings.Contains(w.logs.String(), "Sent Atlas request") {
		t.Error("the logs have not been kept")
	}
	for _, secret := range w.secrets {
		if strings.Contains(w.logs.String(), secret) {
			t.Errorf("%q is in the logs", secret)
		}
	}
}
