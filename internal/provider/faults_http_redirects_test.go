// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// No redirect is followed, wherever it points: the credentials stay where the
// user sent them, and the error says what asked for them.
func TestFaults_http_redirects(t *testing.T) {
	t.Parallel()

	const elsewhere = "https://login.example.com"
	for name, location := range map[string]func(w *wire, other string) (location, target string){
		"same host":  func(w *wire, _ string) (string, string) { return "http://" + w.host + "/elsewhere", "http://" + w.host },
		"path":       func(w *wire, _ string) (string, string) { return "/elsewhere?x=y", "http://" + w.host },
		"loop":       func(w *wire, _ string) (string, string) { return "", "http://" + w.host },
		"other port": func(_ *wire, other string) (string, string) { return "http://" + other + "/x", "http://" + other },
		"other host": func(*wire, string) (string, string) { return elsewhere + "/sign-in?from=x#y", elsewhere },
		"host alone": func(*wire, string) (string, string) { return "//login.example.com/x", "http://login.example.com" },
		"to https":   func(w *wire, _ string) (string, string) { return "https://" + w.host + "/", "https://" + w.host },
		"to ftp":     func(w *wire, _ string) (string, string) { return "ftp://" + w.host + "/", "ftp://" + w.host },
		"user info":  func(*wire, string) (string, string) { return "https://u:p@login.example.com/", elsewhere + "." },
		"to a file":  func(*wire, string) (string, string) { return "file:///etc/passwd", "an address that is not a URL" },
		"no address": func(*wire, string) (string, string) { return "http://%zz/", "an address that is not a URL" },
	} {
		for request, login := range logins {
			t.Run(name+"/"+request, func(t *testing.T) {
				t.Parallel()

				other := newWire(t, login, nil, nil)
				for _, status := range []int{301, 302, 303, 307, 308} {
					w := newWire(t, login, nil, nil)
					to, target := location(w, other.host)
					w.atlas.Fail(login.at(redirect(status, to)).Repeat(atlasmock.Forever))
					w.fails(nil, diagnostic{summary: "Atlas redirected the request", detail: []string{
						fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)), "It points to " + target,
						"follows no redirects", "set base_url to it",
					}})
					requests := 1
					if request == "signed read" {
						requests = 2
					}
					if n := w.atlas.Count("", ""); n != requests {
						t.Errorf("%d: %d requests, want %d", status, n, requests)
					}
				}
				if n := other.atlas.Count("", ""); n != 0 {
					t.Errorf("%d requests followed", n)
				}
			})
		}
	}
}

// redirect points to an address, or to the one that was asked for.
func redirect(status int, location string) atlasmock.Fault {
	if location == "" {
		location = "#"
	}
	return atlasmock.FaultRedirect(status, location)
}
