// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// statuses are those of errors, with what each means whatever the body is.
var statuses = map[int]struct {
	summary string
	advice  string
	retried bool
}{
	400: {summary: "Invalid request", advice: "a path in base_url"},
	401: {summary: "Atlas refused the credentials", advice: "MONGODB_ATLAS_ACCESS_TOKEN"},
	402: {summary: "The Atlas account is suspended", advice: "billing page"},
	403: {summary: "Atlas forbids this read", advice: "Project Read Only"},
	404: {summary: "Atlas has nothing at this address", advice: "Check base_url"},
	406: {summary: "Atlas does not serve this API version", advice: "Accept header"},
	409: {summary: "Unexpected status from Atlas", advice: "Check base_url"},
	410: {summary: "Atlas has withdrawn this API", advice: "mongodbatlas_cloud_backup_snapshot"},
	418: {summary: "Unexpected status from Atlas", advice: "Check base_url"},
	429: {summary: "Atlas rate limit exceeded", advice: "-parallelism", retried: true},
	500: {summary: "Atlas failed to answer", advice: "https://status.mongodb.com", retried: true},
	502: {summary: "Atlas failed to answer", advice: "https://status.mongodb.com", retried: true},
	503: {summary: "Atlas failed to answer", advice: "https://status.mongodb.com", retried: true},
	504: {summary: "Atlas failed to answer", advice: "https://status.mongodb.com", retried: true},
}

const huge = 1 << 30

// bodies are what may come with such a status, and what is said about it.
var bodies = map[string]struct {
	fault func(status int) atlasmock.Fault
	said  string
}{
	"Atlas' own": {
		func(status int) atlasmock.Fault {
			return atlasmock.FaultStatus(status, "SOME_CODE", "Words of Atlas.", "p1", 2)
		},
		": SOME_CODE: Words of Atlas.\nParameters: p1, 2",
	},
	"empty": {
		func(status int) atlasmock.Fault { return atlasmock.FaultBody(status, "", "") },
		".\n",
	},
	"HTML": {
		func(status int) atlasmock.Fault {
			return atlasmock.FaultBody(status, "text/html",
				"<html><style>p{}</style><h1>Gateway</h1>\n<p>Words of\x1b[31m a gateway.</p></html>")
		},
		".\nThe answer begins: Gateway Words of [31m a gateway.\n",
	},
	"JSON of another shape": {
		func(status int) atlasmock.Fault {
			return atlasmock.FaultBody(status, "application/json", `{"message": {"text": "words of a gateway"}, "errorCode": 7}`)
		},
		".\n" + `The answer begins: {"message": {"text": "words of a gateway"}, "errorCode": 7}` + "\n",
	},
	"JSON that is no object": {
		func(status int) atlasmock.Fault { return atlasmock.FaultBody(status, "application/json", `["words"]`) },
		".\n" + `The answer begins: ["words"]` + "\n",
	},
	"1 GiB": {
		func(status int) atlasmock.Fault { return atlasmock.FaultFlood(status, huge) },
		".\n" + `The answer begins: "aaaaaaaa`,
	},
	"gzip bomb": {
		func(status int) atlasmock.Fault { return atlasmock.FaultGzipBomb(status, huge>>6) },
		".\n" + `The answer begins: "aaaaaaaa`,
	},
	"gzip that is none": {
		func(status int) atlasmock.Fault {
			return atlasmock.FaultBody(status, "application/json", `{"detail":"x"}`).With("Content-Encoding", "gzip")
		},
		".\n",
	},
	"Content-Length too large": {raw("Content-Length: 1000\r\n\r\n" + `{"detail":"Words`), ".\n" + `The answer begins: {"detail":"Words` + "\n"},
	"Content-Length too small": {raw("Content-Length: 12\r\n\r\n" + `{"detail":"Words of Atlas."}`), ".\n" + `The answer begins: {"detail":"W` + "\n"},
	"chunked and cut": {
		raw("Transfer-Encoding: chunked\r\n\r\n20\r\n" + `{"detail":"Words`),
		".\n" + `The answer begins: {"detail":"Words` + "\n",
	},
	"chunked and cut between chunks": {
		raw("Transfer-Encoding: chunked\r\n\r\n10\r\n" + `{"detail":"Words` + "\r\n"),
		".\n" + `The answer begins: {"detail":"Words` + "\n",
	},
}

// raw answers with what follows the status line, as it is.
func raw(rest string) func(status int) atlasmock.Fault {
	return func(status int) atlasmock.Fault {
		return atlasmock.FaultRaw(fmt.Sprintf("HTTP/1.1 %d Whatever\r\n%s", status, rest))
	}
}

// The status decides what an error means, and survives every body. What can be
// told of the body is told.
func TestFaults_http_statuses(t *testing.T) {
	t.Parallel()

	for status, meaning := range statuses {
		for name, body := range bodies {
			want := diagnostic{summary: meaning.summary, detail: []string{
				fmt.Sprintf("Atlas answered HTTP %d %s%s", status, http.StatusText(status), body.said), meaning.advice,
			}}
			requests := 1
			if meaning.retried {
				want.detail, requests = append(want.detail, "Stopped after 5 attempts"), 5
			}
			t.Run(fmt.Sprintf("%d/%s/always", status, name), func(t *testing.T) {
				t.Parallel()

				w := newWire(t, byToken, nil, nil)
				w.atlas.Fail(body.fault(status).Repeat(atlasmock.Forever))
				w.fails(nil, want)
				if n := w.atlas.Count("", ""); n != requests {
					t.Errorf("%d requests, want %d", n, requests)
				}
			})
			if !meaning.retried {
				continue
			}
			t.Run(fmt.Sprintf("%d/%s/once", status, name), func(t *testing.T) {
				t.Parallel()

				w := newWire(t, byToken, nil, nil)
				w.atlas.Fail(body.fault(status))
				w.succeeds(nil)
			})
		}
	}
}

// With an API key, a 401 has more than one meaning. That survives every body, too.
func TestFaults_http_unauthorized(t *testing.T) {
	t.Parallel()

	for name, body := range bodies {
		t.Run(name+"/handshake", func(t *testing.T) {
			t.Parallel()

			w := newWire(t, byKey, nil, nil)
			w.atlas.Fail(body.fault(401).Repeat(atlasmock.Forever).Early())
			w.fails(nil, diagnostic{summary: "Digest authentication is not offered", detail: []string{"HTTP 401 Unauthorized" + body.said[:1]}})
		})
		t.Run(name+"/signed read", func(t *testing.T) {
			t.Parallel()

			w := newWire(t, byKey, nil, nil)
			w.atlas.Fail(body.fault(401).Repeat(atlasmock.Forever))
			w.fails(nil, diagnostic{
				summary: "No access to the Atlas project", at: "project_id",
				detail: []string{"HTTP 401 Unauthorized" + body.said, "Project Read Only"},
			})
		})
	}
}
