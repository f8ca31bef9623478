// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	projectID    = atlasmock.ProjectID
	clusterName  = atlasmock.ShardedCluster
	checkpointID = atlasmock.ShardedCheckpointID

	otherProjectID = "6a1b2c3d4e5f60718293a4b5"

	tokenPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
)

var (
	apiKey         = auth.APIKey{PublicKey: "rmqvjxkz", PrivateKey: "2f6e1b0c-8d3a-4e57-9c41-7ab5d2e90f36", Origin: "the API key's origin"}
	serviceAccount = auth.ServiceAccount{ClientID: "mdb_sa_id_5f1e2d3c", ClientSecret: "mdb_sa_sk_Zk9+x/w=", Origin: "the service account's origin"}
	accessToken    = auth.AccessToken{Token: "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", Origin: "the access token's origin"}
)

// newMock is the imitated Atlas, which accepts all three kinds of credentials.
func newMock(tb testing.TB, options ...atlasmock.Option) *atlasmock.Server {
	tb.Helper()
	mock, err := atlasmock.New(append([]atlasmock.Option{
		atlasmock.WithAPIKey(apiKey.PublicKey, apiKey.PrivateKey),
		atlasmock.WithServiceAccount(serviceAccount.ClientID, serviceAccount.ClientSecret),
		atlasmock.WithAccessToken(accessToken.Token),
	}, options...)...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(mock.Close)
	return mock
}

type setting = func(*atlas.Config)

// inProcess returns a client of a handler that it reaches without a network.
func inProcess(handler http.Handler, credentials auth.Credentials, settings ...setting) *atlas.Client {
	return newClient("https://atlas.test", credentials, append([]setting{over(wire{handler})}, settings...)...)
}

// overTCP returns a client that reaches a handler over loopback connections.
func overTCP(tb testing.TB, handler http.Handler, credentials auth.Credentials, settings ...setting) *atlas.Client {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	client := newClient(server.URL, credentials, settings...)
	tb.Cleanup(func() { client.Close(context.Background()) })
	return client
}

func newClient(baseURL string, credentials auth.Credentials, settings ...setting) *atlas.Client {
	base, err := url.Parse(baseURL)
	if err != nil {
		panic(err) // a mistake in the test
	}
	config := atlas.Config{BaseURL: base, Credentials: credentials, UserAgent: "test"}
	for _, set := range settings {
		set(&config)
	}
	return atlas.New(config)
}

func over(transport http.RoundTripper) setting {
	return func(c *atlas.Config) { c.Transport = transport }
}

func by(clock rest.Clock) setting { return func(c *atlas.Config) { c.Clock = clock } }

// instantly ends every wait at once.
func instantly(c *atlas.Config) { c.Clock = acctest.NewClock() }

// delays are the bounds of a backoff.
func delays(low, high time.Duration) setting {
	return func(c *atlas.Config) { c.Retry.MinDelay, c.Retry.MaxDelay = low, high }
}

func timeout(d time.Duration) setting { return func(c *atlas.Config) { c.RequestTimeout = d } }

func attempts(n int) setting { return func(c *atlas.Config) { c.Retry.MaxAttempts = n } }

func enveloped(c *atlas.Config) { c.Envelope = true }

// read reads the one checkpoint that most tests read.
func read(ctx context.Context, client *atlas.Client) error {
	return readOf(ctx, client, projectID)
}

func readOf(ctx context.Context, client *atlas.Client, project string) error {
	_, err := get(ctx, client, atlas.Target{ProjectID: project, ClusterName: clusterName, ID: checkpointID})
	return err
}

func get(ctx context.Context, client *atlas.Client, target atlas.Target) (*atlas.Checkpoint, error) {
	return atlas.Get[atlas.Checkpoint](ctx, client, atlas.Checkpoints, target)
}

// each visits the cluster's checkpoints.
func each(t *testing.T, client *atlas.Client, visit func(*atlas.Checkpoint)) (total int, err error) {
	t.Helper()
	return atlas.Each(t.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: projectID, ClusterName: clusterName}, nil, visit)
}

func ignore(*atlas.Checkpoint) {}

// together runs n calls at the same time and returns their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = call(i) })
	}
	group.Wait()
	return errs
}

// readTogether makes n reads at the same time, all of which must succeed.
func readTogether(t *testing.T, n int, client *atlas.Client) {
	t.Helper()
	for i, err := range together(n, func(int) error { return read(t.Context(), client) }) {
		if err != nil {
			t.Errorf("read %d of %d: %v", i+1, n, err)
		}
	}
}

// mustRead makes one read, which must succeed.
func mustRead(t *testing.T, client *atlas.Client) {
	t.Helper()
	if err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
}

func mustSucceed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// allFail makes n reads at the same time, which must fail in the same way.
func allFail(t *testing.T, n int, client *atlas.Client, want rest.Kind) []*rest.Error {
	t.Helper()
	var failures []*rest.Error
	for _, err := range together(n, func(int) error { return read(t.Context(), client) }) {
		failures = append(failures, wantKind(t, err, want))
	}
	return failures
}

// start runs a call of a bubble until it waits for something. The result waits for
// its end.
func start(call func()) (end func()) {
	var group sync.WaitGroup
	group.Go(call)
	synctest.Wait()
	return group.Wait
}

// takes checks how long a call takes, in a bubble.
func takes(t *testing.T, want time.Duration, call func()) {
	t.Helper()
	begun := time.Now()
	call()
	if took := time.Since(begun); took != want {
		t.Errorf("took %s, want %s", took, want)
	}
}

// failure returns the error of a read that must fail.
func failure(t *testing.T, err error) *rest.Error {
	t.Helper()
	var e *rest.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *rest.Error", err)
	}
	return e
}

// wantKind checks how a read failed.
func wantKind(t *testing.T, err error, want rest.Kind) *rest.Error {
	t.Helper()
	e := failure(t, err)
	if e.Kind != want {
		t.Fatalf("got kind %d, want %d: %v", e.Kind, want, e)
	}
	return e
}

// wantKindAsync is wantKind for a goroutine, which can't end the test.
func wantKindAsync(t *testing.T, err error, want rest.Kind) {
	t.Helper()
	if e, ok := err.(*rest.Error); !ok || e.Kind != want { //nolint:errorlint // the client returns no other
		t.Errorf("got %v, want kind %d", err, want)
	}
}

func wantCount(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%d %s, want %d", got, what, want)
	}
}

func wantAtMost(t *testing.T, what string, got, limit int) {
	t.Helper()
	if got > limit {
		t.Errorf("%d %s, want at most %d", got, what, limit)
	}
}
