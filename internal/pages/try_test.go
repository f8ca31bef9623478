// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// The guide's commands, as they stand on the page, but for the clone.
func TestAccGuideTry(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(read(t, "../../docs/guides/try.md"), -1) {
		if !strings.HasPrefix(block[1], "git clone ") {
			script.WriteString(block[1])
		}
	}
	root, rootErr := filepath.Abs("../..")
	cli, cliErr := exec.LookPath(acctest.CLIPath())
	if err := errors.Join(rootErr, cliErr); err != nil {
		t.Fatal(err)
	}
	path, dir := t.TempDir(), t.TempDir()
	for link, target := range map[string]string{
		filepath.Join(path, "terraform"):               cli,
		filepath.Join(dir, "terraform-provider-atlas"): root,
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+path+string(os.PathListSeparator)+os.Getenv("PATH"), "TF_CLI_ARGS=-no-color")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// To a file: the end of a pipe would be that of the mock, too, which goes on.
	file, err := os.Create(filepath.Join(path, "output"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = file, file
	err = cmd.Run()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	output, readErr := os.ReadFile(file.Name())
	if err := errors.Join(err, readErr, file.Close()); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	if got := len(regexp.MustCompile(`restorable_until = "\d{4}-`).FindAll(output, -1)); got != 2 {
		t.Errorf("%d of 2 plans found a recent checkpoint:\n%s", got, output)
	}
}
