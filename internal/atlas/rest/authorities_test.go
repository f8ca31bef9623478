// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTransport_fileOfAuthorities(t *testing.T) {
	server := secure(t, func(http.ResponseWriter, *http.Request) {}, func(*httptest.Server) {})
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		"":                            "",
		filepath.Join(dir, "missing"): "; SSL_CERT_FILE names a file that does not exist",
		dir:                           "; SSL_CERT_FILE names a file that can't be read",
		write("empty", ""):            "; SSL_CERT_FILE names an empty file",
		write("key", "-----BEGIN KEY-----\n-----END KEY-----\n"): "; SSL_CERT_FILE names a file without a certificate in PEM",
	} {
		t.Setenv("SSL_CERT_FILE", path)
		var e *Error
		if err := readOne(t, newReader(t, server.URL, newTransport())); !errors.As(err, &e) || e.Kind != KindUnknownAuthority {
			t.Fatalf("got %v", err)
		}
		if _, problem, _ := strings.Cut(e.Problem, ";"); problem != strings.TrimPrefix(want, ";") {
			t.Errorf("%q: got %q, want it to end with %q", path, e.Problem, want)
		}
	}
}
