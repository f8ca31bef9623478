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

// configuration writes a configuration that reads so many checkpoints.
type configuration func(s *server, reads int) string

// With count, Terraform itself needs the least time.
const (
	loop = "count = length(local.ids)"
	each = "local.ids[count.index]"
)

// baselineSingles reads checkpoints one by one with a data source of the baseline.
func baselineSingles(dataSource string) configuration {
	return func(s *server, reads int) string {
		url := fmt.Sprintf(`"%s/api/atlas/v2/groups/%s/clusters/%s/backupCheckpoints/${%s}"`,
			s.url, atlasmock.ProjectID, atlasmock.ReplicaSetCluster, each)
		return s.config("baseline", "", reads, dataSource, loop, "url = "+url)
	}
}

// singles reads checkpoints one by one: a loop, in which each is the id.
func singles(loop, each, more string) configuration {
	return func(s *server, reads int) string {
		return s.atlas(reads, "atlas_legacy_backup_checkpoint", loop, "checkpoint_id = "+each, more)
	}
}

// list reads as many with one list.
func list(s *server, reads int) string {
	return s.atlas(reads, "atlas_legacy_backup_checkpoints", fmt.Sprintf("max_results = %d", reads))
}

func (s *server) atlas(reads int, dataSource string, arguments ...string) string {
	return s.config("atlas", fmt.Sprintf("base_url = %q", s.url), reads, dataSource, append(arguments,
		fmt.Sprintf("project_id = %q", atlasmock.ProjectID), fmt.Sprintf("cluster_name = %q", atlasmock.ReplicaSetCluster))...)
}

func (s *server) config(provider, block string, reads int, dataSource string, arguments ...string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    %[1]s = { source = "registry.terraform.io/legacybackup/%[1]s" }
  }
}
provider %[1]q {
  %[2]s
}
locals {
  ids = split(" ", %[3]q)
}
data %[4]q "all" {
  %[5]s
}
`, provider, block, strings.Join(s.ids[:reads], " "), dataSource, strings.Join(arguments, "\n  "))
}
