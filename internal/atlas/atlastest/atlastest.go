// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package atlastest is the harness for tests of the API client: a client of a handler or a mock
// Atlas, reads, and checks.
package atlastest

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

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// What the mock holds, and a project that it does not.
const (
	ProjectID    = atlasmock.ProjectID
	ClusterName  = atlasmock.ShardedCluster
	CheckpointID = atlasmock.ShardedCheckpointID

	OtherProjectID = "6a1b2c3d4e5f60718293a4b5"

	// TokenPath and RevokePath are the paths of the token endpoint.
	TokenPath  = "/api/oauth/token"
	RevokePath = "/api/oauth/revoke"
)

// Credentials that the mock accepts.
var (
	APIKey         = auth.APIKey{PublicKey: "rmqvjxkz", PrivateKey: "2f6e1b0c-8d3a-4e57-9c41-7ab5d2e90f36", Origin: "the API key's origin"}
	ServiceAccount = auth.ServiceAccount{ClientID: "mdb_sa_id_5f1e2d3c", ClientSecret: "mdb_sa_sk_Zk9+x/w=", Origin: "the service account's origin"}
	AccessToken    = auth.AccessToken{Token: "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", Origin: "the access token's origin"}
)

// NewMock starts a mock Atlas that accepts the three kinds of credentials above.
func NewMock(tb testing.TB, options ...atlasmock.Option) *atlasmock.Server {
	tb.Helper()
	mock, err := atlasmock.New(append([]atlasmock.Option{
		atlasmock.WithAPIKey(APIKey.PublicKey, APIKey.PrivateKey),
		atlasmock.WithServiceAccount(ServiceAccount.ClientID, ServiceAccount.ClientSecret),
		atlasmock.WithAccessToken(AccessToken.Token),
	}, options...)...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(mock.Close)
	return mock
}

// An Option changes a client's configuration.
type Option = func(*atlas.Config)

// InProcess returns a client that reaches a handler without a network.
func InProcess(handler http.Handler, credentials auth.Credentials, settings ...Option) *atlas.Client {
	return NewClient("https://atlas.test", credentials, append([]Option{WithTransport(Transport{handler})}, settings...)...)
}

// OverTCP returns a client that reaches a handler over loopback connections.
func OverTCP(tb testing.TB, handler http.Handler, credentials auth.Credentials, settings ...Option) *atlas.Client {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	client := NewClient(server.URL, credentials, settings...)
	tb.Cleanup(func() { client.Close(context.WithoutCancel(tb.Context())) })
	return client
}

// NewClient returns a client of a server.
func NewClient(baseURL string, credentials auth.Credentials, settings ...Option) *atlas.Client {
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

// WithTransport replaces the network.
func WithTransport(transport http.RoundTripper) Option {
	return func(c *atlas.Config) { c.Transport = transport }
}

// WithClock replaces the clock.
func WithClock(clock rest.Clock) Option { return func(c *atlas.Config) { c.Clock = clock } }

// WithoutWaits replaces the clock by one on which every wait is over at once.
func WithoutWaits(c *atlas.Config) { c.Clock = NewClock() }

// WithDelays sets the bounds of the backoff.
func WithDelays(low, high time.Duration) Option {
	return func(c *atlas.Config) { c.Retry.MinDelay, c.Retry.MaxDelay = low, high }
}

// WithTimeout limits each attempt.
func WithTimeout(d time.Duration) Option { return func(c *atlas.Config) { c.RequestTimeout = d } }

// WithAttempts limits the attempts of a read.
func WithAttempts(n int) Option { return func(c *atlas.Config) { c.Retry.MaxAttempts = n } }

// WithEnvelope requests envelopes.
func WithEnvelope(c *atlas.Config) { c.Envelope = true }

// Read reads one checkpoint of the mock.
func Read(ctx context.Context, client *atlas.Client) error {
	return ReadOf(ctx, client, ProjectID)
}

// ReadOf reads the same checkpoint of another project.
func ReadOf(ctx context.Context, client *atlas.Client, project string) error {
	_, err := Get(ctx, client, atlas.Target{ProjectID: project, ClusterName: ClusterName, ID: CheckpointID})
	return err
}

// Get reads a checkpoint.
func Get(ctx context.Context, client *atlas.Client, target atlas.Target) (*atlas.Checkpoint, error) {
	return atlas.Get[atlas.Checkpoint](ctx, client, atlas.Checkpoints, target)
}

// Each visits the cluster's checkpoints.
func Each(t *testing.T, client *atlas.Client, visit func(*atlas.Checkpoint)) (total int, err error) {
	t.Helper()
	return atlas.Each(t.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: ProjectID, ClusterName: ClusterName}, nil, visit)
}

// Ignore visits a checkpoint without looking at it.
func Ignore(*atlas.Checkpoint) {}

// Parallel runs n calls at the same time and returns their errors.
func Parallel(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = call(i) })
	}
	group.Wait()
	return errs
}

// ReadParallel makes n reads at the same time, all of which must succeed.
func ReadParallel(t *testing.T, n int, client *atlas.Client) {
	t.Helper()
	for i, err := range Parallel(n, func(int) error { return Read(t.Context(), client) }) {
		if err != nil {
			t.Errorf("read %d of %d: %v", i+1, n, err)
		}
	}
}

// MustRead makes one read, which must succeed.
func MustRead(t *testing.T, client *atlas.Client) {
	t.Helper()
	if err := Read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
}

// WantNoError checks that a call succeeded.
func WantNoError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// AllFail makes n reads at the same time, which must fail in the same way.
func AllFail(t *testing.T, n int, client *atlas.Client, want rest.Kind) []*rest.Error {
	t.Helper()
	var failures []*rest.Error
	for _, err := range Parallel(n, func(int) error { return Read(t.Context(), client) }) {
		failures = append(failures, WantKind(t, err, want))
	}
	return failures
}

// Start runs a call of a bubble until it waits for something. The result waits for its end.
func Start(call func()) (end func()) {
	var group sync.WaitGroup
	group.Go(call)
	synctest.Wait()
	return group.Wait
}

// WantDuration checks how long a call takes, in a bubble.
func WantDuration(t *testing.T, want time.Duration, call func()) {
	t.Helper()
	begun := time.Now()
	call()
	if took := time.Since(begun); took != want {
		t.Errorf("took %s, want %s", took, want)
	}
}

// WantError returns the error of a read that must fail.
func WantError(t *testing.T, err error) *rest.Error {
	t.Helper()
	var e *rest.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *rest.Error", err)
	}
	return e
}

// WantKind checks how a read failed.
func WantKind(t *testing.T, err error, want rest.Kind) *rest.Error {
	t.Helper()
	e := WantError(t, err)
	if e.Kind != want {
		t.Fatalf("got kind %d, want %d: %v", e.Kind, want, e)
	}
	return e
}

// WantKindAsync is WantKind for a goroutine, which can't end the test.
func WantKindAsync(t *testing.T, err error, want rest.Kind) {
	t.Helper()
	if e, ok := err.(*rest.Error); !ok || e.Kind != want { //nolint:errorlint // the client returns no other
		t.Errorf("got %v, want kind %d", err, want)
	}
}

// WantCount checks a number of things.
func WantCount(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%d %s, want %d", got, what, want)
	}
}

// WantAtMost checks that a number of things is not above a limit.
func WantAtMost(t *testing.T, what string, got, limit int) {
	t.Helper()
	if got > limit {
		t.Errorf("%d %s, want at most %d", got, what, limit)
	}
}
