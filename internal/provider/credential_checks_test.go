// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// readCheckpoint reads the sharded cluster's checkpoint.
func readCheckpoint(s *acctest.Scene) acctest.Diagnostics {
	_, got := s.Read("atlas_legacy_backup_checkpoint", acctest.Config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster,
		"checkpoint_id": atlasmock.ShardedCheckpointID,
	})
	return got
}

// says returns what validation says of a provider block, or else what the first read says.
func says(s *acctest.Scene, block acctest.Config) string {
	if got := s.Validate(block); len(got) > 0 {
		return "validate:\n" + got.String()
	}
	if got := s.Configure(block); len(got) > 0 {
		return "configure:\n" + got.String()
	}
	return "read:\n" + readCheckpoint(s).String()
}

// What is said of credentials that are missing, incomplete or can't be right. Nothing
// is sent then.
func TestCredentials_texts(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	cases := map[string]struct {
		Block   acctest.Config
		Env     map[string]string
		Secrets []string
	}{}
	data, err := os.ReadFile(filepath.Join("testdata", "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			login := acctest.Login{Env: tc.Env}
			for _, secret := range tc.Secrets {
				login.Secrets = append(login.Secrets, acctest.Secret{Value: secret})
			}
			s := acctest.New(t, login)
			golden.Is(t, name, says(s, tc.Block))
			if n := s.Atlas.Count("", ""); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// Each method arrives as what it is, from the block and the environment together.
func TestCredentials_arrive(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		login acctest.Login
		block acctest.Config
		want  string
	}{
		"access token": {acctest.AccessToken, nil, "Bearer " + acctest.BearerToken},
		"token in the block": {
			acctest.Login{Accept: acctest.AccessToken.Accept}, acctest.Config{"access_token": acctest.BearerToken},
			"Bearer " + acctest.BearerToken,
		},
		"service account": {acctest.ServiceAccount, acctest.Config{"client_id": acctest.ClientID}, "Bearer "},
		"API key":         {acctest.APIKey, nil, `Digest username="` + acctest.PublicKey + `"`},
		"second names": {
			acctest.Login{Accept: acctest.APIKey.Accept, Env: map[string]string{
				"MONGODB_ATLAS_PUBLIC_KEY": acctest.PublicKey, "MONGODB_ATLAS_PRIVATE_KEY": acctest.PrivateKey,
			}}, nil, `Digest username="` + acctest.PublicKey + `"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, tc.login).MustConfigure(tc.block)
			readCheckpoint(s).None(t)
			requests := s.Atlas.Requests()
			if got := requests[len(requests)-1].Header.Get("Authorization"); !strings.HasPrefix(got, tc.want) {
				t.Errorf("got %q, want it to begin with %q", got, tc.want)
			}
		})
	}
}

// Odd characters inside a credential stay as they are: it proves itself to a server
// that knows it by exactly these bytes.
func TestCredentials_oddButPossible(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{"abc%2fdef", "%2e%2e", "..", "abc/../def", `a"b'c`, `abc\def`, "%s%d${abc}", "clé-密钥", strings.Repeat("a", 100_000)} {
		for argument, accept := range map[string]atlasmock.Option{
			"private_key":   atlasmock.WithAPIKey("acctestkey", odd),
			"client_secret": atlasmock.WithServiceAccount("mdb_sa_id_1", odd),
			"access_token":  atlasmock.WithAccessToken(odd),
		} {
			t.Run(argument+"/"+odd[:min(len(odd), 12)], func(t *testing.T) {
				t.Parallel()
				env := map[string]string{}
				switch argument {
				case "private_key":
					env["MONGODB_ATLAS_PUBLIC_API_KEY"] = "acctestkey"
				case "client_secret":
					env["MONGODB_ATLAS_CLIENT_ID"] = "mdb_sa_id_1"
				}
				s := acctest.New(t, acctest.Login{Env: env, Accept: accept}).MustConfigure(acctest.Config{argument: odd})
				readCheckpoint(s).None(t)
			})
		}
	}
}

// A user name is quoted in a digest's header, so that its own quotes are escaped.
func TestCredentials_quotedPublicKey(t *testing.T) {
	t.Parallel()
	var got []string
	s := acctest.New(t, acctest.NoLogin, acctest.WithHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Digest realm="x", nonce="n", qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
		if c, err := digest.ParseCredentials(r.Header.Get("Authorization")); err == nil {
			got = append(got, c.Username)
		}
	}))).MustConfigure(acctest.Config{"public_key": `a"b\c`, "private_key": "private"})
	readCheckpoint(s).One(t, "Atlas refused the credentials")
	if len(got) == 0 || got[0] != `a"b\c` {
		t.Errorf("arrived as %q", got)
	}
}
