// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// credential is one way to authenticate, with a secret that is written
// differently in each of the places where it could show.
type credential struct {
	id, secret string
	env        func(secret string) env
}

var secretCredentials = map[string]credential{
	"API key": {
		id: "kgxwqzmp", secret: `Xq7"pr1v&te+key/0815%41=`,
		env: func(secret string) env {
			return env{"MONGODB_ATLAS_PUBLIC_API_KEY": "kgxwqzmp", "MONGODB_ATLAS_PRIVATE_API_KEY": secret}
		},
	},
	"service account": {
		id: "mdb_sa_id_7c/1+9", secret: `mdb_sa_sk_Vw3"cl1ent&secr+t/4711%42=`,
		env: func(secret string) env {
			return env{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_7c/1+9", "MONGODB_ATLAS_CLIENT_SECRET": secret}
		},
	},
	"access token": {
		secret: `eyJhbGciOi.Zk8"acc&ss+t0ken/1234%43=`,
		env:    func(secret string) env { return env{"MONGODB_ATLAS_ACCESS_TOKEN": secret} },
	},
}

// One scenario of each group of faults, with each credential: whatever goes
// wrong, and although the server echoes what it knows, no secret is in anything
// that a run at the most talkative log level prints, sends in a request line or
// leaves behind.
func TestAccFaults_secrets(t *testing.T) {
	t.Parallel()
	for name, scenario := range map[string]func(*leak){
		"connection": func(l *leak) {
			l.mock.Fail(atlasmock.FaultReset().Repeat(2))
			l.planAndApply("restorable")
		},
		"TLS": func(l *leak) {
			server := httptest.NewUnstartedServer(l.mock)
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
			server.StartTLS()
			l.t.Cleanup(server.Close)
			l.url = server.URL
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
			l.mock.Fail(fault)
			run := l.cli(l.credential.secret, theCheckpoint).start("plan", "-out=saved.tfplan")
			run.await(arrived)
			run.interrupt()
			run.assertInterrupted(1)
			l.search(run.output.String())
		},
		"input": func(l *leak) {
			cli := l.cli(l.credential.secret+"\n", theCheckpoint)
			cli.fail("plan", "-out=saved.tfplan")
			cli.write("main.tf", strings.ReplaceAll(cli.read("main.tf"), l.url, ""))
			cli.env = append(cli.env, "MONGODB_ATLAS_BASE_URL=https://user:"+l.credential.secret+"@127.0.0.1/")
			cli.fail("plan", "-out=saved.tfplan")
			l.wantOutput("Invalid Atlas credential", "Invalid Atlas base URL")
			l.search(cli.output.String())
		},
	} {
		for method, credential := range secretCredentials {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				scenario(newLeak(t, credential))
			})
		}
	}
}

var theCheckpoint = checkpointBlock("Cluster0", checkpointID, "")

func asJSON(value any) string {
	data, _ := json.Marshal(value) // maps of strings always have a JSON form
	return string(data)
}

// leak looks for secrets in all that a run shows.
type leak struct {
	t          *testing.T
	credential credential
	mock       *atlasmock.Server
	url        string
	run        *cli

	echoes    http.HandlerFunc // in place of the mock's answers, if set
	echoToken bool             // the token endpoint's too

	mu      sync.Mutex
	lines   []string
	derived []string // credentials that were made of the secret
}

func newLeak(t *testing.T, c credential) *leak {
	t.Helper()
	var accepts atlasmock.Option
	switch variables := c.env(c.secret); {
	case variables["MONGODB_ATLAS_ACCESS_TOKEN"] != "":
		accepts = atlasmock.WithAccessToken(c.secret)
	case variables["MONGODB_ATLAS_CLIENT_ID"] != "":
		accepts = atlasmock.WithServiceAccount(c.id, c.secret)
	default:
		accepts = atlasmock.WithAPIKey(c.id, c.secret)
	}
	mock, err := atlasmock.New(accepts)
	if err != nil {
		t.Fatal(err)
	}
	l := &leak{t: t, credential: c, mock: mock}
	server := httptest.NewServer(l)
	t.Cleanup(func() {
		mock.Close()
		server.Close()
	})
	l.url = server.URL
	return l
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
	if token, ok := strings.CutPrefix(sent, "Bearer "); ok {
		l.derived = append(l.derived, forms("", token)...)
	}
	l.mu.Unlock()
	authentication := r.Header.Get("Authorization") == "" || atlasmock.MatchToken(r) && !l.echoToken || atlasmock.MatchRevoke(r)
	if l.echoes == nil || authentication {
		l.mock.ServeHTTP(w, r)
		return
	}
	l.echoes(w, r)
}

// echo makes the server answer with what it was told: the credentials that came
// with the request, and the secret in all of its forms.
func (l *leak) echo(status int, contentType string, body func(told []string) string) {
	l.echoes = func(w http.ResponseWriter, r *http.Request) {
		told := append([]string{r.Header.Get("Authorization")}, forms(l.credential.id, l.credential.secret)...)
		if token, ok := strings.CutPrefix(told[0], "Bearer "); ok {
			told = append(told, forms("", token)...)
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="bm9uY2U", algorithm=MD5, qop="auth"`)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body(told))
	}
}

// cli is the CLI with the secret in its environment.
func (l *leak) cli(secret, read string) *cli {
	variables := l.credential.env(secret)
	variables["TF_LOG"] = "TRACE"
	l.run = newCLI(l.t, fmt.Sprintf(`
provider "atlas" {
  base_url = %q
  retry    = { min_delay = "1ms", max_delay = "2ms" }
}
`, l.url)+read, variables)
	return l.run
}

// planAndApply reads in a check, so that plan and state are written although the
// read fails, with its error in them.
func (l *leak) planAndApply(want string) {
	cli := l.cli(l.credential.secret, fmt.Sprintf(`
check "restorable" {
  %s
  assert {
    condition     = data.atlas_legacy_backup_checkpoint.test.restorable
    error_message = "not restorable"
  }
}`, theCheckpoint))
	cli.run("plan", "-out=saved.tfplan")
	cli.run("apply", "saved.tfplan")
	cli.run("show", "-json", "saved.tfplan")
	l.wantOutput(want, "Sent Atlas request", "[TRACE]")
	for _, file := range []string{"saved.tfplan", "terraform.tfstate"} {
		if !strings.Contains(cli.read(file), "restorable") {
			l.t.Errorf("%s does not speak of the read", file)
		}
	}
	l.search(cli.output.String())
}

func (l *leak) wantOutput(texts ...string) {
	l.t.Helper()
	for _, text := range texts {
		if !strings.Contains(l.run.output.String(), text) {
			l.t.Errorf("the output lacks %q:\n%s", text, l.run.output.String())
		}
	}
}

// search looks through the output, the request lines and every file.
func (l *leak) search(output string) {
	l.t.Helper()
	l.mu.Lock()
	texts := map[string]string{"output and logs": output, "request lines": strings.Join(l.lines, "\n")}
	secrets := append(forms(l.credential.id, l.credential.secret), l.derived...)
	l.mu.Unlock()
	err := filepath.WalkDir(l.run.dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			name, _ := filepath.Rel(l.run.dir, path)
			texts[name] = l.run.read(name)
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
