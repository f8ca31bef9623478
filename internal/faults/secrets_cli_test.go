// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// awkward are logins whose secrets are written differently in each of the places where they could
// show.
var awkward = map[string]acctest.Login{
	"API key":         acctest.APIKeyOf("kgxwqzmp", `Xq7"pr1v&te+key/0815%41=`),
	"service account": acctest.ServiceAccountOf("mdb_sa_id_7c/1+9", `mdb_sa_sk_Vw3"cl1ent&secr+t/4711%42=`),
	"access token":    acctest.AccessTokenOf(`eyJhbGciOi.Zk8"acc&ss+t0ken/1234%43=`),
}

// scenarios are one of each group of faults. Each has a read of its own.
var scenarios = []struct {
	name     string
	provider string // another one than that of the mock's address
	shows    string
	// responds is what the server makes of the credentials and the secrets that it knows.
	responds func(told []string) atlasmock.Fault
}{
	{name: "connection"},
	{name: "unsolicited", responds: func(told []string) atlasmock.Fault {
		document := documentOf(1)
		return raw(200, fmt.Sprintf("Content-Length: %d\r\n\r\n%s%s", len(document), document, told))
	}},
	{name: "HTTP", shows: "HTTP 502", responds: func(told []string) atlasmock.Fault {
		page := "<html><body><h1>You sent " + strings.Join(told[:3], " and ") + "</h1></body></html>"
		return atlasmock.FaultBody(http.StatusBadGateway, "text/html", page)
	}},
	{name: "JSON", shows: "The response does not match the request", responds: func(told []string) atlasmock.Fault {
		document := asJSON(map[string]any{"id": strings.Join(told, " "), "groupId": atlasmock.ProjectID})
		return atlasmock.FaultBody(http.StatusOK, "application/json", document)
	}},
	{name: "limits", shows: "HTTP 429", responds: func(told []string) atlasmock.Fault {
		body := asJSON(map[string]any{"errorCode": told[0], "reason": told[1], "parameters": told})
		return atlasmock.FaultBody(http.StatusTooManyRequests, "application/json", body)
	}},
	{name: "authentication", provider: "refused", shows: "HTTP 401", responds: func(told []string) atlasmock.Fault {
		body := asJSON(map[string]any{"error": http.StatusUnauthorized, "detail": strings.Join(told, " "), "parameters": told})
		return atlasmock.FaultBody(http.StatusUnauthorized, "application/json", body).Early().
			With("WWW-Authenticate", `Digest realm="MMS Public API", nonce="bm9uY2U", algorithm=MD5, qop="auth"`)
	}},
	{name: "TLS", provider: "untrusted", shows: "The certificate's authority is unknown"},
}

// idOf is that of a scenario's checkpoint.
func idOf(scenario int) string { return fmt.Sprintf("%024x", scenario) }

func documentOf(scenario int) string { return `{"id":"` + idOf(scenario) + `","restorable":true}` }

