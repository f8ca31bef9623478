// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// CLI is a configuration's folder and the real CLI with the built provider, for what a provider
// inside the test's own process can't show: its logs, its end.
type CLI struct {
	// Dir is the folder, and Env the environment.
	Dir string
	Env []string
	// Output is all that the CLI's runs have printed.
	Output bytes.Buffer

	t *testing.T
	// overrides are the folders of providers, by source.
	overrides map[string]string
}

// NewCLI writes a configuration into a folder of its own.
func NewCLI(t *testing.T, config string, variables map[string]string) *CLI {
	t.Helper()
	c := &CLI{t: t, Dir: t.TempDir()}
	c.Write("main.tf", `
terraform {
  required_providers {
    atlas = { source = "registry.terraform.io/legacybackup/atlas" }
  }
}
`+config)
	c.overrides = map[string]string{}
	c.Override("legacybackup/atlas", filepath.Dir(Binary(t)))
	c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(c.Dir, "terraformrc"), "TF_IN_AUTOMATION=1")
	for name, value := range variables {
		c.Env = append(c.Env, name+"="+value)
	}
	return c
}

// Override has the CLI find a provider in a folder.
func (c *CLI) Override(source, folder string) {
	c.t.Helper()
	c.overrides[source] = folder
	var all strings.Builder
	for source, folder := range c.overrides {
		// A source without a registry means another one to each engine.
		for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			fmt.Fprintf(&all, "    %q = %q\n", registry+"/"+source, folder)
		}
	}
	c.Write("terraformrc", "provider_installation {\n  dev_overrides {\n"+all.String()+"  }\n}\n")
}

// Copy replaces the configuration by that of a folder.
func (c *CLI) Copy(folder string) {
	c.t.Helper()
	err := errors.Join(os.Remove(filepath.Join(c.Dir, "main.tf")), os.CopyFS(c.Dir, os.DirFS(folder)))
	if err != nil {
		c.t.Fatal(err)
	}
}

// Run runs the CLI, which must succeed.
func (c *CLI) Run(arguments ...string) {
	c.t.Helper()
	if err := c.Command(c.t.Context(), arguments...).Run(); err != nil {
		c.t.Fatalf("%v: %v\n%s", arguments, err, c.Output.String())
	}
}

// Fail runs the CLI, which must not succeed.
func (c *CLI) Fail(arguments ...string) {
	c.t.Helper()
	if err := c.Command(c.t.Context(), arguments...).Run(); err == nil {
		c.t.Fatalf("%v succeeded:\n%s", arguments, c.Output.String())
	}
}

// Command is a run that has not started.
func (c *CLI) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, CLIPath(), append(arguments, "-no-color")...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.Dir, c.Env, &c.Output, &c.Output
	return cmd
}

// Write puts a file into the folder.
func (c *CLI) Write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Read returns a file that the CLI left behind. A plan file is unzipped.
func (c *CLI) Read(name string) string {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return string(content)
	}
	var all bytes.Buffer
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			c.t.Fatal(err)
		}
	}
	return all.String()
}

var binary struct {
	sync.Once
	path string
	err  error
}

// Binary builds the provider as a release does, once for all tests of a package. It needs Main.
func Binary(t *testing.T) string {
	t.Helper()
	binary.Do(func() {
		if binary.path = os.Getenv("TF_ACC_ATLAS_BINARY"); binary.path != "" {
			return // scripts/test has built it, for all packages
		}
		binary.path = filepath.Join(buildDir, "terraform-provider-atlas")
		build := exec.Command("go", "build", "-o", binary.path, "github.com/legacybackup/terraform-provider-atlas") //nolint:noctx // outlives the test that comes first
		if output, err := build.CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("%w: %s", err, output)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}
