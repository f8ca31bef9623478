// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var ephemeralBlock = regexp.MustCompile(`(?m)^ephemeral "`)

// Each example but those of the provider block can be planned as it is.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	var folders []string
	for _, pattern := range []string{"data-sources/*", "ephemeral-resources/*", "guides/*", "inventory"} {
		found, err := filepath.Glob("../../examples/" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		folders = append(folders, found...)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(filepath.Dir(folder))+"/"+filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithFreshness(5*time.Minute), acctest.AccessToken.Accept))
			env := maps.Clone(acctest.APIKey.Env)
			env["MONGODB_ATLAS_BASE_URL"] = s.URL
			cli := acctest.NewCLI(t, "", env)
			for _, source := range []string{"mongodb/mongodbatlas", "hashicorp/vault"} {
				cli.Override(source, standInFor(t, source))
			}
			files, err := filepath.Glob(folder + "/*.tf*")
			if err != nil {
				t.Fatal(err)
			}
			var left []string // left out
			for _, file := range files {
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if ephemeralBlock.Match(content) && !acctest.EngineOf(t).HasEphemeral() {
					left = append(left, filepath.Base(file))
					continue
				}
				if strings.Contains(string(content), "required_providers") {
					cli.Write("main.tf", "") // which has them, too
				}
				cli.Write(strings.TrimSuffix(filepath.Base(file), ".example"), string(content))
			}
			switch len(left) {
			case 0:
			case len(files):
				acctest.NeedsEphemeral(t)
			default:
				acctest.NeedsEphemeral(t, left...)
			}
			cli.Run("plan", "-input=false")
			t.Log(cli.Output.String())
		})
	}
}

// standInFor returns the folder of what stands in for a provider.
func standInFor(t *testing.T, source string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, standInPrefix+filepath.Base(source))); err != nil {
		t.Fatal(err)
	}
	return folder
}
