// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// alone runs the calling test once more in a process of its own, where it may
// change what a process has but one of, and reports whether this is that process.
func alone(t *testing.T) bool {
	t.Helper()

	const variable = "TEST_ALONE"
	if os.Getenv(variable) == t.Name() {
		return true
	}
	names := strings.Split(t.Name(), "/")
	for i, name := range names {
		names[i] = "^" + regexp.QuoteMeta(name) + "$"
	}
	test := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run", strings.Join(names, "/"))
	test.Env = append(os.Environ(), variable+"="+t.Name())
	output, err := test.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "--- PASS: "+t.Name()+" (") {
		t.Errorf("%v\n%s", err, output)
	}
	return false
}
