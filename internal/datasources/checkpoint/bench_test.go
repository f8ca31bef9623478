// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

const token = "benchmark"

// cluster serves a cluster with n checkpoints over loopback.
func benchCluster(b *testing.B, n int) (*atlas.Client, *atlasmock.Server, []atlasmock.Generated) {
	b.Helper()
	mock, err := atlasmock.New(atlasmock.WithAccessToken(token), atlasmock.WithoutFixtures())
	if err != nil {
		b.Fatal(err)
	}
	all := mock.PutCheckpoints(atlasmock.ProjectID, "Cluster0", n)
	server := httptest.NewServer(mock)
	b.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	return atlas.New(atlas.Config{BaseURL: base, Credentials: auth.AccessToken{Token: token}}), mock, all
}

// What the list saves: 1,200 checkpoints in pages, beside 1,200 single reads at Terraform's
// parallelism.
func BenchmarkCheckpoints1200(b *testing.B) {
	client, mock, all := benchCluster(b, 1200)
	report := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(mock.Count(http.MethodGet, "/"))/float64(b.N), "requests/op")
		mock.ResetLog()
	}
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			chosen := (&listModel{}).selection()
			total, err := atlas.Each(b.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: atlasmock.ProjectID, ClusterName: "Cluster0"}, nil, chosen.Offer)
			if err != nil || total != len(all) || len(chosen.Documents) != len(all) {
				b.Fatalf("got %d of %d checkpoints: %v", len(chosen.Documents), total, err)
			}
		}
		report(b)
	})
	b.Run("single", func(b *testing.B) {
		for b.Loop() {
			var group sync.WaitGroup
			next := make(chan string)
			for range 10 {
				group.Go(func() {
					for id := range next {
						if _, err := atlas.Get[atlas.Checkpoint](b.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: atlasmock.ProjectID, ClusterName: "Cluster0", ID: id}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for _, c := range all {
				next <- c.ID
			}
			close(next)
			group.Wait()
		}
		report(b)
	})
}

// How far memory grows while one of 5,000 checkpoints is kept: the heap at its highest, above what
// it was before. The mock's own share is in it.
func BenchmarkMemory5000(b *testing.B) {
	client, _, _ := benchCluster(b, 5000)
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapInuse + stats.StackInuse
	}
	runtime.GC()
	idle, peak := heap(), uint64(0)
	for b.Loop() {
		chosen, n := (&listModel{Filters: cluster.Filters{MaxResults: types.NumberValue(big.NewFloat(1))}}).selection(), 0
		_, err := atlas.Each(b.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: atlasmock.ProjectID, ClusterName: "Cluster0"}, nil,
			func(c *atlas.Checkpoint) {
				chosen.Offer(c)
				if n++; n%100 == 0 {
					peak = max(peak, heap())
				}
			})
		if err != nil || len(chosen.Documents) != 1 {
			b.Fatalf("kept %d checkpoints: %v", len(chosen.Documents), err)
		}
	}
	b.ReportMetric(float64(peak-min(peak, idle))/(1<<20), "MiB-above-idle")
}
