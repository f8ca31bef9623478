// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// subject is what every test asks for.
var subject = atlasdiag.Subject{
	ProjectID:    "32b6e34b3d91647abb20e7b8",
	ClusterName:  "Cluster0",
	CheckpointID: "5c6c64e1fd6c9f0b8e6d4c11",
}

const (
	host = "cloud.mongodb.example"

	wanted         = `checkpoint "5c6c64e1fd6c9f0b8e6d4c11" of cluster "Cluster0" in project "32b6e34b3d91647abb20e7b8"`
	askedForRead   = "Asked for " + wanted + " at " + host + "."
	askedForToken  = "Asked for an access token at " + host + "/api/oauth/token, to read " + wanted + "."
	checkpointPath = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backupCheckpoints/5c6c64e1fd6c9f0b8e6d4c11"
)

var (
	apiKey = atlas.APIKey{
		PublicKey: "publickey", PrivateKey: "private-secret",
		Origin: "public_key and private_key in the provider block",
	}
	serviceAccount = atlas.ServiceAccount{
		ClientID: "mdb_sa_id_1", ClientSecret: "mdb_sa_sk_secret",
		Origin: "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
	}
	accessToken = atlas.AccessToken{Token: "token-secret", Origin: "access_token in the provider block"}

	secrets = []string{
		"private-secret", "mdb_sa_sk_secret", "token-secret", proxyPassword,
		base64.StdEncoding.EncodeToString([]byte("mdb_sa_id_1:mdb_sa_sk_secret")),
	}
)

// failure is one way for a read to fail, and what the user is to be told.
type failure struct {
	// server answers in Atlas' place.
	server http.HandlerFunc
	// credentials are accessToken if left out.
	credentials atlas.Credentials
	// configure changes the client, whose one attempt goes to the server.
	configure func(*testing.T, *atlas.Config)
	// timeout is the read's, where its length matters.
	timeout time.Duration

	summary   string
	attribute string // empty for none
	asked     string // askedForRead if left out
	said      string // what Atlas said, in full; a port is written PORT
	advice    []string
}

func run(t *testing.T, failures map[string]failure) {
	t.Helper()

	for name, f := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f.assert(t, f.read(t, f.client(t)))
		})
	}
}

// client returns one whose requests go to the failure's server, whatever the host.
func (f failure) client(t *testing.T) *atlas.Client {
	t.Helper()

	cfg := atlas.Config{
		BaseURL:     &url.URL{Scheme: "http", Host: host},
		Credentials: accessToken,
		Retry:       atlas.RetryPolicy{MaxAttempts: 1},
		Clock:       &instantClock{now: time.Now()},
	}
	if f.server != nil {
		server := httptest.NewUnstartedServer(f.server)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		t.Cleanup(server.Close)
		cfg.Transport = dialling(server.Listener.Addr().String())
	}
	if f.credentials != nil {
		cfg.Credentials = f.credentials
	}
	if f.configure != nil {
		f.configure(t, &cfg)
	}
	client := atlas.New(cfg)
	t.Cleanup(func() { client.Close(context.Background()) })
	return client
}

func (f failure) read(t *testing.T, client *atlas.Client) diag.Diagnostics {
	t.Helper()

	ctx := t.Context()
	if f.timeout != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	return readWith(ctx, client)
}

func readWith(ctx context.Context, client *atlas.Client) diag.Diagnostics {
	_, err := client.LegacyBackupCheckpoint(ctx, subject.ProjectID, subject.ClusterName, subject.CheckpointID)
	return atlasdiag.Read(subject, err)
}

var port = regexp.MustCompile(`127\.0\.0\.1:\d+`)

func (f failure) assert(t *testing.T, diags diag.Diagnostics) {
	t.Helper()

	if len(diags) != 1 {
		t.Fatalf("got %d diagnostics, want 1: %v", len(diags), diags)
	}
	got := diags[0]
	if got.Severity() != diag.SeverityError {
		t.Errorf("severity %s", got.Severity())
	}
	if got.Summary() != f.summary {
		t.Errorf("summary %q, want %q", got.Summary(), f.summary)
	}
	assertAttribute(t, got, f.attribute)
	assertReadable(t, got)

	parts := strings.Split(got.Detail(), "\n\n")
	if len(parts) != 3 {
		t.Fatalf("got %d parts, want what was asked, what Atlas said and what to do:\n%s", len(parts), got.Detail())
	}
	if want := cmp.Or(f.asked, askedForRead); parts[0] != want {
		t.Errorf("asked: %s\nwant: %s", parts[0], want)
	}
	if said := port.ReplaceAllString(parts[1], "127.0.0.1:PORT"); said != f.said {
		t.Errorf("said:\n%s\nwant:\n%s", said, f.said)
	}
	if !strings.HasPrefix(parts[2], "What to do: ") {
		t.Errorf("advice: %s", parts[2])
	}
	for _, fact := range f.advice {
		if !strings.Contains(parts[2], fact) {
			t.Errorf("advice lacks %q: %s", fact, parts[2])
		}
	}
}

func assertAttribute(t *testing.T, got diag.Diagnostic, want string) {
	t.Helper()

	withPath, ok := got.(diag.DiagnosticWithPath)
	switch {
	case want == "" && ok:
		t.Errorf("at %s, want no attribute", withPath.Path())
	case want != "" && !ok:
		t.Errorf("at no attribute, want %s", want)
	case want != "" && !withPath.Path().Equal(path.Root(want)):
		t.Errorf("at %s, want %s", withPath.Path(), want)
	}
}

// unreadable finds what a person can't read: Go's way of writing structs,
// pointers and formatting mistakes, and texts put together badly.
var unreadable = regexp.MustCompile(`[{}&]|0x|%!|<nil>|\.\.|\. \.|,[.,]|:[.:]|: \.|  |\(\)|""|: *(\n|$)|\n\n\n`)

// quotation is the one place where the server's own characters stand.
var quotation = regexp.MustCompile(`(?m)^The answer begins: .+$`)

func assertReadable(t *testing.T, got diag.Diagnostic) {
	t.Helper()

	if strings.ContainsAny(got.Summary(), "0123456789\"{}:.\n") {
		t.Errorf("summary is not static: %q", got.Summary())
	}
	if found := unreadable.FindString(quotation.ReplaceAllString(got.Detail(), "quotation")); found != "" {
		t.Errorf("unreadable at %q:\n%s", found, got.Detail())
	}
	for _, secret := range secrets {
		if strings.Contains(got.Detail(), secret) {
			t.Errorf("shows %q:\n%s", secret, got.Detail())
		}
	}
}

// answer is a server that always says the same. headers are names and values in turn.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// dialling returns a transport that makes each connection to one address.
func dialling(address string) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
}

// instantClock waits without waiting.
type instantClock struct{ now time.Time }

func (c *instantClock) Now() time.Time { return c.now }

func (c *instantClock) Sleep(_ context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return nil
}
