// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// On a machine that forbids all cryptography but FIPS 140-3, MD5 panics.
func TestAccFaults_fips(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		algorithm string
		env       env
		fails     []string
	}{
		"API key, MD5": {
			algorithm: "MD5", env: apiKeyEnv,
			fails: []string{"Digest authentication is not offered", "FIPS 140-3 forbids", "service account"},
		},
		"API key, SHA-256": {algorithm: "SHA-256", env: apiKeyEnv},
		"service account":  {algorithm: "MD5", env: serviceAccountEnv},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithAPIKey(publicKey, privateKey), atlasmock.WithServiceAccount(clientID, clientSecret),
				atlasmock.WithDigest(atlasmock.Digest{Algorithm: tc.algorithm}))
			cli := newCLI(t, mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""), tc.env)
			// Only the provider: the CLI may need what is forbidden.
			wrapper := t.TempDir()
			script := fmt.Sprintf("#!/bin/sh\nGODEBUG=fips140=only exec '%s' \"$@\"\n", builtProvider(t))
			if err := os.WriteFile(filepath.Join(wrapper, "terraform-provider-atlas"), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			cli.write("terraformrc", fmt.Sprintf("provider_installation {\n  dev_overrides { \"registry.terraform.io/legacybackup/atlas\" = %q }\n}", wrapper))

			if tc.fails == nil {
				cli.run("plan")
				return
			}
			cli.fail("plan")
			output := strings.Join(strings.Fields(cli.output.String()), " ")
			for _, part := range tc.fails {
				if !strings.Contains(output, part) {
					t.Errorf("lacks %q:\n%s", part, cli.output.String())
				}
			}
		})
	}
}
