// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// asJSON is the JSON form of a value that always has one.
func asJSON(value any) string {
	data, _ := json.Marshal(value)
	return string(data)
}

// echoes are the places of a response in which a server may send back what it was sent.
var echoes = map[string]func(text string) []atlasmock.Fault{
	"no HTTP": func(text string) []atlasmock.Fault {
		return []atlasmock.Fault{
			atlasmock.FaultRaw(text), atlasmock.FaultRaw("HTTP/1.1 200 OK\r\n" + text), atlasmock.FaultRaw("HTTP/1.1 " + text + "\r\n\r\n"),
		}
	},
	"Atlas' error": func(text string) []atlasmock.Fault {
		return []atlasmock.Fault{
			atlasmock.FaultStatus(400, "CODE", "You sent "+text+".", text, []string{text}),
			atlasmock.FaultStatus(401, text, "You sent "+text+".", text, []string{text}),
			atlasmock.FaultStatus(503, text, "You sent "+text+".", text, []string{text}),
			atlasmock.FaultStatus(429, text, "Bearer "+text+" is limited.", text).With("Retry-After", text).With("X-Error-Code", text),
		}
	},
	"error of the token endpoint": func(text string) []atlasmock.Fault {
		body := asJSON(map[string]string{"error": "invalid_client", "error_description": "You sent " + text + "."})
		return []atlasmock.Fault{atlasmock.FaultBody(401, "application/json", body), atlasmock.FaultBody(500, "application/json", body)}
	},
	"JSON of another shape": func(text string) []atlasmock.Fault {
		body := asJSON(map[string]any{"headers": map[string]string{"Authorization": text}})
		return []atlasmock.Fault{
			atlasmock.FaultBody(200, "application/json", body), atlasmock.FaultBody(400, "application/json", body),
			atlasmock.FaultBody(200, "application/json", `{"access_token":5,"sent":`+asJSON(text)+`}`),
		}
	},
	"page": func(text string) []atlasmock.Fault {
		page := "<p>You sent <b>" + text + "</b></p>"
		return []atlasmock.Fault{
			atlasmock.FaultBody(200, "text/html", page), atlasmock.FaultBody(401, "text/html", page), atlasmock.FaultBody(503, "text/html", page),
		}
	},
	"header": func(text string) []atlasmock.Fault {
		return []atlasmock.Fault{
			atlasmock.FaultBody(400, "", "").With("X-Error-Code", text), atlasmock.FaultBody(401, "", "").With("WWW-Authenticate", "X"+text),
		}
	},
	"redirect": func(text string) []atlasmock.Fault {
		return []atlasmock.Fault{
			atlasmock.FaultRedirect(302, "https://login.example.com/"+text+"?"+text), atlasmock.FaultRedirect(302, "https://"+url.PathEscape(text)+".test/"),
		}
	},
	"document": func(text string) (faults []atlasmock.Fault) {
		echo := asJSON(text)
		for _, body := range []string{
			echo, `{` + echo + `:1`, `{"id":` + echo + `}`, `{"started":` + echo + `}`, `{"parts":[{"tokenTimestamp":{"increment":` + echo + `}}]}`,
			`{"restorable":true,"restorable":true,"new":` + echo + `}`, "{\"clusterId\":\"\xff\",\"new\":" + echo + `}`,
		} {
			faults = append(faults, atlasmock.FaultBody(200, "application/json", body))
		}
		return faults
	},
}

// Whatever a server sends back of the credentials, and wherever: it ends in one error. That neither
// it nor the logs have a secret in them, the scene sees to.
func TestSecrets_echoed(t *testing.T) {
	t.Parallel()
	once := acctest.Config{"retry": map[string]any{"max_attempts": 1}}
	for name, request := range requests {
		for where, echo := range echoes {
			t.Run(fmt.Sprint(name, "/", where), func(t *testing.T) {
				t.Parallel()
				for _, form := range request.login.Secrets[0].Forms() {
					for i, fault := range echo(form) {
						s := request.struck(t, once, fault)
						_, got := readOrders(s, nil)
						if len(got) != 1 || !strings.Contains(s.Logs(), "Sent Atlas request") {
							t.Errorf("%d with %q: want 1 diagnostic, and logs:\n%s\n%s", i, form, got, s.Logs())
						}
					}
				}
			})
		}
	}
}
