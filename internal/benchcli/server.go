// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var (
	apiKey         = []string{"MONGODB_ATLAS_PUBLIC_API_KEY=benchkey", "MONGODB_ATLAS_PRIVATE_API_KEY=sesame"}
	serviceAccount = []string{"MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_bench", "MONGODB_ATLAS_CLIENT_SECRET=mdb_sa_sk_sesame"}
	accessToken    = []string{"MONGODB_ATLAS_ACCESS_TOKEN=sesame"}
)

// server is a mock Atlas that counts.
type server struct {
	url                   string
	close                 func()
	ids                   []string
	requests, connections atomic.Int64
}

func serve(latency time.Duration) (*server, error) {
	mock, err := atlasmock.New(atlasmock.WithLatency(latency), atlasmock.WithAPIKey("benchkey", "sesame"),
		atlasmock.WithServiceAccount("mdb_sa_id_bench", "mdb_sa_sk_sesame"), atlasmock.WithAccessToken("sesame"))
	if err != nil {
		return nil, err
	}
	s := &server{}
	for _, checkpoint := range mock.PutCheckpoints(atlasmock.ProjectID, atlasmock.ReplicaSetCluster, 1000) {
		s.ids = append(s.ids, checkpoint.ID)
	}
	listener := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		mock.ServeHTTP(w, r)
	}))
	listener.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	listener.Start()
	s.url, s.close = listener.URL, listener.Close
	return s, nil
}

// atlasConfig reads checkpoints with this provider.
func atlasConfig(s *server, reads int) string {
	return configuration("atlas", fmt.Sprintf("base_url = %q", s.url), "atlas_legacy_backup_checkpoint", s.ids[:reads],
		fmt.Sprintf("project_id    = %q\n  cluster_name  = %q\n  checkpoint_id = each.key", atlasmock.ProjectID, atlasmock.ReplicaSetCluster))
}

// baselineConfig reads the same with a data source of the baseline.
func baselineConfig(dataSource string) func(s *server, reads int) string {
	return func(s *server, reads int) string {
		return configuration("baseline", "", dataSource, s.ids[:reads], fmt.Sprintf("url = %q", fmt.Sprintf(
			"%s/api/atlas/v2/groups/%s/clusters/%s/backupCheckpoints/${each.key}", s.url, atlasmock.ProjectID, atlasmock.ReplicaSetCluster)))
	}
}

func configuration(provider, block, dataSource string, ids []string, arguments string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    %[1]s = { source = "registry.terraform.io/legacybackup/%[1]s" }
  }
}
provider %[1]q { %[2]s }
data %[3]q "all" {
  for_each = { for id in split(" ", %[4]q) : id => id }
  %[5]s
}
`, provider, block, dataSource, strings.Join(ids, " "), arguments)
}
