// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// A secret that every encoding changes, and nothing else resembles.
const (
	distinctID     = "distinctive-id"
	distinctSecret = `S3cr/t+=&%<"é>`
)

// distinctLogins are the logins with that secret.
var distinctLogins = map[string]login{
	"bearer read": {
		map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": distinctSecret},
		atlasmock.WithAccessToken(distinctSecret), byToken.at,
	},
	"signed read": {
		map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": distinctID, "MONGODB_ATLAS_PRIVATE_API_KEY": distinctSecret},
		atlasmock.WithAPIKey(distinctID, distinctSecret), byKey.at,
	},
	"token request": {
		map[string]string{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_" + distinctID, "MONGODB_ATLAS_CLIENT_SECRET": distinctSecret},
		atlasmock.WithServiceAccount("mdb_sa_id_"+distinctID, distinctSecret), byAccount.at,
	},
}

// distinctForms are those in which the login's secret is sent, or might be sent back.
func distinctForms(l login) []string {
	id := distinctID
	if account := l.environment["MONGODB_ATLAS_CLIENT_ID"]; account != "" {
		id = account
	}
	pairs := []string{
		distinctSecret, id + ":" + distinctSecret,
		url.QueryEscape(id) + ":" + url.QueryEscape(distinctSecret),
	}
	if l.environment["MONGODB_ATLAS_ACCESS_TOKEN"] != "" {
		pairs = pairs[:1] // it has no id
	}
	forms := []string{distinctSecret, url.QueryEscape(distinctSecret), url.PathEscape(distinctSecret)}
	for _, pair := range pairs {
		for _, encoding := range []*base64.Encoding{
			base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
		} {
			forms = append(forms, encoding.EncodeToString([]byte(pair)))
		}
	}
	return forms
}

// hides reads, and searches all that comes out for the login's secret.
func (w *wire) hides(l login) []*tfprotov6.Diagnostic {
	w.t.Helper()

	var logged bytes.Buffer
	_, diagnostics := w.readOrders(tflogtest.RootLogger(w.t.Context(), &logged), nil)
	assertHides(w.t, diagnostics, distinctForms(l)...)
	if !strings.Contains(logged.String(), "Sent Atlas request") {
		w.t.Errorf("nothing was logged: %s", &logged)
	}
	for _, form := range distinctForms(l) {
		if strings.Contains(logged.String(), form) {
			w.t.Errorf("%q is in the log: %s", form, &logged)
		}
	}
	return diagnostics
}

// However a connection ends, nothing of the credentials shows: not even if the
// server, or what else listens there, sends them back in place of an answer.
func TestFaults_connection_secrets(t *testing.T) {
	t.Parallel()

	for request, login := range distinctLogins {
		t.Run(request, func(t *testing.T) {
			t.Parallel()

			for _, tc := range broken {
				w := newWire(t, login, nil, nil)
				w.atlas.Fail(login.at(tc.fault))
				assertDiagnostics(t, w.hides(login))
				w.atlas.Fail(login.at(tc.fault).Repeat(atlasmock.Forever))
				w.hides(login)
			}
			for _, form := range distinctForms(login) {
				for _, echo := range []string{form, "HTTP/1.1 200 OK\r\n" + form, "HTTP/1.1 " + form + "\r\n\r\n"} {
					w := newWire(t, login, nil, nil)
					w.atlas.Fail(login.at(atlasmock.FaultRaw(echo).Repeat(atlasmock.Forever)))
					if got := w.hides(login); len(got) != 1 {
						t.Errorf("%q sent back: %d diagnostics, want 1", echo, len(got))
					}
				}
			}
		})
	}
}
