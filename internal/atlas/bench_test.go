// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// parallelReads is how many reads Terraform makes at once by default.
const parallelReads = 10

// tallied counts the requests and connections of a server.
type tallied struct {
	*httptest.Server
	requests, opened atomic.Int64
}

func serve(b *testing.B, handler http.Handler) *tallied {
	b.Helper()
	t := &tallied{}
	t.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.requests.Add(1)
		handler.ServeHTTP(w, r)
	}))
	t.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			t.opened.Add(1)
		}
	}
	t.Start()
	b.Cleanup(t.Close)
	return t
}

// repeat makes n calls, so many at a time.
func repeat(b *testing.B, n, atATime int, call func() error) {
	b.Helper()
	var (
		group sync.WaitGroup
		made  atomic.Int64
	)
	for range atATime {
		group.Go(func() {
			for made.Add(1) <= int64(n) {
				if err := call(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// What a read costs in requests, by what the server does.
func BenchmarkReadRequests(b *testing.B) {
	for _, bench := range []struct {
		name        string
		credentials auth.Credentials
		digest      atlasmock.Digest
	}{
		{"digest", atlastest.APIKey, atlasmock.Digest{}},
		{"single-use-nonces", atlastest.APIKey, atlasmock.Digest{SingleUse: true}},
		{"service-account", atlastest.ServiceAccount, atlasmock.Digest{}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			server := serve(b, atlastest.NewMock(b, atlasmock.WithDigest(bench.digest)))
			client := atlastest.NewClient(server.URL, bench.credentials)
			b.ReportAllocs()
			b.ResetTimer()
			repeat(b, b.N, parallelReads, func() error { return atlastest.Read(b.Context(), client) })
			b.StopTimer()
			b.ReportMetric(float64(server.requests.Load())/float64(b.N), "requests/read")
			client.Close(context.Background())
		})
	}
}

// What the client adds to a bare GET of the same document from the same server: with the same
// header (client), and with digest, whose signatures a bare GET does not make. Times and
// allocations contain the server's.
func BenchmarkReadOverhead(b *testing.B) {
	doc := fixture(b)
	server := serve(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(doc)
	}))
	client, digest := atlastest.NewClient(server.URL, atlastest.AccessToken), atlastest.NewClient(server.URL, atlastest.APIKey)
	defer client.Close(context.Background())
	defer digest.Close(context.Background())
	transport := &http.Transport{MaxIdleConnsPerHost: parallelReads}
	defer transport.CloseIdleConnections()
	bare := &http.Client{Transport: transport}

	reads := []struct {
		name string
		call func() error
	}{
		{"bare", func() error { return bareGet(b.Context(), bare, server.URL) }},
		{"client", func() error { return atlastest.Read(b.Context(), client) }},
		{"client-digest", func() error { return atlastest.Read(b.Context(), digest) }},
	}
	for _, mode := range []struct {
		name    string
		atATime int
	}{{"serial", 1}, {"parallel", parallelReads}} {
		for _, read := range reads {
			b.Run(mode.name+"/"+read.name, func(b *testing.B) {
				repeat(b, parallelReads, mode.atATime, read.call) // connections and nonce
				b.ReportAllocs()
				b.ResetTimer()
				repeat(b, b.N, mode.atATime, read.call)
			})
		}
	}
}

func bareGet(ctx context.Context, client *http.Client, base string) error {
	resp, err := client.Do(bareRequest(ctx, base))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, &atlas.Checkpoint{})
}

// fixture is a checkpoint as the mock serves it.
func fixture(b *testing.B) []byte {
	b.Helper()
	resp, err := atlastest.Transport{Handler: atlastest.NewMock(b)}.RoundTrip(bareRequest(b.Context(), "https://atlas.test"))
	if err != nil {
		b.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("no fixture: %s, %v", resp.Status, err)
	}
	return data
}

func bareRequest(ctx context.Context, base string) *http.Request {
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/atlas/v2/groups/"+atlastest.ProjectID+
		"/clusters/"+atlastest.ClusterName+"/backupCheckpoints/"+atlastest.CheckpointID, nil)
	req.Header.Set("Authorization", "Bearer "+atlastest.AccessToken.Token)
	req.Header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
	return req
}

// A run of Terraform with 1,000 reads, ten at a time.
func BenchmarkReadThousand(b *testing.B) {
	const reads = 1000
	var requests, opened int64
	for b.Loop() {
		server := serve(b, atlastest.NewMock(b))
		client := atlastest.NewClient(server.URL, atlastest.APIKey)
		repeat(b, reads, parallelReads, func() error { return atlastest.Read(b.Context(), client) })
		client.Close(context.Background())
		requests += server.requests.Load()
		opened += server.opened.Load()
		server.Close()
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests")
	b.ReportMetric(float64(opened)/float64(b.N), "connections")
}
