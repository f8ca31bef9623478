// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package faults_test

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// awkward are logins whose secrets are written differently in each of the places
// where they could show.
var awkward = map[string]acctest.Login{
	"API key":         acctest.APIKeyOf("kgxwqzmp", `Xq7"pr1v&te+key/0815%41=`),
	"service account": acctest.ServiceAccountOf("mdb_sa_id_7c/1+9", `mdb_sa_sk_Vw3"cl1ent&secr+t/4711%42=`),
	"access token":    acctest.AccessTokenOf(`eyJhbGciOi.Zk8"acc&ss+t0ken/1234%43=`),
}

// One scenario of each group of faults, with each login: whatever goes wrong, and
// although the server echoes what it knows, no secret is in anything that a run at
// the most talkative log level prints, sends in a request line or leaves behind.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	for name, scenario := range map[string]func(*leak){
		"connection": func(l *leak) {
			l.Atlas.Fail(atlasmock.FaultReset().Repeat(2))
			l.planAndApply("restorable")
		},
		"TLS": func(l *leak) {
			listener := loopback(l.t)
			serve(l.t, listener, l.Atlas, newAuthority().serving(nil))
			l.URL = "https://" + listener.Addr().String()
			l.planAndApply("certificate")
		},
		"HTTP": func(l *leak) {
			l.echo(http.StatusBadGateway, "text/html", func(told []string) string {
				return "<html><body><h1>You sent " + strings.Join(told[:3], " and ") + "</h1></body></html>"
			})
			l.planAndApply("HTTP 502")
		},
		"JSON": func(l *leak) {
			l.echo(http.StatusOK, "application/json", func(told []string) string {
				return asJSON(map[string]any{"id": strings.Join(told, " "), "groupId": atlasmock.ProjectID})
			})
			l.planAndApply("The response does not match the request")
		},
		"authentication": func(l *leak) {
			l.echo(http.StatusUnauthorized, "application/json", func(told []string) string {
				return asJSON(map[string]any{"error": http.StatusUnauthorized, "detail": strings.Join(told, " "), "parameters": told})
			})
			l.echoToken = true
			l.planAndApply("HTTP 401")
		},
		"limits": func(l *leak) {
			l.echo(http.StatusTooManyRequests, "application/json", func(told []string) string {
				return asJSON(map[string]any{"errorCode": told[0], "reason": told[1], "parameters": told})
			})
			l.planAndApply("HTTP 429")
		},
		"stop": func(l *leak) {
			fault, arrived := announced(atlasmock.FaultHang())
			l.Atlas.Fail(fault)
			run := start(l.t, l.run("", theCheckpoint), "plan", "-out=saved.tfplan")
			run.await(arrived)
			run.signal(syscall.SIGINT)
			run.assertInterrupted(1)
			l.search(run.output.String())
		},
		"input": func(l *leak) {
			cli := l.run("\n", theCheckpoint)
			cli.Fail("plan", "-out=saved.tfplan")
			cli.Write("main.tf", strings.ReplaceAll(cli.Read("main.tf"), l.URL, ""))
			cli.Env = append(cli.Env, "MONGODB_ATLAS_BASE_URL=https://user:"+l.login.Secrets[0].Value+"@127.0.0.1/")
			cli.Fail("plan", "-out=saved.tfplan")
			shows(l.t, cli, "Invalid Atlas credential", "Invalid Atlas base URL")
			l.search(cli.Output.String())
		},
	} {
		for method, login := range awkward {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				l := &leak{t: t, login: login}
				l.Scene = acctest.New(t, login, acctest.WithHandler(l))
				scenario(l)
			})
		}
	}
}

// leak looks for secrets in all that a run of the CLI shows.
type leak struct {
	*acctest.Scene
	t     *testing.T
	login acctest.Login
	cli   *acctest.CLI

	echoes    http.HandlerFunc // in place of the mock's responses, if set
	echoToken bool             // the token endpoint's too

	mu      sync.Mutex
	lines   []string
	derived []string // credentials that were made of the secret
}

// ServeHTTP notes what arrives.
func (l *leak) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := r.Header.Get("Authorization")
	l.mu.Lock()
	l.lines = append(l.lines, fmt.Sprintf("%s %s Referer: %s", r.Method, r.RequestURI, r.Referer()))
	if sent != "" {
		l.derived = append(l.derived, sent)
	}
	if _, response, ok := strings.Cut(sent, `response="`); ok {
		l.derived = append(l.derived, strings.TrimSuffix(response, `"`))
	}
	l.derived = append(l.derived, bearer(r)...)
	l.mu.Unlock()
	authentication := sent == "" || atlasmock.MatchToken(r) && !l.echoToken || atlasmock.MatchRevoke(r)
	if l.echoes == nil || authentication {
		l.Atlas.ServeHTTP(w, r)
		return
	}
	l.echoes(w, r)
}

// bearer are the forms of a token that was sent.
func bearer(r *http.Request) []string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return acctest.Secret{Value: token}.Forms()
	}
	return nil
}

// echo makes the server respond with what it was told: the credentials that came
// with the request, and the secret in all of its forms.
func (l *leak) echo(status int, contentType string, body func(told []string) string) {
	l.echoes = func(w http.ResponseWriter, r *http.Request) {
		told := append([]string{r.Header.Get("Authorization")}, l.login.Secrets[0].Forms()...)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="bm9uY2U", algorithm=MD5, qop="auth"`)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body(append(told, bearer(r)...)))
	}
}

// run is the CLI with the login in its environment, and something behind each secret.
func (l *leak) run(suffix, read string) *acctest.CLI {
	variables := maps.Clone(l.login.Env)
	for name, value := range variables {
		if value == l.login.Secrets[0].Value {
			variables[name] += suffix
		}
	}
	variables["TF_LOG"] = "TRACE"
	l.cli = acctest.NewCLI(l.t, l.HCL(`retry = { min_delay = "1ms", max_delay = "2ms" }`, read), variables)
	return l.cli
}

// planAndApply reads in a check, so that plan and state are written although the
// read fails, with its error in them.
func (l *leak) planAndApply(want string) {
	cli := l.run("", fmt.Sprintf(`
check "restorable" {
  %s
  assert {
    condition     = data.%s.test.restorable
    error_message = "not restorable"
  }
}`, theCheckpoint, checkpoint))
	cli.Run("plan", "-out=saved.tfplan")
	cli.Run("apply", "saved.tfplan")
	cli.Run("show", "-json", "saved.tfplan")
	shows(l.t, cli, want, "Sent Atlas request", "[TRACE]")
	for _, file := range []string{"saved.tfplan", "terraform.tfstate"} {
		if !strings.Contains(cli.Read(file), "restorable") {
			l.t.Errorf("%s does not speak of the read", file)
		}
	}
	l.search(cli.Output.String())
}

// search looks through the output, the request lines and every file.
func (l *leak) search(output string) {
	l.t.Helper()
	l.mu.Lock()
	texts := map[string]string{"output and logs": output, "request lines": strings.Join(l.lines, "\n")}
	secrets := append(l.login.Secrets[0].Forms(), l.derived...)
	l.mu.Unlock()
	err := filepath.WalkDir(l.cli.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			name, _ := filepath.Rel(l.cli.Dir, path)
			texts[name] = l.cli.Read(name)
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	for place, text := range texts {
		if strings.HasPrefix(place, "crash") {
			l.t.Errorf("the CLI or the provider crashed: %s", text)
		}
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				l.t.Errorf("%s: %q in %q", place, secret, text[max(0, i-150):min(len(text), i+len(secret)+50)])
			}
		}
	}
}
