// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// secretForms are forms in which a server may echo a secret; TestRedactor has the others.
func secretForms(id, secret string) []string {
	return []string{
		secret, url.QueryEscape(secret), strings.ReplaceAll(secret, `"`, "&quot;"),
		base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret))),
	}
}

// The ways in which an answer can carry a text to the user.
var echoes = map[string]func(w http.ResponseWriter, status int, text string){
	"in the detail": func(w http.ResponseWriter, status int, text string) {
		echoJSON(w, status, map[string]any{"errorCode": "X", "detail": "sent " + text + "."})
	},
	"in every field": func(w http.ResponseWriter, status int, text string) {
		echoJSON(w, status, map[string]any{
			"errorCode": text, "reason": text, "parameters": []any{text, []string{text}},
			"badRequestDetail": map[string]any{"fields": []any{map[string]string{"field": text, "description": text}}},
		})
	},
	"as the token endpoint writes errors": func(w http.ResponseWriter, status int, text string) {
		echoJSON(w, status, map[string]any{"error": text, "error_description": text})
	},
	"in JSON of another shape": func(w http.ResponseWriter, status int, text string) {
		echoJSON(w, status, map[string]any{"headers": map[string]string{"Authorization": "Basic " + text}})
	},
	"in a page": func(w http.ResponseWriter, status int, text string) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><p>You sent <b>%s</b></html>", text)
	},
	"at the end of a body that is cut": func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "You sent "+text[:len(text)-1])
	},
	"at the end of what is read": func(w http.ResponseWriter, status int, text string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, strings.Repeat(" ", 64<<10-len(text)+1)+text)
	},
	"at the end of the sample of a document": func(w http.ResponseWriter, status int, text string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, strings.Repeat(" ", 8<<10-len(text)+1)+text)
	},
	"at the end of an enveloped error": func(w http.ResponseWriter, status int, text string) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"status":%d,"content":"%s%s"}`, status, strings.Repeat(" ", 64<<10-len(text)), text)
	},
	"in a header": func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("X-Error-Code", text)
		w.WriteHeader(status)
	},
	"in the address of a redirect": func(w http.ResponseWriter, _ int, text string) {
		w.Header().Set("Location", "https://"+url.PathEscape(text)+".test/?code="+url.QueryEscape(text))
		w.WriteHeader(http.StatusFound)
	},
	"as another checkpoint's id": func(w http.ResponseWriter, _ int, text string) {
		echoJSON(w, http.StatusOK, map[string]string{"id": text})
	},
	"in a tag that the decoder stops at": func(w http.ResponseWriter, status int, text string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<p "+strings.Repeat("x", 475)+">"+text+" tail")
	},
	"in a field that is read": func(w http.ResponseWriter, _ int, text string) {
		echoJSON(w, http.StatusOK, map[string]string{"clusterId": text})
	},
	"as a time": func(w http.ResponseWriter, _ int, text string) {
		echoJSON(w, http.StatusOK, map[string]string{"started": strings.Repeat("x", 90) + text})
	},
	"in the date of a sunset": func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Sunset", text)
		w.WriteHeader(status)
	},
}

func echoJSON(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}

// shown is everything that a failed read shows: its text, every exported field
// and the date of a sunset.
func shown(e *rest.Error, client *atlas.Client) string {
	var fields strings.Builder
	encoder := json.NewEncoder(&fields)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(e)
	date, _ := client.Sunset()
	return e.Error() + "\n" + fields.String() + date
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

func TestSecrets_echoedByAServerAreNotShown(t *testing.T) {
	key := auth.APIKey{PublicKey: "PUBKEY", PrivateKey: "priv&k/y+\"0123456789abcdef", Origin: "o"}
	account := auth.ServiceAccount{ClientID: "mdb_sa_id_1", ClientSecret: "mdb_sa_sk_Q&w/e+r\"ty_0123456789", Origin: "o"}
	token := auth.AccessToken{Token: "ya29.tok-en_0123456789/abc+def=", Origin: "o"}
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
		for where, echo := range echoes {
			t.Run(name+"/"+where, func(t *testing.T) {
				for _, form := range secretForms(test.id, test.secret) {
					for _, status := range []int{200, 400, 401, 502} {
						server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
							switch {
							case r.URL.Path == atlastest.TokenPath && !test.atToken:
								atlastest.Respond(200, `{"access_token":"`+fetched+`","expires_in":3600}`)(w, r)
							case r.Header.Get("Authorization") == "":
								atlastest.Respond(401, "", `WWW-Authenticate: Digest realm="r", nonce="n"`)(w, r)
							default:
								echo(w, status, form)
							}
						})
						for _, settings := range [][]atlastest.Option{{atlastest.WithAttempts(1)}, {atlastest.WithAttempts(1), atlastest.WithEnvelope}} {
							client := atlastest.InProcess(server, test.credentials, settings...)
							err := atlastest.Read(t.Context(), client)
							if err == nil {
								continue // an echo that no field of the document takes
							}
							wantNoSecret(t, shown(atlastest.WantError(t, err), client), form, test.secret)
						}
					}
				}
			})
		}
	}
}

// What a token endpoint answers may be a token although it can't be understood.
func TestSecrets_unreadableTokenIsNotShown(t *testing.T) {
	const fetched = "fetched-tok-en_0123456789"
	for _, body := range []string{
		`{"access_token":"` + fetched + `"`,
		`access_token=` + fetched,
		fetched,
		`["` + fetched + `"]`,
		`"` + fetched + `"`,
		`{"access_token":{"value":"` + fetched + `"}}`,
	} {
		client := atlastest.InProcess(atlastest.Script(atlastest.Respond(200, body)), atlastest.ServiceAccount)
		e := atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindMalformed)
		wantNoSecret(t, shown(e, client), fetched)
	}
}

func TestSecrets_logsHaveNone(t *testing.T) {
	for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount, atlastest.AccessToken} {
		var lines []string
		mock := atlastest.NewMock(t)
		client := atlastest.InProcess(mock, credentials, func(c *atlas.Config) {
			c.Log = func(_ context.Context, msg string, fields ...map[string]any) {
				lines = append(lines, fmt.Sprint(msg, fields))
			}
		})
		atlastest.MustRead(t, client)
		client.Close(t.Context())
		text := strings.Join(lines, "\n")
		for _, r := range mock.Requests() {
			for _, header := range r.Header {
				for _, value := range header {
					if len(value) > 10 && strings.Contains(text, value) {
						t.Errorf("logs header %q:\n%s", value, text)
					}
				}
			}
		}
		for _, secret := range []string{atlastest.APIKey.PrivateKey, atlastest.ServiceAccount.ClientSecret, atlastest.AccessToken.Token, "mdb_sa_token_"} {
			wantNoSecret(t, text, secret)
		}
	}
}
