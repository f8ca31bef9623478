// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

// subject is what every test asks for.
var subject = atlas.Target{
	ProjectID:   "32b6e34b3d91647abb20e7b8",
	ClusterName: "Cluster0",
	ID:          "5c6c64e1fd6c9f0b8e6d4c11",
}

const host = "cloud.mongodb.example"

var (
	apiKey = auth.APIKey{
		PublicKey: "publickey", PrivateKey: "private-secret",
		Origin: "public_key and private_key in the provider block",
	}
	serviceAccount = auth.ServiceAccount{
		ClientID: "mdb_sa_id_1", ClientSecret: "mdb_sa_sk_secret",
		Origin: "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
	}
	accessToken = auth.AccessToken{Token: "token-secret", Origin: "access_token in the provider block"}

	secrets = []acctest.Secret{
		{ID: "publickey", Value: "private-secret"}, {ID: "mdb_sa_id_1", Value: "mdb_sa_sk_secret"}, {Value: "token-secret"},
		{ID: "proxy-user", Value: proxyPassword}, {Value: "fetched-secret"},
	}
)

// failure is one way for a read to fail. The whole texts are in testdata.
type failure struct {
	// server responds in Atlas' place.
	server http.HandlerFunc
	// credentials are accessToken if left out.
	credentials auth.Credentials
	// configure changes the client, whose one attempt goes to the server.
	configure func(*testing.T, *atlas.Config)
	// reads is how many there are, if not one. The last one counts.
	reads int
	// timeout is the read's, where its length matters.
	timeout time.Duration
}

func run(t *testing.T, failures map[string]failure) {
	t.Helper()

	golden := acctest.NewGolden(t, secrets...)
	for name, f := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			golden.Is(t, name, acctest.Text(f.read(t, f.client(t))))
		})
	}
}

// client returns one whose requests go to the failure's server, whatever the host.
func (f failure) client(t *testing.T) *atlas.Client {
	t.Helper()

	cfg := atlas.Config{
		BaseURL:     &url.URL{Scheme: "http", Host: host},
		Credentials: accessToken,
		Retry:       retry.Policy{MaxAttempts: 1},
		Clock:       atlastest.NewClock(),
	}
	if f.server != nil {
		server := httptest.NewUnstartedServer(f.server)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		t.Cleanup(server.Close)
		cfg.Transport = dialling(server.Listener.Addr().String())
	}
	if f.credentials != nil {
		cfg.Credentials = f.credentials
	}
	if f.configure != nil {
		f.configure(t, &cfg)
	}
	client := atlas.New(cfg)
	t.Cleanup(func() { client.Close(context.Background()) })
	return client
}

func (f failure) read(t *testing.T, client *atlas.Client) diag.Diagnostics {
	t.Helper()

	ctx := t.Context()
	if f.timeout != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	for range f.reads - 1 {
		readWith(ctx, client)
	}
	return readWith(ctx, client)
}

func readWith(ctx context.Context, client *atlas.Client) diag.Diagnostics {
	_, err := atlas.Get[atlas.Checkpoint](ctx, client, atlas.Checkpoints, subject)
	return atlasdiag.Read(atlas.Checkpoints, subject, err)
}

// dialling returns a transport that makes each connection to one address.
func dialling(address string) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
}
