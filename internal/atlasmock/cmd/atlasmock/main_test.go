// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	clusterPath    = "/api/atlas/v2/groups/" + atlasmock.ProjectID + "/clusters/" + atlasmock.ShardedCluster + "/"
	checkpointPath = clusterPath + "backupCheckpoints/" + atlasmock.ShardedCheckpointID
)

func TestParseSettings(t *testing.T) {
	defaults := func(addr string) settings {
		return settings{addr: addr, publicKey: "mockpublic", privateKey: "mock-private-key", algorithm: "MD5"}
	}
	for args, want := range map[string]settings{
		"":                  defaults("127.0.0.1:0"),
		"-addr localhost:1": defaults("localhost:1"),
		"-addr 127.1.2.3:1": defaults("127.1.2.3:1"),
		"-addr [::1]:80 -url-file f -log -fixtures . -fresh -public-key a -private-key b -client-id c -client-secret d " +
			"-access-token e -algorithm SHA-256 -single-use -latency 50ms -rate-limit 50,2.5 -path-prefix /p -fault 503": {
			addr: "[::1]:80", urlFile: "f", log: true, fixtures: ".", fresh: true,
			publicKey: "a", privateKey: "b", clientID: "c", clientSecret: "d", accessToken: "e",
			algorithm: "SHA-256", singleUse: true, latency: 50 * time.Millisecond, capacity: 50, refill: 2.5, pathPrefix: "/p", fault: "503",
		},
	} {
		if got, err := parseSettings(strings.Fields(args), io.Discard); err != nil || got != want {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", args, got, err, want)
		}
	}
}

func TestRun_refuses(t *testing.T) {
	for args, want := range map[string]struct {
		code   int
		output string
	}{
		"-help":                          {0, "Usage: atlasmock [flags]"},
		"-addr :80":                      {2, `":80" is not loopback`},
		"-addr 0.0.0.0:80":               {2, `"0.0.0.0:80" is not loopback`},
		"-addr example.com:80":           {2, `"example.com:80" is not loopback`},
		"-addr 127.0.0.1":                {2, "missing port"},
		"x":                              {2, `unexpected argument "x"`},
		"-x":                             {2, "flag provided but not defined: -x"},
		"-rate-limit 5":                  {2, "want two numbers"},
		"-rate-limit 0,1":                {2, "must be above zero"},
		"-rate-limit a,b":                {2, "invalid syntax"},
		"-private-key=":                  {1, "both halves are needed"},
		"-client-id x":                   {1, "both halves are needed"},
		"-algorithm MD4":                 {1, `"MD4" is neither MD5 nor SHA-256`},
		"-latency -1s":                   {1, "negative"},
		"-fixtures testdata/nowhere":     {2, "-fixtures: open testdata/nowhere"},
		"-path-prefix p":                 {1, "must begin with a slash"},
		"-fault x":                       {2, `-fault: "x" is none of cloud-backup, expired-token, rate-limit`},
		"-fault expired-token":           {2, "needs -access-token"},
		"-fault 200":                     {2, `-fault: "200" is none of`},
		"-url-file testdata/nowhere/url": {1, "testdata/nowhere"},
	} {
		var output bytes.Buffer
		code := run(t.Context(), strings.Fields(args), io.Discard, &output)
		if code != want.code || !strings.Contains(output.String(), want.output) {
			t.Errorf("%s: got exit code %d, want %d; got output %q, want it to contain %q",
				args, code, want.code, output.String(), want.output)
		}
	}
}

