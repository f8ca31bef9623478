// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// The ways in which a response can carry a text to the user.
var echoes = map[string]func(status int, text string) http.HandlerFunc{
	"in every field": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]any{
			"errorCode": text, "detail": "sent " + text + ".", "reason": text, "parameters": []any{text, []string{text}},
			"badRequestDetail": map[string]any{"fields": []any{map[string]string{"field": text, "description": text}}},
		}))
	},
	"as the token endpoint writes errors": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]string{"error": text, "error_description": text}))
	},
	"in JSON of another shape": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]any{"headers": map[string]string{"Authorization": "Basic " + text}}))
	},
	"in a page": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "<html><p>You sent <b>"+text+"</b></html>")
	},
	"at the end of a body that is cut": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "You sent "+text[:len(text)-1], "Content-Length: 1000")
	},
	"at the end of what is read": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, strings.Repeat(" ", 64<<10-len(text)+1)+text)
	},
	"at the end of the sample of a document": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, strings.Repeat(" ", 8<<10-len(text)+1)+text)
	},
	"at the end of an enveloped error": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, fmt.Sprintf(`{"status":%d,"content":"%s%s"}`, status, strings.Repeat(" ", 64<<10-len(text)), text))
	},
	"in a tag that the decoder stops at": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "<p "+strings.Repeat("x", 475)+">"+text+" tail")
	},
	"in a header": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "", "X-Error-Code: "+text)
	},
	"in the date of a sunset": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "", "Sunset: "+text)
	},
	"in the address of a redirect": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, "", "Location: https://"+url.PathEscape(text)+".test/?code="+url.QueryEscape(text))
	},
	"as another checkpoint's id": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]string{"id": text}))
	},
	"in a field that is read": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]string{"id": atlastest.CheckpointID, "clusterId": text}))
	},
	"as a time": func(status int, text string) http.HandlerFunc {
		return atlastest.Respond(status, asJSON(map[string]string{"started": strings.Repeat("x", 90) + text}))
	},
}

// asJSON writes a value without escapes for HTML.
func asJSON(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return text.String()
}

// shown is everything that a failed read shows: its text, every exported field and the date of a
// sunset.
func shown(e *rest.Error, client *atlas.Client) string {
	date, _ := client.Sunset()
	return e.Error() + "\n" + asJSON(e) + date
}

// wantNoSecret fails if a text shows a secret, or a good part of it.
func wantNoSecret(t *testing.T, text string, secrets ...string) {
	t.Helper()
	const part = 8
	for _, secret := range secrets {
		for i := 0; i+part <= len(secret); i++ {
			if strings.Contains(text, secret[i:i+part]) {
				t.Fatalf("shows %q of %q:\n%s", secret[i:i+part], secret, text)
			}
		}
	}
}

// TestRedactor has the other forms in which a server may echo a secret.
func TestSecrets_inResponses(t *testing.T) {
	key := auth.APIKey{PublicKey: "PUBKEY", PrivateKey: "priv&k/y+\"0123456789abcdef"}
	account := auth.ServiceAccount{ClientID: "mdb_sa_id_1", ClientSecret: "mdb_sa_sk_Q&w/e+r\"ty_0123456789"}
	token := auth.AccessToken{Token: "ya29.tok-en_0123456789/abc+def="}
	const fetched = "fetched-tok-en_0123456789/abc+def="
	for name, test := range map[string]struct {
		credentials auth.Credentials
		id, secret  string
		atToken     bool // the token endpoint echoes
	}{
		"private key":                   {key, key.PublicKey, key.PrivateKey, false},
		"access token":                  {token, "", token.Token, false},
		"client secret":                 {account, account.ClientID, account.ClientSecret, false},
		"client secret, token endpoint": {account, account.ClientID, account.ClientSecret, true},
		"token of a service account":    {account, "", fetched, false},
	} {
		basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(test.id) + ":" + url.QueryEscape(test.secret)))
		for where, echo := range echoes {
			t.Run(name+"/"+where, func(t *testing.T) {
				for _, form := range []string{test.secret, basic} {
					for _, status := range []int{200, 302, 401} {
						server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
							switch {
							case r.URL.Path == atlastest.TokenPath && !test.atToken:
								atlastest.Respond(200, `{"access_token":"`+fetched+`","expires_in":3600}`)(w, r)
							case r.Header.Get("Authorization") == "":
								atlastest.Respond(401, "", `WWW-Authenticate: Digest realm="r", nonce="n"`)(w, r)
							default:
								echo(status, form)(w, r)
							}
						})
						for _, setting := range []atlastest.Option{func(*atlas.Config) {}, atlastest.WithEnvelope} {
							client := atlastest.InProcess(server, test.credentials, setting, atlastest.WithAttempts(1))
							wantNoSecret(t, shown(atlastest.WantError(t, atlastest.Read(t.Context(), client)), client), form, test.secret)
						}
					}
				}
			})
		}
	}
}
