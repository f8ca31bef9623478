// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"maps"
	"net/http"
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

var ephemeralBlock = regexp.MustCompile(`(?m)^ephemeral "`)

// Each example that a page shows can be planned as it is. TestAccPages is about those of the provider
// block, and TestAccReadmes about the folders with a README.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	var folders []string
	for _, pattern := range []string{"data-sources/*", "ephemeral-resources/*", "guides/*"} {
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
			cli := cliAt(t, s, "")
			files, err := filepath.Glob(folder + "/*.tf")
			if err != nil {
				t.Fatal(err)
			}
			var left []string // left out
			for _, file := range files {
				content := read(t, file)
				if ephemeralBlock.MatchString(content) && !acctest.EngineOf(t).HasEphemeral() {
					left = append(left, filepath.Base(file))
					continue
				}
				if strings.Contains(content, "required_providers") {
					cli.Write("main.tf", "") // which has them, too
				}
				cli.Write(filepath.Base(file), content)
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

var needsEphemeral = regexp.MustCompile(`(?m)^ephemeral "|^ +ephemeral += true$`)

// The module of the gate holds when a saved plan is applied. Its README has the configuration.
func TestAccExampleGateModule(t *testing.T) {
	t.Parallel()
	acctest.NeedsEphemeral(t)
	block := configuration.FindStringSubmatch(read(t, "../../examples/gate/README.md"))
	if block == nil {
		t.Fatal("the README shows no configuration")
	}
	g := gateOf(t, block[2], "has no restorable checkpoint of the last 1h.")
	if err := os.CopyFS(filepath.Join(g.cli.Dir, "module"), os.DirFS("../../examples/gate/module")); err != nil {
		t.Fatal(err)
	}
	g.cli.Run("get")
	step := func(name, want string, arguments ...string) {
		if got := g.run(arguments...); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	g.put(1, 3*time.Hour)
	step("plan without a recent checkpoint", "stopped", "plan")
	g.put(1, time.Minute)
	step("plan with one", "passes", "plan", "-out=saved.tfplan")
	g.age(time.Minute)
	step("apply, too old by now", "stopped", "apply", "saved.tfplan")
	g.put(1, time.Minute)
	step("plan again", "passes", "plan", "-out=saved.tfplan")
	g.age(time.Minute)
	g.put(2, time.Minute)
	step("apply, a newer one made in between", "passes", "apply", "saved.tfplan")
	g.put(2, 3*time.Hour)
	step("destroy", "passes", "destroy", "-auto-approve")
	enabled := g.cli.Read("main.tf")
	disabled := strings.Replace(enabled, "enabled      = true", "enabled      = false", 1)
	g.cli.Write("main.tf", disabled)
	g.scene.Atlas.ResetLog()
	step("disabled", "passes", "apply", "-auto-approve")
	if n := g.scene.Atlas.Count("", ""); n != 0 {
		t.Errorf("disabled: %d requests", n)
	}
	g.scene.Atlas.Fail(atlasmock.FaultStatus(http.StatusBadRequest, "INCORRECT_BACKUP_API_ENDPOINT", "").Repeat(atlasmock.Forever))
	g.cli.Write("main.tf", enabled)
	g.cli.Fail("destroy", "-auto-approve")
	if !strings.Contains(g.cli.Output.String(), "The cluster uses Cloud Backups") {
		t.Errorf("destroy failed for another reason:\n%s", g.cli.Output.String())
	}
	g.cli.Write("main.tf", disabled)
	step("destroy of a disabled gate, Atlas can't be read", "passes", "destroy", "-auto-approve")
}

// Credentials from ephemeral variables, and from an ephemeral resource, are stored nowhere.
func TestAccExamples_secrets(t *testing.T) {
	t.Parallel()
	acctest.NeedsEphemeral(t)
	for folder, example := range map[string]struct {
		login acctest.Login
		env   map[string]string
		read  string
	}{
		"secrets": {acctest.APIKey, map[string]string{
			"TF_VAR_atlas_public_key": acctest.PublicKey, "TF_VAR_atlas_private_key": acctest.PrivateKey,
			"TF_VAR_project_id": atlasmock.ProjectID, "TF_VAR_cluster_name": atlasmock.ShardedCluster,
		}, atlasmock.ShardedCheckpointID},
		"guides/vault_token": {acctest.AccessToken, nil, "snapshot_interval_hours"},
	} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, example.login)
			cli := acctest.NewCLI(t, "", example.env)
			cli.Env = append(cli.Env, "MONGODB_ATLAS_BASE_URL="+s.URL)
			cli.Copy("../../examples/" + folder)
			standIn(t, cli)
			cli.Run("plan", "-out=saved.tfplan")
			cli.Run("apply", "saved.tfplan")
			for _, file := range []string{"saved.tfplan", "terraform.tfstate"} {
				content := cli.Read(file)
				if !strings.Contains(content, example.read) {
					t.Errorf("%s does not have what was read", file)
				}
				for _, secret := range slices.Concat(example.login.Secrets, []acctest.Secret{{Value: acctest.PublicKey}}) {
					for _, form := range secret.Forms() {
						if strings.Contains(content, form) {
							t.Errorf("%s has %s", file, form)
						}
					}
				}
			}
		})
	}
}

