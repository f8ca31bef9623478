// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	publicKey    = "tqzmrbvk"
	privateKey   = "3f0a1c7e-5b7c-4d0f-9a63-2f1f6f7f8f01"
	clientID     = "mdb_sa_id_66a1b2c3d4e5f60718293a4b"
	clientSecret = "mdb_sa_sk_Zm9vYmFyYmF6cXV4"
	accessToken  = "eyJhbGciOiJFUzUxMiJ9.made-elsewhere"
	checkpointID = atlasmock.ShardedCheckpointID
)

// env is an environment of a provider.
type env = map[string]string

// mockAtlas is an Atlas on loopback, and what a test needs to talk to it
// through Terraform.
type mockAtlas struct {
	t *testing.T
	*atlasmock.Server
	url string
	env map[string]string
}

// newMock starts an Atlas that knows the API key which the environment of the
// provider under test holds.
func newMock(t *testing.T, opts ...atlasmock.Option) *mockAtlas {
	t.Helper()
	server, err := atlasmock.New(append([]atlasmock.Option{atlasmock.WithAPIKey(publicKey, privateKey)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server)
	t.Cleanup(func() {
		server.Close()
		listener.Close()
	})
	return &mockAtlas{
		t:      t,
		Server: server, url: listener.URL,
		env: map[string]string{
			"MONGODB_ATLAS_PUBLIC_API_KEY":  publicKey,
			"MONGODB_ATLAS_PRIVATE_API_KEY": privateKey,
		},
	}
}

// providerBlock points the provider to the mock and does not wait long.
func (m *mockAtlas) providerBlock(arguments string) string {
	return fmt.Sprintf(`
provider "atlas" {
  base_url = %q
  retry    = { min_delay = "1ms", max_delay = "2ms" }
  %s
}
`, m.url, arguments)
}

func checkpointBlock(cluster, id, arguments string) string {
	return fmt.Sprintf(`
data "atlas_legacy_backup_checkpoint" "test" {
  project_id    = %q
  cluster_name  = %q
  checkpoint_id = %q
  %s
}
`, atlasmock.ProjectID, cluster, id, arguments)
}

// forms are the ways in which a secret may show.
func forms(id, secret string) []string { return acctest.Secret{ID: id, Value: secret}.Forms() }
