// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The guide's commands, as they stand on the page, but for the clone.
func TestAccGuideTry(t *testing.T) {
	t.Parallel()
	script := strings.Replace(commands(read(t, "../../docs/guides/try.md")), "git clone ", ": ", 1)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(root, filepath.Join(dir, "terraform-provider-atlas")); err != nil {
		t.Fatal(err)
	}
	output, err := shell(t, dir, os.Environ(), script)
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	if got := len(regexp.MustCompile(`restorable_until = "\d{4}-`).FindAllString(output, -1)); got != 2 {
		t.Errorf("%d of 2 plans found a recent checkpoint:\n%s", got, output)
	}
}
