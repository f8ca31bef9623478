// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

var (
	shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")
	textBlock  = regexp.MustCompile("(?ms)^```text\n(.*?)^```$")
	color      = regexp.MustCompile("\x1b\\[[0-9;]*m")
)

// commands are the blocks of a text that are for a shell.
func commands(text string) string {
	var all strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		all.WriteString(block[1])
	}
	return all.String()
}

// shell runs commands of a page in a folder, with the CLI as terraform, and returns what they print.
func shell(t *testing.T, dir string, env []string, script string) (string, error) {
	t.Helper()
	bin := t.TempDir()
	engine, err := exec.LookPath(acctest.CLIPath())
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{"terraform": engine}
	if _, err := exec.LookPath("jq"); err != nil {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		links["jq"] = self
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
	cmd.Dir = dir
	cmd.Env = slices.Concat(env, []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")})
	cmd.Stdin = strings.NewReader("yes\n") // to apply
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// To a file: the end of a pipe would be that of a command in the background, too.
	file, err := os.Create(filepath.Join(bin, "output"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = file, file
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	failure := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	output, err := os.ReadFile(file.Name())
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return color.ReplaceAllString(string(output), ""), failure
}

// install has the CLI find the provider, and what stands in for others, in a mirror: with
// development overrides, init fails.
func install(t *testing.T, c *acctest.CLI) {
	t.Helper()
	binaries := map[string]string{"legacybackup/atlas": acctest.Binary(t)}
	for _, source := range standIns {
		binaries[source] = filepath.Join(standInFor(t, source), standInPrefix+filepath.Base(source))
	}
	mirror := t.TempDir()
	for source, binary := range binaries {
		for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			folder := filepath.Join(mirror, registry, source, "1.0.0", runtime.GOOS+"_"+runtime.GOARCH)
			err := errors.Join(os.MkdirAll(folder, 0o700),
				os.Symlink(binary, filepath.Join(folder, filepath.Base(binary))))
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	c.Write("terraformrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
}
