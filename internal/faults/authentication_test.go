// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// On a machine that forbids all cryptography but FIPS 140-3, MD5 panics.
func TestAccAuthentication_fips(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		login     acctest.Login
		algorithm string
		fails     []string
	}{
		"API key, MD5": {
			login: acctest.APIKey, algorithm: "MD5",
			fails: []string{"Digest authentication is not offered", "FIPS 140-3 forbids", "service account"},
		},
		"API key, SHA-256": {login: acctest.APIKey, algorithm: "SHA-256"},
		"service account":  {login: acctest.ServiceAccount, algorithm: "MD5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, tc.login, acctest.WithMock(atlasmock.WithDigest(atlasmock.Digest{Algorithm: tc.algorithm})))
			cli := acctest.NewCLI(t, s.HCL("", theCheckpoint), tc.login.Env)
			// Only the provider: the CLI may need what is forbidden.
			wrapper, built := t.TempDir(), acctest.Binary(t)
			script := fmt.Sprintf("#!/bin/sh\nGODEBUG=fips140=only exec '%s' \"$@\"\n", built)
			if err := os.WriteFile(filepath.Join(wrapper, filepath.Base(built)), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			cli.Write("terraformrc", strings.ReplaceAll(cli.Read("terraformrc"), filepath.Dir(built), wrapper))

			if tc.fails == nil {
				cli.Run("plan")
				return
			}
			cli.Fail("plan")
			shows(t, cli, tc.fails...)
		})
	}
}
