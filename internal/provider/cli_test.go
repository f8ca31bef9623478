// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// cli is a configuration's folder and the real CLI with the built provider, for
// what a provider inside the test's own process can't show: its logs, its end.
type cli struct {
	t   *testing.T
	dir string
	env []string
	// output is all that the CLI's runs have printed.
	output bytes.Buffer
}

// newCLI writes a configuration into a folder of its own.
func newCLI(t *testing.T, config string, variables env) *cli {
	t.Helper()
	c := &cli{t: t, dir: t.TempDir()}
	c.write("main.tf", `
terraform {
  required_providers {
    atlas = { source = "registry.terraform.io/legacybackup/atlas" }
  }
}
`+config)
	c.write("terraformrc", fmt.Sprintf(`provider_installation {
  dev_overrides { "registry.terraform.io/legacybackup/atlas" = %q }
}`, filepath.Dir(builtProvider(t))))
	c.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(c.dir, "terraformrc"), "TF_IN_AUTOMATION=1")
	for name, value := range variables {
		c.env = append(c.env, name+"="+value)
	}
	return c
}

// run runs the CLI, which must succeed.
func (c *cli) run(arguments ...string) {
	c.t.Helper()
	if err := c.command(c.t.Context(), arguments...).Run(); err != nil {
		c.t.Fatalf("%v: %v\n%s", arguments, err, c.output.String())
	}
}

// fail runs the CLI, which must not succeed.
func (c *cli) fail(arguments ...string) {
	c.t.Helper()
	if err := c.command(c.t.Context(), arguments...).Run(); err == nil {
		c.t.Fatalf("%v succeeded:\n%s", arguments, c.output.String())
	}
}

func (c *cli) command(ctx context.Context, arguments ...string) *exec.Cmd {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		path = "terraform"
	}
	cmd := exec.CommandContext(ctx, path, append(arguments, "-no-color")...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, c.env, &c.output, &c.output
	return cmd
}

func (c *cli) write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// read returns a file that the CLI left behind. A plan file is unzipped.
func (c *cli) read(name string) string {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.dir, name))
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

func builtProvider(t *testing.T) string {
	t.Helper()
	return acctest.Binary(t)
}
