// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"
)

// What is missing or wrong in the environment is the business of a read that
// needs it, so that a run that reads nothing goes through.
func TestAccCredentials_onlyForReads(t *testing.T) {
	t.Parallel()
	const (
		provider = `provider "atlas" {}`
		resource = "\nresource \"terraform_data\" \"test\" {}\n"
	)
	checkpoint := checkpointBlock("Cluster0", checkpointID, "")
	for name, tc := range map[string]struct {
		env    env
		config string
		// fails is the summary of an error, warns that of a warning.
		fails, warns string
	}{
		"no reads":         {config: checkpointBlock("Cluster0", checkpointID, "count = 0")},
		"no instances":     {config: checkpointBlock("Cluster0", checkpointID, "for_each = toset([])")},
		"half a pair":      {env: env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey}, config: checkpointBlock("Cluster0", checkpointID, "count = 0")},
		"invalid":          {env: env{"MONGODB_ATLAS_ACCESS_TOKEN": " x"}, config: checkpointBlock("Cluster0", checkpointID, "count = 0")},
		"invalid base URL": {env: env{"MONGODB_ATLAS_BASE_URL": "cloud"}, config: checkpointBlock("Cluster0", checkpointID, "count = 0")},
		"in a check": {
			config: "check \"fresh\" {\n" + checkpoint + "\nassert {\ncondition = data.atlas_legacy_backup_checkpoint.test.restorable\nerror_message = \"x\"\n}\n}", warns: "No Atlas credentials",
		},
		"read":                     {config: checkpoint, fails: "No Atlas credentials"},
		"read with half a pair":    {env: env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey}, config: checkpoint, fails: "Incomplete Atlas credentials"},
		"read with an unknown key": {config: checkpoint, fails: "Provider argument not known yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block := provider
			if strings.Contains(name, "unknown") {
				block = `provider "atlas" { access_token = terraform_data.test.id }`
			}
			cli := newCLI(t, block+resource+"\n"+tc.config, tc.env)
			if tc.fails != "" {
				cli.fail("plan")
				if output := cli.output.String(); !strings.Contains(output, "Error: "+tc.fails) || !strings.Contains(output, "data.atlas_legacy_backup_checkpoint.test") {
					t.Errorf("lacks %q at the data source:\n%s", tc.fails, output)
				}
				return
			}
			cli.run("apply", "-auto-approve")
			if output := cli.output.String(); tc.warns != "" && !strings.Contains(output, "Warning: "+tc.warns) {
				t.Errorf("lacks the warning %q:\n%s", tc.warns, output)
			}
			cli.run("destroy", "-auto-approve")
		})
	}
	t.Run("reads that are deferred until the credentials are made", func(t *testing.T) {
		t.Parallel()
		cli := newCLI(t, `provider "atlas" { access_token = terraform_data.test.id }`+resource+
			checkpointBlock("Cluster0", checkpointID, "depends_on = [terraform_data.test]"), nil)
		cli.run("plan")
	})
}

// Of many reads without credentials, one says what to do.
func TestAccCredentials_saidOnce(t *testing.T) {
	t.Parallel()
	cli := newCLI(t, `provider "atlas" {}`+checkpointBlock("Cluster0", checkpointID, "count = 20"), nil)
	cli.fail("plan", "-parallelism=1")
	output := cli.output.String()
	if n := strings.Count(output, "Error: No Atlas credentials"); n != 20 {
		t.Errorf("%d errors, want 20", n)
	}
	if n := strings.Count(output, "MONGODB_ATLAS_ACCESS_TOKEN"); n != 1 {
		t.Errorf("the ways to authenticate stand there %d times:\n%s", n, output)
	}
}