// Whatever goes wrong, and although the server echoes what it knows: no secret is in anything that
// a run at the most talkative log level prints, sends in a request line or leaves behind. The reads
// stand in checks, so that plan and state are written although reads fail, with their errors in
// them.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	for name, login := range awkward {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &leak{t: t, secret: login.Secrets[0]}
			l.Scene = acctest.New(t, login, acctest.WithHandler(l))
			l.Atlas.Fail(atlasmock.FaultReset().Repeat(2).On(atlasmock.MatchDocument(idOf(0))))
			untrusted := loopback(t)
			serve(t, untrusted, l, newAuthority().serving(nil))
			const retry = `retry = { min_delay = "1ms", max_delay = "2ms" }`
			config := l.HCL(retry)
			for alias, url := range map[string]string{"refused": l.URL + "/refused", "untrusted": "https://" + untrusted.Addr().String()} {
				config += fmt.Sprintf("provider \"atlas\" {\n  alias = %q\n  base_url = %q\n  %s\n}\n", alias, url, retry)
			}
			var texts []string
			for i, scenario := range scenarios {
				l.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints, idOf(i), []byte(documentOf(i)))
				config += check(scenario.name, scenario.provider, idOf(i))
				texts = append(texts, scenario.shows)
			}
			variables := maps.Clone(login.Env)
			variables["TF_LOG"] = "TRACE"
			cli := acctest.NewCLI(t, config, variables)
			cli.Run("plan", "-out=saved.tfplan")
			cli.Run("apply", "saved.tfplan")
			cli.Run("show", "-json", "saved.tfplan")

			shows(t, cli, append(texts, "Sent Atlas request", "[TRACE]")...)
			for _, file := range []string{"saved.tfplan", "terraform.tfstate"} {
				for _, scenario := range scenarios {
					if !strings.Contains(cli.Read(file), scenario.name) {
						t.Errorf("%s does not speak of %s", file, scenario.name)
					}
				}
			}
			l.search(cli)

			// A line end behind the credential, and a password in the address.
			for name, value := range variables {
				if value == l.secret.Value {
					variables[name] += "\n"
				}
			}
			variables["MONGODB_ATLAS_BASE_URL"] = "https://user:" + l.secret.Value + "@127.0.0.1/"
			cli = acctest.NewCLI(t, theCheckpoint, variables)
			cli.Fail("plan", "-out=saved.tfplan")
			shows(t, cli, "Invalid Atlas credential", "Invalid Atlas base URL")
			l.search(cli)
		})
	}
}

// check reads a checkpoint.
func check(name, provider, id string) string {
	arguments := fmt.Sprintf("checkpoint_id = %q", id)
	if provider != "" {
		arguments += "\n  provider = atlas." + provider
	}
	return fmt.Sprintf(`
check %q {
  %s
  assert {
    condition     = data.%s.%[1]s.restorable
    error_message = "not restorable"
  }
}
`, name, strings.Replace(acctest.Data(checkpoint, arguments), `"test"`, fmt.Sprintf("%q", name), 1), checkpoint)
}

// leak looks for secrets in all that a run of the CLI shows.
type leak struct {
	*acctest.Scene
	t      *testing.T
	secret acctest.Secret

	mu      sync.Mutex
	lines   []string
	secrets []string // and what was made of it
}

// ServeHTTP notes what arrives, and makes the scenario's response of it.
func (l *leak) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := r.Header.Get("Authorization")
	told := append([]string{sent}, l.secret.Forms()...)
	if token, ok := strings.CutPrefix(sent, "Bearer "); ok {
		told = append(told, acctest.Secret{Value: token}.Forms()...)
	}
	l.mu.Lock()
	l.lines = append(l.lines, fmt.Sprintf("%s %s Referer: %s", r.Method, r.RequestURI, r.Referer()))
	if sent != "" {
		l.secrets = append(l.secrets, told...)
	}
	if _, response, ok := strings.Cut(sent, `response="`); ok {
		l.secrets = append(l.secrets, strings.TrimSuffix(response, `"`))
	}
	l.mu.Unlock()
	for i, scenario := range scenarios {
		elsewhere := scenario.provider != "" && strings.HasPrefix(r.URL.Path, "/"+scenario.provider)
		if scenario.responds != nil && (elsewhere || strings.HasSuffix(r.URL.Path, idOf(i))) {
			l.Atlas.Fail(scenario.responds(told).On(func(other *http.Request) bool { return other == r }))
		}
	}
	l.Atlas.ServeHTTP(w, r)
}

// search looks through the output, the request lines and every file.
func (l *leak) search(cli *acctest.CLI) {
	l.t.Helper()
	l.mu.Lock()
	slices.Sort(l.secrets)
	l.secrets = slices.Compact(l.secrets)
	secrets := append(l.secret.Forms(), l.secrets...)
	hides(l.t, strings.Join(l.lines, "\n"), secrets)
	l.mu.Unlock()
	hides(l.t, cli.Output.String(), secrets)
	err := filepath.WalkDir(cli.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			name := must(filepath.Rel(cli.Dir, path))
			hides(l.t, cli.Read(name), secrets)
			if strings.HasPrefix(name, "crash") {
				l.t.Errorf("the CLI or the provider crashed: %s", cli.Read(name))
			}
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
}
