// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	clientID     = "mdb_sa_id_66a1b2c3d4e5f60718293a4b"
	clientSecret = "mdb_sa_sk_Zm9vYmFyYmF6cXV4"
	accessToken  = "eyJhbGciOiJFUzUxMiJ9.made-elsewhere"
)

// env is an environment of a provider.
type env = map[string]string

// Each method works from each place that it can come from. The mock verifies
// digests, secrets and tokens; what is asserted here is which method arrived.
func TestAccLegacyBackupCheckpointDataSource_authentication(t *testing.T) {
	t.Parallel()
	const (
		digest  = `Digest username="` + publicKey + `"`
		fetched = "Bearer (fetched)"
		given   = "Bearer " + accessToken
	)
	for name, tc := range map[string]struct {
		env   env
		block string
		want  string
	}{
		"API key from the environment": {
			env:  env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": privateKey},
			want: digest,
		},
		"API key from the second names": {
			env:  env{"MONGODB_ATLAS_PUBLIC_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_KEY": privateKey},
			want: digest,
		},
		"API key from the first of two names": {
			env: env{
				"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": privateKey,
				"MONGODB_ATLAS_PUBLIC_KEY": "other", "MONGODB_ATLAS_PRIVATE_KEY": "other",
			},
			want: digest,
		},
		"API key from the block": {
			block: `public_key = "` + publicKey + `"` + "\n" + `private_key = "` + privateKey + `"`,
			want:  digest,
		},
		"API key half from the block": {
			env:   env{"MONGODB_ATLAS_PRIVATE_API_KEY": privateKey, "MONGODB_ATLAS_ACCESS_TOKEN": "ignored"},
			block: `public_key = "` + publicKey + `"`,
			want:  digest,
		},
		"service account from the environment": {
			env:  env{"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": clientSecret},
			want: fetched,
		},
		"service account from the block": {
			block: `client_id = "` + clientID + `"` + "\n" + `client_secret = "` + clientSecret + `"`,
			want:  fetched,
		},
		"service account half from the block": {
			env:   env{"MONGODB_ATLAS_CLIENT_ID": clientID},
			block: `client_secret = "` + clientSecret + `"`,
			want:  fetched,
		},
		"access token from the environment": {
			env:  env{"MONGODB_ATLAS_ACCESS_TOKEN": accessToken},
			want: given,
		},
		"access token from the block": {
			block: `access_token = "` + accessToken + `"`,
			want:  given,
		},
		"block before environment": {
			env:   env{"MONGODB_ATLAS_ACCESS_TOKEN": "ignored"},
			block: `client_id = "` + clientID + `"` + "\n" + `client_secret = "` + clientSecret + `"`,
			want:  fetched,
		},
		"access token before the others": {
			env: env{
				"MONGODB_ATLAS_ACCESS_TOKEN": accessToken, "MONGODB_ATLAS_CLIENT_ID": "ignored", "MONGODB_ATLAS_CLIENT_SECRET": "ignored",
				"MONGODB_ATLAS_PUBLIC_API_KEY": "ignored", "MONGODB_ATLAS_PRIVATE_API_KEY": "ignored",
			},
			want: given,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret), atlasmock.WithAccessToken(accessToken))
			mock.env = tc.env
			mock.test(t, readsSharded(mock.providerBlock(tc.block)))

			for _, r := range mock.reads() {
				got := r.Header.Get("Authorization")
				if tc.want == fetched {
					if !strings.HasPrefix(got, "Bearer ") || got == given {
						t.Errorf("Authorization is %q, want a fetched token", got)
					}
				} else if !strings.HasPrefix(got, tc.want) {
					t.Errorf("Authorization is %q, want it to begin with %q", got, tc.want)
				}
			}
		})
	}
}

// What a server or a gateway may ask for, beside what Atlas does.
func TestAccLegacyBackupCheckpointDataSource_servers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options []atlasmock.Option
		block   string
		query   string
	}{
		"SHA-256":               {options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{Algorithm: "SHA-256"})}},
		"digest without qop":    {options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{QOP: "none"})}},
		"single-use nonces":     {options: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{SingleUse: true})}},
		"pretty":                {block: `pretty = true`, query: "pretty=true"},
		"envelope":              {block: `envelope = true`, query: "envelope=true"},
		"envelope and pretty":   {block: "envelope = true\npretty = true", query: "envelope=true&pretty=true"},
		"envelope's other form": {options: []atlasmock.Option{atlasmock.WithEnvelopeKey("envelope")}, block: `envelope = true`, query: "envelope=true"},
		"several challenges": {options: []atlasmock.Option{atlasmock.WithChallenges(
			`Basic realm="a, b", Digest realm="MMS Public API", nonce="%nonce%", algorithm=MD5-sess, qop="auth"`,
			`Digest realm="MMS Public API", charset=UTF-8, nonce="%nonce%", algorithm=MD5, qop="auth,auth-int", stale=%stale%`,
		)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, tc.options...)
			mock.test(t, readsSharded(mock.providerBlock(tc.block)))

			for _, r := range mock.reads() {
				if r.RawQuery != tc.query {
					t.Errorf("query is %q, want %q", r.RawQuery, tc.query)
				}
			}
		})
	}
}

// A base URL may have a path, as behind a gateway, and may come from the environment.
func TestAccLegacyBackupCheckpointDataSource_baseURL(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithPathPrefix("/gateway/atlas"))
	mock.env["MONGODB_ATLAS_BASE_URL"] = mock.url + "/gateway/atlas/"
	mock.test(t, readsSharded(`provider "atlas" {}`))

	const want = "/gateway/atlas/api/atlas/v2/groups/" + atlasmock.ProjectID +
		"/clusters/Cluster0/backupCheckpoints/" + checkpointID
	for _, r := range mock.reads() {
		if r.Path != want {
			t.Errorf("path is %s, want %s", r.Path, want)
		}
	}
}

// Whatever it does, the provider sends GET, the version it reads, and its name.
func TestAccLegacyBackupCheckpointDataSource_requests(t *testing.T) {
	t.Parallel()
	mock := newMock(t)
	mock.test(t, readsSharded(mock.providerBlock("")))

	for _, r := range mock.Requests() {
		agent := r.Header.Get("User-Agent")
		if r.Method != http.MethodGet || r.Header.Get("Accept") != "application/vnd.atlas.2023-01-01+json" ||
			!strings.HasPrefix(agent, "terraform-provider-atlas/test Terraform/1.") {
			t.Errorf("got %s with Accept %q and User-Agent %q", r.Method, r.Header.Get("Accept"), agent)
		}
	}
}

// readsSharded reads the sharded cluster's checkpoint.
func readsSharded(providerBlock string) resource.TestStep {
	return resource.TestStep{
		Config: providerBlock + checkpointBlock(atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID, ""),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("restorable"), knownvalue.Bool(true)),
		},
	}
}

// reads are the requests that Atlas answered with a checkpoint, at least one.
func (m *mockAtlas) reads() []atlasmock.Request {
	requests := slices.DeleteFunc(m.Requests(), func(r atlasmock.Request) bool {
		return r.Method != http.MethodGet || r.Status != http.StatusOK
	})
	if len(requests) == 0 {
		m.t.Error("Atlas answered no read")
	}
	return requests
}
