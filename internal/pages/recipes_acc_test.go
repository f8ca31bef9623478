// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// A newer checkpoint changes neither the frozen one nor the last one before an incident.
func TestAccRecipes(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithoutFixtures()))
	env := maps.Clone(acctest.APIKey.Env)
	env["MONGODB_ATLAS_BASE_URL"] = s.URL
	cli := acctest.NewCLI(t, "", env)
	for _, name := range []string{"freeze.tf", "before_incident.tf"} {
		content, err := os.ReadFile("../../examples/guides/recipes/" + name)
		if err != nil {
			t.Fatal(err)
		}
		cli.Write(name, string(content))
	}
	put := func(n int, timestamp string) {
		id := fmt.Sprintf("%024x", n)
		s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints, id,
			fmt.Appendf(nil, `{"id":%q,"restorable":true,"timestamp":%q}`, id, timestamp))
	}
	s.Atlas.PutCluster(atlasmock.ProjectID, atlasmock.ShardedCluster)
	cli.Fail("apply", "-auto-approve")
	if !strings.Contains(cli.Output.String(), "There is no checkpoint to restore to.") {
		t.Errorf("without a checkpoint:\n%s", cli.Output.String())
	}
	put(1, "2026-01-15T09:15:00Z") // before the incident of 09:30
	cli.Run("apply", "-auto-approve")
	put(2, "2026-01-15T09:45:00Z")
	cli.Run("plan", "-detailed-exitcode") // fails if there is anything to change
	cli.Output.Reset()
	cli.Run("output")
	for _, want := range []string{
		fmt.Sprintf(`restore_point = "%024x"`, 1), `last_restore_point_before_the_incident = "2026-01-15T09:15:00Z"`,
	} {
		if !strings.Contains(cli.Output.String(), want) {
			t.Errorf("lacks %s:\n%s", want, cli.Output.String())
		}
	}
}
