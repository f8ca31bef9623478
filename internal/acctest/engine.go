// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Engine is the CLI that the tests run: Terraform or OpenTofu, in a version.
type Engine struct {
	Name         string
	Major, Minor int
}

func (e Engine) String() string { return fmt.Sprintf("%s %d.%d", e.Name, e.Major, e.Minor) }

// HasEphemeral reports whether the engine knows ephemeral resources.
func (e Engine) HasEphemeral() bool { return e.since(10, 11) }

// HasTest reports whether the engine knows `terraform test`, with mock providers.
func (e Engine) HasTest() bool { return e.since(7, 8) }

// since reports whether the engine is a Terraform 1.x or an OpenTofu 1.x of at least these.
func (e Engine) since(terraform, openTofu int) bool {
	minor := terraform
	if e.Name == "OpenTofu" {
		minor = openTofu
	}
	return e.Major > 1 || e.Minor >= minor
}

var engine = sync.OnceValues(func() (Engine, error) {
	output, err := exec.Command(CLIPath(), "version").Output()
	if err != nil {
		return Engine{}, fmt.Errorf("%s version: %w", CLIPath(), err)
	}
	match := regexp.MustCompile(`^(Terraform|OpenTofu) v(\d+)\.(\d+)\.`).FindSubmatch(output)
	if match == nil {
		return Engine{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: %s", CLIPath(), output)
	}
	e := Engine{Name: string(match[1])}
	e.Major, _ = strconv.Atoi(string(match[2]))
	e.Minor, _ = strconv.Atoi(string(match[3]))
	return e, nil
})

// EngineOf returns the engine that a test runs.
func EngineOf(t *testing.T) Engine {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// NeedsEphemeral skips a test of ephemeral resources on an engine that has none. What is skipped goes
// into the file that scripts/test prints: the test, or only some parts of it, which don't skip the
// rest.
func NeedsEphemeral(t *testing.T, parts ...string) {
	t.Helper()
	if e := EngineOf(t); !e.HasEphemeral() {
		e.lacks(t, "ephemeral resources", parts)
	}
}

// NeedsTest does the same for `terraform test`.
func NeedsTest(t *testing.T) {
	t.Helper()
	if e := EngineOf(t); !e.HasTest() {
		e.lacks(t, "terraform test with mock providers", nil)
	}
}

func (e Engine) lacks(t *testing.T, what string, parts []string) {
	t.Helper()
	untested := t.Name() + "\n"
	if len(parts) > 0 {
		untested = t.Name() + ": " + strings.Join(parts, ", ") + "\n"
	}
	if path := os.Getenv("TF_ACC_ATLAS_UNTESTED"); path != "" {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.WriteString(untested)
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if len(parts) == 0 {
		t.Skipf("%s has no %s", e, what) //nolint:forbidigo // not silently: scripts/test prints it
	}
}

// CLIPath is where the CLI is, for the tests that start it themselves.
func CLIPath() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}
