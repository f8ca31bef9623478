// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The scheduled pipelines of the example fail when a check does not pass, and no earlier.
func TestAccExamplePipelines(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/rpo"
	script := pipelines(t, folder)
	_, look, _ := strings.Cut(script, "-out=rpo.tfplan\n")
	if !strings.Contains(read(t, filepath.Join(folder, "README.md")), "\n```sh\n"+look+"```\n") {
		t.Error("the README shows other commands")
	}
	page := read(t, "../../docs/guides/pipelines.md")
	blocks := shellBlock.FindAllStringSubmatch(page, 2)
	if strings.ReplaceAll(script, " -input=false", "") != "terraform init\n"+blocks[0][1] {
		t.Errorf("the page shows other commands:\n%s", blocks[0][1])
	}
	reasons := blocks[1][1]
	atlantis := "export PLANFILE=rpo.tfplan ATLANTIS_TERRAFORM_VERSION=\n"
	for _, step := range regexp.MustCompile(`(?m)^        - run: (.+)$`).FindAllStringSubmatch(page, 2) {
		atlantis += step[1] + "\n"
	}
	cli := newExample(t, folder)
	install(t, cli)
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
		for _, script := range []string{script, "rm plan.json\n" + atlantis} {
			output, err := shell(t, cli.Dir, cli.Env, script)
			if passed := err == nil; passed != (test.status == "pass") || !passed && err.Error() != "exit status 1" {
				t.Errorf("%s: %v\n%s%s", test.name, err, script, output)
			}
		}
		reason, err := shell(t, cli.Dir, cli.Env, reasons)
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
	}
}

// pipelines are the commands of the two pipelines, which are the same.
func pipelines(t *testing.T, folder string) string {
	t.Helper()
	var github struct {
		On          struct{ Schedule []map[string]string }
		Permissions map[string]string
		Jobs        map[string]struct {
			Steps []struct {
				Run  string
				Env  map[string]string
				With map[string]any
			}
		}
	}
	var gitlab map[string]struct {
		BeforeScript []string `yaml:"before_script"`
		Script       []string
	}
	if err := errors.Join(
		yaml.Unmarshal([]byte(read(t, filepath.Join(folder, "github-actions.yml"))), &github),
		yaml.Unmarshal([]byte(read(t, filepath.Join(folder, "gitlab-ci.yml"))), &gitlab),
	); err != nil {
		t.Fatal(err)
	}
	if len(github.On.Schedule) != 1 || !maps.Equal(github.Permissions, map[string]string{"contents": "read"}) {
		t.Errorf("the workflow has the schedule %v and the permissions %v", github.On.Schedule, github.Permissions)
	}
	var script []string
	for _, step := range github.Jobs["rpo"].Steps {
		if step.Run != "" {
			script = append(script, strings.Split(strings.TrimSpace(step.Run), "\n")...)
		}
		if strings.HasPrefix(step.Run, "terraform plan ") && !maps.Equal(step.Env, map[string]string{
			"MONGODB_ATLAS_CLIENT_ID":     "${{ secrets.MONGODB_ATLAS_CLIENT_ID }}",
			"MONGODB_ATLAS_CLIENT_SECRET": "${{ secrets.MONGODB_ATLAS_CLIENT_SECRET }}",
		}) {
			t.Errorf("the plan has these variables: %v", step.Env)
		}
		if _, installs := step.With["terraform_version"]; installs && step.With["terraform_wrapper"] != false {
			t.Error("the wrapper writes into plan.json")
		}
	}
	other := slices.Concat(gitlab["rpo"].BeforeScript, gitlab["rpo"].Script)
	if len(other) == 0 || other[0] != "apk add --no-cache jq" || !slices.Equal(other[1:], script) {
		t.Errorf("the pipelines differ:\n%q\n%q", script, other)
	}
	return strings.Join(script, "\n") + "\n"
}
