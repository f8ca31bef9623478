// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// buildDir is where the built provider goes; it is removed with the tests' end.
var buildDir string

// Main runs a package's tests and returns their exit code. It keeps the caller's world out of them,
// however they are started: a real key in the environment must reach no test, and the CLI must read
// and write nothing of the caller's.
func Main(m *testing.M) int {
	log.SetOutput(io.Discard) // as main does: net/http logs what a server sends unasked
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "MONGODB_ATLAS_") || strings.HasSuffix(upper, "_PROXY") ||
			strings.HasPrefix(upper, "TF_") && !strings.HasPrefix(upper, "TF_ACC_") {
			_ = os.Unsetenv(name)
		}
	}
	dir, err := os.MkdirTemp("", "atlas-provider-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	config := filepath.Join(dir, "terraformrc")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_ = os.Setenv("TF_CLI_CONFIG_FILE", config)
	_ = os.Setenv("CHECKPOINT_DISABLE", "1")
	buildDir = dir
	return m.Run()
}
