// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Each method works from the environment, from the provider block and from both. The mock verifies
// digests, secrets and tokens. TestResolveCredentials proves the order.
func TestAuthentication(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		login  acctest.Login
		env    map[string]string
		block  acctest.Config
		scheme string
	}{
		"API key": {
			login: acctest.APIKey, scheme: "Digest ",
			env:   map[string]string{"MONGODB_ATLAS_PRIVATE_API_KEY": acctest.PrivateKey, "MONGODB_ATLAS_ACCESS_TOKEN": "ignored"},
			block: acctest.Config{"public_key": acctest.PublicKey, "private_key": acctest.PrivateKey},
		},
		"service account": {
			login: acctest.ServiceAccount, scheme: "Bearer ",
			env:   map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": acctest.ClientSecret, "MONGODB_ATLAS_ACCESS_TOKEN": "ignored"},
			block: acctest.Config{"client_id": acctest.ClientID, "client_secret": acctest.ClientSecret},
		},
		"access token": {
			login: acctest.AccessToken, scheme: "Bearer " + acctest.BearerToken,
			env:   map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "ignored", "MONGODB_ATLAS_PRIVATE_API_KEY": "ignored"},
			block: acctest.Config{"access_token": acctest.BearerToken},
		},
	} {
		half := acctest.Config{} // without what is in the environment
		for argument, value := range tc.block {
			if !strings.HasPrefix(argument, "private") && !strings.HasSuffix(argument, "secret") {
				half[argument] = value
			}
		}
		for source, given := range map[string]struct {
			env   map[string]string
			block acctest.Config
		}{
			"environment": {tc.login.Env, nil}, "block": {nil, tc.block}, "both": {tc.env, half},
		} {
			t.Run(name+" from "+source, func(t *testing.T) {
				t.Parallel()
				login := tc.login
				login.Env = given.env
				s := acctest.New(t, login).MustConfigure(given.block)
				readSharded(s).None(t)
				requests := s.Atlas.Requests()
				if got := requests[len(requests)-1].Header.Get("Authorization"); !strings.HasPrefix(got, tc.scheme) {
					t.Errorf("Authorization is %q, want it to begin with %q", got, tc.scheme)
				}
			})
		}
	}
}

// The path of a base URL, as a gateway has one, comes before the API's.
func TestBaseURL_path(t *testing.T) {
	t.Parallel()
	for _, slash := range []string{"", "/"} {
		s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithPathPrefix("/gateway/atlas")))
		s.MustConfigure(acctest.Config{"base_url": s.URL + "/gateway/atlas" + slash})
		readSharded(s).None(t)
	}
}

// What is missing or wrong in the environment is the business of a read that needs it, so that a
// run that reads nothing succeeds.
func TestAccCredentials_onlyForReads(t *testing.T) {
	t.Parallel()
	const (
		fromEnv  = `provider "atlas" {}` + "\n"
		created  = "resource \"terraform_data\" \"test\" {}\n"
		unknown  = `provider "atlas" { access_token = terraform_data.test.id }` + "\n" + created
		isFresh  = "assert {\ncondition = data.atlas_legacy_backup_checkpoint.test.restorable\nerror_message = \"x\"\n}\n"
		notReady = "depends_on = [terraform_data.test]"
	)
	half := map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": acctest.PublicKey}
	checkpoint := func(more string) string {
		return acctest.Data("atlas_legacy_backup_checkpoint", "checkpoint_id = \""+atlasmock.ShardedCheckpointID+"\"\n"+more)
	}
	read, noReads := checkpoint(""), checkpoint("count = 0")
	for name, tc := range map[string]struct {
		env    map[string]string
		config string
		// fails is the summary of the error at the data source, if there is one.
		fails string
		// pending means that a plan always has the read left to do.
		planOnly, pending bool
	}{
		"no reads":         {config: fromEnv + noReads},
		"no instances":     {config: fromEnv + checkpoint("for_each = toset([])")},
		"half a pair":      {env: half, config: fromEnv + noReads},
		"invalid":          {env: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": " x"}, config: fromEnv + noReads},
		"invalid base URL": {env: map[string]string{"MONGODB_ATLAS_BASE_URL": "cloud"}, config: fromEnv + noReads},
		"in a check":       {config: fromEnv + "\ncheck \"fresh\" {\n" + read + isFresh + "}", pending: true},
		"read deferred until the token is created": {
			config: unknown + checkpoint(notReady), planOnly: true, pending: true,
		},
		"read":                       {config: fromEnv + read, fails: "No Atlas credentials"},
		"read with half a pair":      {env: half, config: fromEnv + read, fails: "Incomplete Atlas credentials"},
		"read with an unknown token": {config: unknown + read, fails: "Provider argument not known yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.NoLogin, acctest.WithEnv(tc.env))
			step := resource.TestStep{Config: tc.config, PlanOnly: tc.planOnly, ExpectNonEmptyPlan: tc.pending}
			if tc.fails != "" {
				step.ExpectError = acctest.ErrorAt(tc.fails, "data")
			}
			s.Test(step)
		})
	}
}

// Of many reads without credentials, one says what to do.
func TestCredentials_saidOnce(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.NoLogin).MustConfigure(nil)
	readSharded(s).One(t, "Error: No Atlas credentials", "MONGODB_ATLAS_ACCESS_TOKEN")
	got := readSharded(s)
	got.One(t, "Error: No Atlas credentials")
	if strings.Contains(got.String(), "MONGODB_ATLAS_ACCESS_TOKEN") {
		t.Errorf("repeats what to do:\n%s", got)
	}
}
