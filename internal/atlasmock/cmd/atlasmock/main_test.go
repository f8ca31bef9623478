// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const checkpointPath = "/api/atlas/v2/groups/" + atlasmock.ProjectID + "/clusters/" +
	atlasmock.ShardedCluster + "/backupCheckpoints/" + atlasmock.ShardedCheckpointID

func TestParseSettings(t *testing.T) {
	defaults := func(addr string) settings {
		return settings{addr: addr, publicKey: "mockpublic", privateKey: "mock-private-key", algorithm: "MD5"}
	}
	for args, want := range map[string]settings{
		"":                  defaults("127.0.0.1:0"),
		"-addr localhost:1": defaults("localhost:1"),
		"-addr 127.1.2.3:1": defaults("127.1.2.3:1"),
		"-addr [::1]:80 -url-file f -log -fixtures d -fresh -public-key a -private-key b -client-id c -client-secret d " +
			"-access-token e -algorithm SHA-256 -single-use -latency 50ms -rate-limit 50,2.5": {
			addr: "[::1]:80", urlFile: "f", log: true, fixtures: "d", fresh: true,
			publicKey: "a", privateKey: "b", clientID: "c", clientSecret: "d", accessToken: "e",
			algorithm: "SHA-256", singleUse: true, latency: 50 * time.Millisecond, capacity: 50, refill: 2.5,
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
		"-fixtures testdata/nowhere":     {1, "loading fixtures"},
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

// running is the command at work.
type running struct {
	t      *testing.T
	url    string
	stderr *safeBuffer
	stop   func() int
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func launch(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, output := io.Pipe()
	stderr := &safeBuffer{}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, output, stderr)
		_ = output.Close() // a pipe's end has no error to tell
	}()
	stop := sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { stop() })

	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	url, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "listening on ")
	if !ok || !regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`).MatchString(url) {
		t.Fatalf("first line is %q", line)
	}
	return &running{t: t, url: url, stderr: stderr, stop: stop}
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

	if code := r.stop(); code != 0 {
		t.Errorf("got exit code %d: %s", code, r.stderr)
	}
	if want := "GET " + checkpointPath + " 401\nGET " + checkpointPath + "?pretty=false 200\n"; r.stderr.String() != want {
		t.Errorf("log:\n got %s\nwant %s", r.stderr, want)
	}
	written, err := os.ReadFile(file)
	if err != nil || string(written) != r.url+"\n" {
		t.Errorf("url file holds %q (%v), want %q", written, err, r.url+"\n")
	}
	rest, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(rest) != 1 {
		t.Errorf("beside the url file: %v (%v)", rest, err)
	}
}

func TestRun_ownFixtures(t *testing.T) {
	folder := t.TempDir()
	cluster := filepath.Join(folder, atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints)
	if err := os.MkdirAll(cluster, 0o755); err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(cluster, atlasmock.ShardedCheckpointID+".json")
	if err := os.WriteFile(document, []byte(`{"completed":"2001-01-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, body := launch(t, "-access-token", "t", "-fixtures", folder).get(checkpointPath, "Bearer t")
	if body != `{"completed":"2001-01-01T00:00:00Z"}` {
		t.Errorf("got %s", body)
	}
	_, body = launch(t, "-access-token", "t", "-fixtures", folder, "-fresh").get(checkpointPath, "Bearer t")
	if !regexp.MustCompile(`^{"completed":"20[2-9]\d-[^"]+Z"}$`).MatchString(body) {
		t.Errorf("got %s, want a time of today", body)
	}
}

// An answer that is held back does not hold back the end: it is given before the command stops.
func TestRun_stopsWhileAnswering(t *testing.T) {
	r := launch(t, "-latency", "1h")
	arrived := make(chan struct{})
	body := &signalReader{Reader: strings.NewReader("x"), asked: sync.OnceFunc(func() { close(arrived) })}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 1
	req.Header.Set("Expect", "100-continue")
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()

	answered := make(chan error, 1)
	go func() {
		resp, err := transport.RoundTrip(req)
		if err == nil {
			err = resp.Body.Close()
		}
		answered <- err
	}()
	<-arrived
	if code := r.stop(); code != 0 {
		t.Errorf("got exit code %d: %s", code, r.stderr)
	}
	if err := <-answered; err != nil {
		t.Errorf("the answer was lost: %v", err)
	}
}

// signalReader is a body that tells when the server asks for it, which it does once it is at work on
// the request.
type signalReader struct {
	io.Reader

	asked func()
}

func (r *signalReader) Read(p []byte) (int, error) {
	r.asked()
	return r.Reader.Read(p)
}
