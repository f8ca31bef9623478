// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	ourLine = "Sent Atlas request"
	sdkLine = "Calling provider defined DataSource Read"
)

// Terraform's variables for logs do what its documentation says.
func TestAccLogs_asked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		env       map[string]string
		ours, sdk bool
	}{
		"TF_LOG":                       {env: map[string]string{"TF_LOG": "TRACE"}, ours: true, sdk: true},
		"TF_LOG_PROVIDER":              {env: map[string]string{"TF_LOG_PROVIDER": "DEBUG"}, ours: true},
		"TF_LOG_PROVIDER_ATLAS":        {env: map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER_ATLAS": "WARN"}, sdk: true},
		"TF_LOG_SDK":                   {env: map[string]string{"TF_LOG": "TRACE", "TF_LOG_SDK": "WARN"}, ours: true},
		"TF_LOG_PROVIDER_ATLAS, alone": {env: map[string]string{"TF_LOG_PROVIDER_ATLAS": "TRACE"}},
		"empty":                        {env: map[string]string{"TF_LOG": ""}},
		"none":                         {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := readCheckpoint(t, tc.env)
			cli.Run("plan")
			shows(t, cli.Output.String(), tc.ours, tc.sdk)
		})
	}
	t.Run("TF_LOG_PATH", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "terraform.log")
		cli := readCheckpoint(t, map[string]string{"TF_LOG": "TRACE", "TF_LOG_PATH": file})
		cli.Run("plan")
		shows(t, cli.Output.String(), false, false)
		log, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shows(t, string(log), true, true)
	})
}

// Without these variables Terraform drops what a provider logs, so that nothing need be written.
func TestAccLogs_notAsked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		env     map[string]string
		written bool
	}{
		"none":        {},
		"empty":       {env: map[string]string{"TF_LOG": ""}},
		"TF_LOG_CORE": {env: map[string]string{"TF_LOG_CORE": "ERROR"}, written: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := readCheckpoint(t, tc.env)
			written := filepath.Join(t.TempDir(), "stderr")
			folder := t.TempDir()
			script := fmt.Sprintf("#!/bin/sh\nexec '%s' 2>>'%s'\n", acctest.Binary(t), written)
			if err := os.WriteFile(filepath.Join(folder, "terraform-provider-atlas"), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			cli.Override("legacybackup/atlas", folder)
			cli.Run("plan")
			text, err := os.ReadFile(written)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "plugin address") {
				t.Errorf("this is not the provider's: %s", text)
			}
			shows(t, string(text), tc.written, tc.written)
		})
	}
}

// readCheckpoint is a configuration that reads a checkpoint from a mock.
func readCheckpoint(t *testing.T, env map[string]string) *acctest.CLI {
	t.Helper()
	s := acctest.New(t, acctest.APIKey)
	variables := maps.Clone(acctest.APIKey.Env)
	maps.Copy(variables, env)
	return acctest.NewCLI(t, s.HCL("", acctest.Data("atlas_legacy_backup_checkpoint",
		`checkpoint_id = "`+atlasmock.ShardedCheckpointID+`"`)), variables)
}

// shows checks for a line that the provider logs at DEBUG, and one that the SDK logs at TRACE.
func shows(t *testing.T, text string, ours, sdk bool) {
	t.Helper()
	if strings.Contains(text, ourLine) != ours || strings.Contains(text, sdkLine) != sdk {
		t.Errorf("want the provider's lines: %t, the SDK's: %t:\n%.3000s", ours, sdk, text)
	}
}