// What to set for each way to authenticate, and what there is to read.
func TestSettings_describe(t *testing.T) {
	folder := t.TempDir()
	document := path.Join(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, atlasmock.ShardedCheckpointID+".json")
	if err := os.CopyFS(folder, fstest.MapFS{document: {Data: []byte(minimalFixture), Mode: 0o600}}); err != nil {
		t.Fatal(err)
	}
	const contents = "\nThe fixtures, as <project id>/<cluster name>/<collection>/<id>:\n" +
		"  5e4229180a6f3c2b9d7e4a10/Cluster0/backupCheckpoints/64fffe68c1d2a7049b3e5f60\n"
	for args, want := range map[string]string{
		"": "\nexport MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1\nexport MONGODB_ATLAS_PUBLIC_API_KEY='mockpublic'\n" +
			"export MONGODB_ATLAS_PRIVATE_API_KEY='mock-private-key'\n",
		"-public-key= -access-token it's": "\nexport MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1\nexport MONGODB_ATLAS_ACCESS_TOKEN='it'\\''s'\n",
		"-public-key= -client-id i -client-secret s": "\nexport MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1\n" +
			"export MONGODB_ATLAS_CLIENT_ID='i'\nexport MONGODB_ATLAS_CLIENT_SECRET='s'\n",
		"-public-key=": "",
	} {
		s, err := parseSettings(append(strings.Fields(args), "-fixtures", folder), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		s.describe("http://127.0.0.1:1", &got)
		if want := "listening on http://127.0.0.1:1\n" + want + contents; got.String() != want {
			t.Errorf("%s: got\n%s\nwant\n%s", args, got.String(), want)
		}
	}
}

// What goes wrong, by name.
func TestRun_faults(t *testing.T) {
	for _, test := range []struct {
		fault, path string
		status      int
		code        string
	}{
		{"cloud-backup", checkpointPath, 400, "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP"},
		{"cloud-backup", clusterPath + atlasmock.Snapshots, 400, "INCORRECT_BACKUP_API_ENDPOINT"},
		{"expired-token", checkpointPath, 401, "UNEXPECTED_ERROR"},
		{"rate-limit", checkpointPath, 429, "RATE_LIMITED_TOKEN_BUCKET"},
		{"upgraded", checkpointPath, 400, "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP"},
		{"upgraded", clusterPath + atlasmock.Schedule, 400, "INCORRECT_BACKUP_API_ENDPOINT"},
		{"upgraded", clusterPath + atlasmock.Snapshots, 200, ""},
		{"503", checkpointPath, 503, ""},
	} {
		resp, body := launch(t, "-access-token", "t", "-path-prefix", "/gateway", "-fault", test.fault).get("/gateway"+test.path, "Bearer t")
		if resp.StatusCode != test.status || resp.Header.Get("X-Error-Code") != test.code {
			t.Errorf("%s %s: got %+v: %s", test.fault, test.path, resp, body)
		}
	}
}

// running is the command at work.
type running struct {
	t    *testing.T
	url  string
	stop func() (code int, stderr string)
}

func launch(t *testing.T, args ...string) *running {
	t.Helper()
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stdout, output := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, output, stderr)
		_ = output.Close() // a pipe's end has no error to tell
	}()
	stop := sync.OnceValues(func() (int, string) {
		cancel()
		ended := <-code
		text, err := os.ReadFile(stderr.Name())
		if err := errors.Join(err, stderr.Close()); err != nil {
			t.Error(err)
		}
		return ended, string(text)
	})
	t.Cleanup(func() { stop() })

	lines := bufio.NewReader(stdout)
	line, _ := lines.ReadString('\n')
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	url := regexp.MustCompile(`^listening on (http://127\.0\.0\.1:\d+)(?:/gateway)?\n$`).FindStringSubmatch(line)
	if url == nil {
		_, text := stop()
		t.Fatalf("first line is %q: %s", line, text)
	}
	return &running{t: t, url: url[1], stop: stop}
}

func (r *running) get(target, authorization string) (*http.Response, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+target, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
	req.Header.Set("Authorization", authorization)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		r.t.Fatal(err)
	}
	return resp, string(body)
}

func TestRun_serves(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	r := launch(t, "-access-token", "letmein", "-url-file", file, "-log", "-algorithm", "SHA-256", "-rate-limit", "9,1")

	refused, _ := r.get(checkpointPath, "")
	if challenge := refused.Header.Get("WWW-Authenticate"); refused.StatusCode != 401 || !strings.Contains(challenge, "algorithm=SHA-256") {
		t.Errorf("got status %d, challenge %q", refused.StatusCode, challenge)
	}
	got, body := r.get(checkpointPath+"?pretty=false", "Bearer letmein")
	if got.StatusCode != 200 || got.Header.Get("RateLimit-Remaining") != "8" ||
		!strings.Contains(body, `"id":"`+atlasmock.ShardedCheckpointID+`"`) {
		t.Errorf("got %+v, body %s", got, body)
	}

	code, log := r.stop()
	if want := "GET " + checkpointPath + " 401\nGET " + checkpointPath + "?pretty=false 200\n"; code != 0 || log != want {
		t.Errorf("got exit code %d, log\n%s\nwant 0 and\n%s", code, log, want)
	}
	written, err := os.ReadFile(file)
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	if err != nil || string(written) != r.url+"\n" || len(files) != 1 {
		t.Errorf("url file holds %q (%v), want %q; all files: %q", written, err, r.url+"\n", files)
	}
}

func TestRun_ownFixtures(t *testing.T) {
	folder := t.TempDir()
	document := path.Join(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID+".json")
	fixtures := fstest.MapFS{document: {Data: []byte(`{"completed":"2001-01-01T00:00:00Z"}`), Mode: 0o600}}
	if err := os.CopyFS(folder, fixtures); err != nil {
		t.Fatal(err)
	}
	for fresh, want := range map[string]string{"-fresh=false": "2001-01-01T00:00:00", "-fresh": `20[2-9]\d-[^"]+`} {
		_, body := launch(t, "-access-token", "t", "-fixtures", folder, fresh).get(checkpointPath, "Bearer t")
		if !regexp.MustCompile(`^{"completed":"` + want + `Z"}$`).MatchString(body) {
			t.Errorf("%s: got %s, want %s", fresh, body, want)
		}
	}
}

// A response that is held back does not hold back the end: it is given before the command stops.
func TestRun_stopsWhileResponding(t *testing.T) {
	r := launch(t, "-latency", "1h")
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// The server asks for the body once it is at work on the request.
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
	responses := bufio.NewReader(conn)
	if line, err := responses.ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("got %q (%v)", line, err)
	}
	_, _ = io.WriteString(conn, "x")
	if code, log := r.stop(); code != 0 {
		t.Errorf("got exit code %d: %s", code, log)
	}
	if rest, err := io.ReadAll(responses); err != nil || !strings.Contains(string(rest), "HTTP/1.1 404 Not Found\r\n") {
		t.Errorf("the response was lost: %q (%v)", rest, err)
	}
}
