// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

// logs keeps what is logged. Its zero value is ready.
type logs struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(line)
}

func (l *logs) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}

func (l *logs) assertHide(t *testing.T, secrets []Secret) {
	t.Helper()
	assertHides(t, l.text(), secrets)
}

func assertHides(t *testing.T, text string, secrets []Secret) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range secret.Forms() {
			if strings.Contains(text, form) {
				t.Errorf("%q is shown or logged: %.2000s", form, text)
			}
		}
	}
}
