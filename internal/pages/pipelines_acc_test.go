// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The scheduled pipelines of the example fail when a check does not pass, and no earlier.
func TestAccExamplePipelines(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/rpo"
	var script string
	for file, steps := range map[string]struct {
		block  *regexp.Regexp
		indent string
	}{
		"github-actions.yml": {regexp.MustCompile(`(?s) - name: Plan\n.* run: \|\n(( {10}[^\n]+\n)+)`), "          "},
		"gitlab-ci.yml":      {regexp.MustCompile(`(?s)\n  script:\n((    - [^\n]+\n)+)`), "    - "},
	} {
		content, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		block := steps.block.FindStringSubmatch(string(content))
		if block == nil {
			t.Fatalf("%s has no commands", file)
		}
		commands := strings.ReplaceAll(block[1], steps.indent, "")
		if script != "" && commands != script {
			t.Errorf("the pipelines differ:\n%s\n%s", script, commands)
		}
		script = commands
	}
	_, look, _ := strings.Cut(script, "-out=rpo.tfplan\n")
	if !strings.Contains(read(t, filepath.Join(folder, "README.md")), "\n```sh\n"+look+"```\n") {
		t.Error("the README shows other commands")
	}
	page := read(t, "../../docs/guides/pipelines.md")
	byHand := shellBlock.FindAllStringSubmatch(page, -1)
	atlantis := "terraform plan -out=rpo.tfplan\nexport PLANFILE=rpo.tfplan ATLANTIS_TERRAFORM_VERSION=\n"
	for _, step := range regexp.MustCompile(`(?m)^        - run: (terraform\$.+|jq .+)$`).FindAllStringSubmatch(page, 2) {
		atlantis += step[1] + "\n"
	}
	cli := newExample(t, folder)
	cli.Run("get")
	for _, test := range []struct {
		name, cluster, maxAge, status, reason string
	}{
		{"recent", "Cluster0", "1h", "pass", ""},
		{"too old", "Orders", "1h", "fail", "Orders has no restorable checkpoint of the last 1h."},
		{"not readable", "Unknown", "1h", "fail", "Atlas cluster not found: "},
	} {
		cli.Write("terraform.tfvars", fmt.Sprintf(`clusters = {
  first = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = "Cluster0" }
  other = { project_id = "5e4229180a6f3c2b9d7e4a10", cluster_name = %q, max_age = %q }
}`, test.cluster, test.maxAge))
		for _, script := range []string{script, byHand[0][1], atlantis} {
			output, err := shell(t, cli.Dir, cli.Env, script)
			if passed := err == nil; passed != (test.status == "pass") || !passed && err.Error() != "exit status 1" {
				t.Errorf("%s: %v\n%s%s", test.name, err, script, output)
			}
			reason, err := shell(t, cli.Dir, cli.Env, byHand[1][1])
			if err != nil || !strings.HasPrefix(reason, test.reason) || test.reason == "" && reason != "" {
				t.Errorf("%s: %v, the reason is %q, want %q", test.name, err, reason, test.reason)
			}
			var plan struct {
				Checks []struct {
					Address struct{ Kind string }
					Status  string
				}
			}
			if err := json.Unmarshal([]byte(cli.Read("plan.json")), &plan); err != nil {
				t.Fatal(err)
			}
			for _, check := range plan.Checks {
				if check.Address.Kind == "check" && check.Status != test.status {
					t.Errorf("%s: the check's status is %s, want %s", test.name, check.Status, test.status)
				}
			}
			if err := os.Remove(filepath.Join(cli.Dir, "plan.json")); err != nil {
				t.Fatal(err)
			}
		}
	}
}
