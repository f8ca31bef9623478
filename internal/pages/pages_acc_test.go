// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var (
	configuration = regexp.MustCompile("(?ms)^```(terraform|hcl)\n(.*?)^```$")
	// elsewhere is what reads from an address, or takes values, that the mock has not.
	elsewhere = regexp.MustCompile(`(?m)^  (base_url|is_mongodbgov_cloud) |^data "mongodbatlas_project"`)
)

// Each block of a page is one of the examples, which other tests plan, or is validated here, and
// planned if it can read from the mock. Blocks that call themselves hcl are the CLI's configuration.
func TestAccPages(t *testing.T) {
	t.Parallel()
	examples := planned(t)
	seen := map[string]bool{}
	for _, page := range pages(t) {
		for i, match := range configuration.FindAllStringSubmatch(read(t, page), -1) {
			kind, block := match[1], strings.TrimSpace(match[2])
			gate := page == "../../examples/gate/README.md" // TestAccExampleGateModule runs it
			if examples[block] || seen[block] || gate {
				continue
			}
			seen[block] = true
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(page), i+1), func(t *testing.T) {
				t.Parallel()
				if kind == "hcl" {
					configureCLI(t, block)
				} else {
					planBlock(t, block)
				}
			})
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d blocks beside the examples were found", len(seen))
	}
}

// planned are the examples but those of the provider block.
func planned(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir("../../examples", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path == "../../examples/provider" {
			return fs.SkipDir
		}
		if slices.Contains([]string{".tf", ".hcl", ".example"}, filepath.Ext(path)) {
			content, err := os.ReadFile(path)
			found[strings.TrimSpace(string(content))] = true
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func planBlock(t *testing.T, block string) {
	t.Helper()
	if ephemeralBlock.MatchString(block) {
		acctest.NeedsEphemeral(t)
	}
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithFreshness(5*time.Minute), acctest.AccessToken.Accept,
		atlasmock.WithAPIKey("abcdefgh", "sesame"), atlasmock.WithServiceAccount("mdb_sa_id_65f1c2a4b7d8e90123456789", "sesame")))
	env := map[string]string{"MONGODB_ATLAS_BASE_URL": s.URL, "TF_VAR_atlas_access_token": acctest.BearerToken}
	switch {
	case strings.Contains(block, "public_key = "):
		env["MONGODB_ATLAS_PRIVATE_API_KEY"] = "sesame"
	case strings.Contains(block, "client_id = "):
		env["MONGODB_ATLAS_CLIENT_SECRET"] = "sesame"
	default:
		maps.Copy(env, acctest.APIKey.Env)
	}
	cli := acctest.NewCLI(t, "", env)
	standIn(t, cli)
	if strings.Contains(block, "required_providers") {
		cli.Write("main.tf", "") // which has them, too
	}
	cli.Write("block.tf", block+"\n")
	if elsewhere.MatchString(block) {
		cli.Run("validate")
	} else {
		cli.Run("plan", "-input=false")
	}
}

func configureCLI(t *testing.T, block string) {
	t.Helper()
	cli := acctest.NewCLI(t, "", nil)
	cli.Write("terraformrc", block+"\n")
	cli.Run("version")
	if strings.Contains(cli.Output.String(), "problems with the CLI configuration") {
		t.Error(cli.Output.String())
	}
}