// A part of which Atlas does not report whether it has its token is not consistent.
func TestAccExampleConsistency_notReported(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey)
	s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID,
		[]byte(`{"id": "`+atlasmock.ShardedCheckpointID+`", "parts": [{"replicaSetName": "shard-0"}]}`))
	cli := exampleAt(t, s, "../../examples/consistency")
	cli.Fail("plan", "-var=project_id="+atlasmock.ProjectID, "-var=cluster_name="+atlasmock.ShardedCluster,
		"-var=checkpoint_id="+atlasmock.ShardedCheckpointID)
	if !prints(cli.Output.String(), "is not consistent. No token in: shard-0.") {
		t.Error(cli.Output.String())
	}
}

// notGovernment is for the mock, which is not Atlas for Government.
const notGovernment = `provider "atlas" {
  alias               = "government"
  is_mongodbgov_cloud = false
}
`

// Each organization of the fleet is read with its own API key, and one from Atlas for Government: with
// another address in the environment, nothing is read for it.
func TestAccExampleFleet(t *testing.T) {
	t.Parallel()
	acctest.NeedsEphemeral(t)
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithAPIKey("forshop", "a"),
		atlasmock.WithAPIKey("forlogis", "b"), atlasmock.WithAPIKey("forgover", "c")))
	s.Atlas.PutCluster(atlasmock.ProjectID, "Forms")
	cli := exampleAt(t, s, "../../examples/fleet")
	cli.Env = append(cli.Env, `TF_VAR_api_keys={
  shop       = { public_key = "forshop", private_key = "a" }
  logistics  = { public_key = "forlogis", private_key = "b" }
  government = { public_key = "forgover", private_key = "c" }
}`)
	cli.Write("terraform.tfvars", `clusters = {
  shop       = { web = { project_id = "`+atlasmock.ProjectID+`", cluster_name = "Cluster0" } }
  logistics  = { orders = { project_id = "`+atlasmock.ProjectID+`", cluster_name = "Orders" } }
  government = { forms = { project_id = "`+atlasmock.ProjectID+`", cluster_name = "Forms" } }
}
`)
	cli.Run("get")
	cli.Fail("plan")
	if !strings.Contains(cli.Output.String(), "Conflicting Atlas base URLs") {
		t.Error(cli.Output.String())
	}
	s.Atlas.ResetLog()
	cli.Write("mock_override.tf", notGovernment)
	cli.Run("plan")
	read := map[string]string{}
	for _, r := range s.Atlas.Requests() {
		if key := regexp.MustCompile(`username="(\w+)"`).FindStringSubmatch(r.Header.Get("Authorization")); key != nil {
			read[key[1]] = strings.Split(r.Path, "/")[7]
		}
	}
	if want := map[string]string{"forshop": "Cluster0", "forlogis": "Orders", "forgover": "Forms"}; !maps.Equal(read, want) {
		t.Errorf("got %v, want %v", read, want)
	}
}

// Of a cluster that was upgraded to Cloud Backups, the inventory reads only the old snapshots, and it
// fails if nobody has told it.
func TestAccExampleInventory_upgraded(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.APIKey, acctest.WithMock())
	s.Atlas.Fail(atlasmock.FaultStatus(http.StatusBadRequest, "INCORRECT_BACKUP_API_ENDPOINT", "").On(func(r *http.Request) bool {
		return atlasmock.MatchAPI(r) && !strings.HasSuffix(r.URL.Path, "/"+atlasmock.Snapshots)
	}).Repeat(atlasmock.Forever))
	cli := exampleAt(t, s, "../../examples/inventory")
	const shop = `clusters = { shop = { project_id = "` + atlasmock.ProjectID + `", cluster_name = "` + atlasmock.ShardedCluster + `"`
	cli.Write("terraform.tfvars", shop+" } }\n")
	cli.Fail("plan")
	if !strings.Contains(cli.Output.String(), "The cluster uses Cloud Backups") {
		t.Error(cli.Output.String())
	}
	cli.Write("terraform.tfvars", shop+", upgraded = true } }\n")
	cli.Run("plan")
}
