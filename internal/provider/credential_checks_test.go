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

// says returns what validation says of a provider block, or else what the first read says.
func says(s *acctest.Scene, block acctest.Config) string {
	if got := s.Validate(block); len(got) > 0 {
		return "validate:\n" + got.String()
	}
	if got := s.Configure(block); len(got) > 0 {
		return "configure:\n" + got.String()
	}
	return "read:\n" + readSharded(s).String()
}

// What is said of credentials that are missing, incomplete or can't be right. Nothing is sent then.
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

// Odd characters inside a credential stay as they are: it proves itself to a server that knows it
// by exactly these bytes.
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
				readSharded(s).None(t)
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
	readSharded(s).One(t, "Atlas refused the credentials")
	if len(got) == 0 || got[0] != `a"b\c` {
		t.Errorf("arrived as %q", got)
	}
}
