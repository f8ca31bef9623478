// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Terraform attaches to a provider that runs in a debugger, which has the credentials then.
func TestAccDebug(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey)
	provider := exec.CommandContext(t.Context(), acctest.Binary(t), "-debug")
	provider.Env = os.Environ()
	for name, value := range acctest.APIKey.Env {
		provider.Env = append(provider.Env, name+"="+value)
	}
	stdout, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = provider.Process.Kill()
		_ = provider.Wait()
	})
	var attach []string
	for lines := bufio.NewScanner(stdout); attach == nil && lines.Scan(); {
		attach = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.+)'`).FindStringSubmatch(lines.Text())
	}
	if attach == nil {
		t.Fatal("the provider does not print how to attach")
	}
	cli := acctest.NewCLI(t, s.HCL("", acctest.Data("atlas_legacy_backup_checkpoint",
		`checkpoint_id = "`+atlasmock.ShardedCheckpointID+`"`)), map[string]string{"TF_REATTACH_PROVIDERS": attach[1]})
	cli.Run("plan")
	if n := s.Atlas.Count("", ""); n == 0 {
		t.Error("nothing was read")
	}
}
