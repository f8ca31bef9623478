// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"go.uber.org/goleak"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Closed, the provider leaves no goroutine and no connection behind: not after
// its reads, and not when Terraform stopped it in the middle of them. The test is
// not parallel to others, whose goroutines it would see.
func TestClose_leavesNothingBehind(t *testing.T) {
	const reads = 64
	for name, login := range map[string]map[string]string{
		"API key": {
			"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_API_KEY": "private",
		},
		"service account": {
			"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_1", "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_2",
		},
		"access token": {"MONGODB_ATLAS_ACCESS_TOKEN": "token"},
	} {
		for _, stopped := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/stopped=%t", name, stopped), func(t *testing.T) {
				mock, err := atlasmock.New(atlasmock.WithAccessToken("token"),
					atlasmock.WithAPIKey("public", "private"), atlasmock.WithServiceAccount("mdb_sa_id_1", "mdb_sa_sk_2"))
				if err != nil {
					t.Fatal(err)
				}
				server := httptest.NewServer(mock)
				defer server.Close()
				before := goleak.IgnoreCurrent()
				r := newRPC(t, login)
				assertDiagnostics(t, r.configure(config{"base_url": server.URL}))

				_, got := r.get(t.Context(), "atlas_legacy_backup_checkpoint", checkpointArguments(nil))
				assertDiagnostics(t, got) // now they share a nonce, or a token

				var want []diagnostic
				if stopped {
					want = []diagnostic{{summary: "The read was interrupted"}}
					var asking sync.WaitGroup
					asking.Add(reads)
					mock.Fail(atlasmock.FaultHang().Repeat(atlasmock.Forever).On(func(r *http.Request) bool {
						read := atlasmock.MatchAPI(r)
						if read {
							asking.Done()
						}
						return read
					}))
					go func() {
						asking.Wait()
						_, _ = r.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
					}()
				}
				var group sync.WaitGroup
				for range reads {
					group.Go(func() {
						_, got := r.get(t.Context(), "atlas_legacy_backup_checkpoint", checkpointArguments(nil))
						assertDiagnostics(t, got, want...)
					})
				}
				group.Wait()
				r.provider.Close()

				if err := goleak.Find(before); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
