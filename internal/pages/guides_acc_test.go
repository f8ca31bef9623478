// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// commandBlocks are how many blocks a page has for a shell or a pipeline. Those of docs/ are run by the
// tests below, and in airgapped_acc_test.go and pipelines_acc_test.go; two of try.md, about a release's
// archives, by scripts/release-check.
var commandBlocks = map[string]int{
	"CONTRIBUTING.md": 2, // the second one asks Atlas itself: internal/livecheck has tests of its own
	"README.md":       1, // make demo and make test
	"SECURITY.md":     3, // the second one by scripts/release-check; the others need a published release
	"docs/data-sources/legacy_backup_restore_job.md": 1,
	"docs/guides/air_gapped.md":                      2,
	"docs/guides/from_curl.md":                       1,
	"docs/guides/pipelines.md":                       5,
	"docs/guides/try.md":                             8,
}

// A new block must be run, too. TestAccReadmes and TestAccReadmes_tests run all of examples/.
func TestCommands(t *testing.T) {
	for _, page := range pages(t) {
		name := strings.TrimPrefix(page, "../../")
		got := len(regexp.MustCompile("(?m)^ *```(sh|shell|bash|console|yaml)$").FindAllString(read(t, page), -1))
		if want := commandBlocks[name]; got != want && !strings.HasPrefix(name, "examples/") {
			t.Errorf("%s has %d blocks of commands, want %d", name, got, want)
		}
	}
}

// The one test that the page for contributors runs exists.
func TestAccContributing(t *testing.T) {
	t.Parallel()
	script := shellBlock.FindStringSubmatch(read(t, "../../CONTRIBUTING.md"))[1]
	if output, err := shell(t, "../..", os.Environ(), script); err != nil || !strings.Contains(output, "--- PASS: ") {
		t.Errorf("%v:\n%s", err, output)
	}
}

// The guide's commands, as they stand on the page, but for the clone.
func TestAccGuideTry(t *testing.T) {
	t.Parallel()
	script := strings.Replace(commands(read(t, "../../docs/guides/try.md")), "git clone ", ": ", 1)
	dir := t.TempDir()
	clone := filepath.Join(dir, "terraform-provider-atlas")
	if err := os.CopyFS(filepath.Join(clone, "internal"), os.DirFS("..")); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"GNUmakefile", "go.mod", "go.sum", "main.go"} {
		if err := os.WriteFile(filepath.Join(clone, file), []byte(read(t, "../../"+file)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output, err := shell(t, dir, append(os.Environ(), "MONGODB_ATLAS_CLIENT_ID=x", "MONGODB_ATLAS_CLIENT_SECRET=x", "MONGODB_ATLAS_ACCESS_TOKEN=x"), script)
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	if got := len(regexp.MustCompile(`restorable_until = "\d{4}-`).FindAllString(output, -1)); got != 2 {
		t.Errorf("%d of 2 plans found a recent checkpoint:\n%s", got, output)
	}
}

// A script gets the value that the guide promises, and nothing else.
func TestAccGuideFromCurl(t *testing.T) {
	t.Parallel()
	cli := newExample(t, "../../examples/guides/from_curl")
	install(t, cli)
	output, err := shell(t, cli.Dir, cli.Env, commands(read(t, "../../docs/guides/from_curl.md")))
	if lines := strings.Split(output, "\n"); err != nil || !regexp.MustCompile(`^\d{4}-\S+Z$`).MatchString(lines[len(lines)-1]) {
		t.Errorf("%v:\n%s", err, output)
	}
}

// The loop ends when the job has ended, and after its last attempt.
func TestAccRestoreJobLoop(t *testing.T) {
	t.Parallel()
	const attempts = "$(seq 240)"
	loop := commands(read(t, "../../docs/data-sources/legacy_backup_restore_job.md"))
	if !strings.Contains(loop, attempts) {
		t.Fatal("the page has another loop")
	}
	loop = "sleep() { echo \"slept $1\"; }\n" + strings.Replace(loop, attempts, "1 2", 1)
	for status, want := range map[string]string{
		"FINISHED":    "<nil> ",
		"KILLED":      "exit status 1 The restore failed.\n",
		"IN_PROGRESS": "exit status 1 slept 60\nslept 60\nThe restore is not finished after four hours.\n",
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			const id = "64ffba79e4b0d17c3f9a6e21" // the example's
			s := acctest.New(t, acctest.APIKey, acctest.WithMock())
			s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.RestoreJobs, id,
				fmt.Appendf(nil, `{"id":%q,"statusName":%q,"delivery":{"methodName":"AUTOMATED_RESTORE"}}`, id, status))
			cli := exampleAt(t, s, "../../examples/data-sources/atlas_legacy_backup_restore_job")
			output, err := shell(t, cli.Dir, cli.Env, loop)
			if got := fmt.Sprint(err, " ", output); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// A newer checkpoint changes neither the frozen one nor the last one before an incident.
func TestAccRecipes(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithoutFixtures()))
	cli := cliAt(t, s, "")
	for _, name := range []string{"freeze.tf", "before_incident.tf"} {
		cli.Write(name, read(t, "../../examples/guides/recipes/"+name))
	}
	s.Atlas.PutCluster(atlasmock.ProjectID, atlasmock.ShardedCluster)
	cli.Fail("apply", "-auto-approve")
	if !strings.Contains(cli.Output.String(), "There is no checkpoint to restore to.") {
		t.Errorf("without a checkpoint:\n%s", cli.Output.String())
	}
	frozen := putCheckpoint(s, 1, true, "2026-01-15T09:15:00Z") // before the incident of 09:30
	cli.Run("apply", "-auto-approve")
	putCheckpoint(s, 2, true, "2026-01-15T09:45:00Z")
	cli.Run("plan", "-detailed-exitcode") // fails if there is anything to change
	cli.Output.Reset()
	cli.Run("output")
	for _, want := range []string{
		`restore_point = "` + frozen + `"`, `last_restore_point_before_the_incident = "2026-01-15T09:15:00Z"`,
	} {
		if !strings.Contains(cli.Output.String(), want) {
			t.Errorf("lacks %s:\n%s", want, cli.Output.String())
		}
	}
}
