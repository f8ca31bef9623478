// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// raw answers with what follows the status line, as it is.
func raw(rest string) func(status int) atlasmock.Fault {
	return func(status int) atlasmock.Fault {
		return atlasmock.FaultRaw(fmt.Sprintf("HTTP/1.1 %d Whatever\r\n%s", status, rest))
	}
}

// echoes are the places of an answer in which a server may send back what it was sent.
var echoes = map[string]func(status int, text string) atlasmock.Fault{
	"Atlas' error": func(status int, text string) atlasmock.Fault {
		return atlasmock.FaultStatus(status, "CODE", "You sent "+text+".", text, []string{text})
	},
	"JSON of another shape": func(status int, text string) atlasmock.Fault {
		body, _ := json.Marshal(map[string]any{"headers": map[string]string{"Authorization": text}}) // strings can be marshalled
		return atlasmock.FaultBody(status, "application/json", string(body))
	},
	"page": func(status int, text string) atlasmock.Fault {
		return atlasmock.FaultBody(status, "text/html", "<p>You sent "+text+"</p>")
	},
	"cut page": func(status int, text string) atlasmock.Fault {
		return raw("Content-Length: 1000\r\n\r\nYou sent " + text[:len(text)-1])(status)
	},
	"header": func(status int, text string) atlasmock.Fault {
		return atlasmock.FaultBody(status, "", "").With("X-Error-Code", text).With("WWW-Authenticate", text)
	},
	"redirect": func(_ int, text string) atlasmock.Fault {
		return atlasmock.FaultRedirect(302, "https://login.example.com/"+text+"?"+text)
	},
}

// Whatever a server sends back of the credentials, and wherever: what can be
// told of its answer is told without them.
func TestFaults_http_secrets(t *testing.T) {
	t.Parallel()

	once := config{"retry": map[string]any{"max_attempts": 1}}
	for request, login := range distinctLogins {
		for name, echo := range echoes {
			t.Run(request+"/"+name, func(t *testing.T) {
				t.Parallel()

				for _, form := range distinctForms(login) {
					for _, status := range []int{200, 400, 401, 503} {
						w := newWire(t, login, once, nil)
						w.atlas.Fail(login.at(echo(status, form)))
						// A 200 with a JSON object is a document, though one that says nothing.
						if got := w.hides(login); len(got) != 1 && status != 200 {
							t.Errorf("%d with %q: %d diagnostics, want 1", status, form, len(got))
						}
					}
				}
			})
		}
	}
}
