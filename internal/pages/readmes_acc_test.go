// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// Examples that are planned as they are, or shown on pages of docs/.
var untestedExamples = []string{"data-sources", "demo", "ephemeral-resources", "guides", "provider"}

// readme is what to change in an example's commands so that they succeed, and so that they print
// what the README quotes.
type readme struct {
	succeed, quote []string
	// override is what the mock needs in the configuration.
	override string
}

var readmes = map[string]readme{
	"both":        {quote: []string{"Cluster0", "Orders"}},
	"consistency": {quote: []string{"64fffe68c1d2a7049b3e5f60", "64fffef74e0b96d8a25c7f13"}},
	"fleet": {
		succeed:  []string{"...", apiKeys},
		quote:    []string{"...", apiKeys, "plan", "plan -var max_age=1h"},
		override: notGovernment,
	},
	"gate":      {quote: []string{"Cluster0", "Orders"}},
	"inventory": {quote: []string{"cp terraform.tfvars.example", "echo 'clusters = {}' >"}},
	"rpo":       {quote: []string{"cp terraform.tfvars.example", "sed s/24h/1h/ terraform.tfvars.example >"}},
	"runbook":   {quote: []string{"Cluster0", "Cluster0 -var until=2020-01-01T00:00:00Z"}},
	"secrets": {
		succeed: []string{"abcdefgh", acctest.PublicKey, "...", "'" + acctest.PrivateKey + "'"},
		quote:   []string{"...", "''"},
	},
	"testing": {quote: []string{"terraform test", "for f in mock.*; do sed s/true/false/ $f >f; cat f >$f; done; terraform test"}},
}

const key = `{"public_key": "` + acctest.PublicKey + `", "private_key": "` + acctest.PrivateKey + `"}`
const apiKeys = `'{"shop": ` + key + `, "logistics": ` + key + `, "government": ` + key + `}'`

// The commands of each example's README succeed, and what it quotes is what the CLI prints.
func TestAccReadmes(t *testing.T) {
	t.Parallel()
	for _, folder := range examplesWithTests(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			if count(t, folder, "*.tf", needsEphemeral) > 0 {
				acctest.NeedsEphemeral(t)
			}
			page := read(t, filepath.Join(folder, "README.md"))
			use, tests, _ := strings.Cut(page, "\n## Run the tests\n")
			script := commands(use)
			if script == "" { // an example of tests
				acctest.NeedsTest(t)
				script = "terraform init\n" + commands(tests)
			}
			quote := textBlock.FindStringSubmatch(page)
			if quote == nil {
				t.Fatal("the README quotes nothing")
			}
			test := readmes[filepath.Base(folder)]
			cli := newExample(t, folder)
			install(t, cli)
			cli.Write("mock_override.tf", test.override)
			cli.Env = append(cli.Env, "DATABASE_URL=postgres://localhost:5432/orders")
			if output, err := shell(t, cli.Dir, cli.Env, strings.NewReplacer(test.succeed...).Replace(script)); err != nil {
				t.Errorf("%v:\n%s", err, output)
			}
			if output, err := shell(t, cli.Dir, cli.Env, strings.NewReplacer(test.quote...).Replace(script)); !prints(output, quote[1]) {
				t.Errorf("%v, without this:\n%s\nbut:\n%s", err, quote[1], output)
			}
		})
	}
}

// The tests of each example pass, started as its README says. One of them is about a failure.
func TestAccReadmes_tests(t *testing.T) {
	t.Parallel()
	for _, folder := range examplesWithTests(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			runs := count(t, folder, "*.tftest.hcl", regexp.MustCompile(`(?m)^run "`))
			failures := count(t, folder, "*.tftest.hcl", regexp.MustCompile(`(?m)^ +expect_failures = `))
			if failures == 0 || failures == runs {
				t.Errorf("%d of %d tests expect a failure, want some of them", failures, runs)
			}
			acctest.NeedsTest(t)
			if count(t, folder, "*.tf", needsEphemeral) > 0 {
				acctest.NeedsEphemeral(t)
			}
			cli := newExample(t, folder)
			_, tests, _ := strings.Cut(read(t, filepath.Join(folder, "README.md")), "\n## Run the tests\n")
			if strings.Contains(tests, "terraform init") {
				install(t, cli)
			}
			output, err := shell(t, cli.Dir, cli.Env, commands(tests))
			if err != nil || !strings.Contains(output, "Success!") {
				t.Errorf("%v:\n%s", err, output)
			}
		})
	}
}

// examplesWithTests are the folders of the others, each of which has a README and a test of a failure.
func examplesWithTests(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() && !slices.Contains(untestedExamples, entry.Name()) {
			folders = append(folders, filepath.Join("../../examples", entry.Name()))
		}
	}
	return folders
}
