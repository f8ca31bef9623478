// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
	"github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

const (
	publicKey         = "tqzmrbvk"
	privateKey        = "3f0a1c7e-5b7c-4d0f-9a63-2f1f6f7f8f01"
	checkpointID      = atlasmock.ShardedCheckpointID
	checkpointAddress = "data.atlas_legacy_backup_checkpoint.test"
)

// mockAtlas is an Atlas on loopback, and what a test needs to talk to it
// through Terraform.
type mockAtlas struct {
	t *testing.T
	*atlasmock.Server
	url     string
	env     map[string]string
	options []provider.Option
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

// providers are those that the CLI gets. They see the mock's environment alone.
func (m *mockAtlas) providers() map[string]func() (tfprotov6.ProviderServer, error) {
	env := func(name string) string { return m.env[name] }
	return map[string]func() (tfprotov6.ProviderServer, error){
		"atlas": func() (tfprotov6.ProviderServer, error) {
			p := provider.New("test", append([]provider.Option{provider.WithEnv(env)}, m.options...)...)
			return providerserver.NewProtocol6WithError(p)()
		},
	}
}

// test runs the steps with the real CLI.
func (m *mockAtlas) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: m.providers(), Steps: steps})
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

func numberedID(n int) string { return fmt.Sprintf("%024x", n) }

type object = map[string]knownvalue.Check

func str(s string) knownvalue.Check { return knownvalue.StringExact(s) }

func list(objects ...object) knownvalue.Check {
	checks := make([]knownvalue.Check, len(objects))
	for i, o := range objects {
		checks[i] = knownvalue.ObjectExact(o)
	}
	return knownvalue.ListExact(checks)
}
