// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"errors"
	"io/fs"
	"maps"
	"net/http"
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
	g.cli.Write("main.tf", strings.Replace(enabled, "enabled      = true", "enabled      = false", 1))
	g.scene.Atlas.ResetLog()
	step("disabled", "passes", "apply", "-auto-approve")
	if n := g.scene.Atlas.Count("", ""); n != 0 {
		t.Errorf("disabled: %d requests", n)
	}
	g.scene.Atlas.Fail(atlasmock.FaultStatus(http.StatusBadRequest, "INCORRECT_BACKUP_API_ENDPOINT", "").Repeat(atlasmock.Forever))
	g.cli.Write("main.tf", enabled)
	g.cli.Fail("destroy", "-auto-approve") // since Atlas can't be read
	g.cli.Write("main.tf", strings.Replace(enabled, "enabled      = true", "enabled      = false", 1))
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
				for _, secret := range append(example.login.Secrets, acctest.Secret{Value: acctest.PublicKey}) {
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

// newExample is a copy of an example in front of a mock with recent backups, or with those of the example's
// own.
func newExample(t *testing.T, folder string) *acctest.CLI {
	t.Helper()
	options := []atlasmock.Option{atlasmock.WithFreshness(5 * time.Minute)}
	if own := filepath.Join(folder, "fixtures"); exists(t, own) {
		options = append(options, atlasmock.WithFixtures(os.DirFS(own)))
	}
	return exampleAt(t, acctest.New(t, acctest.APIKey, acctest.WithMock(options...)), folder)
}

// exampleAt is a copy of an example in front of a mock.
func exampleAt(t *testing.T, s *acctest.Scene, folder string) *acctest.CLI {
	t.Helper()
	cli := cliAt(t, s, "")
	cli.Copy(folder)
	return cli
}

// cliAt is the CLI in front of a mock, with the mock's API key.
func cliAt(t *testing.T, s *acctest.Scene, config string) *acctest.CLI {
	t.Helper()
	env := maps.Clone(acctest.APIKey.Env)
	env["MONGODB_ATLAS_BASE_URL"] = s.URL
	cli := acctest.NewCLI(t, config, env)
	standIn(t, cli)
	return cli
}

// standIn has the CLI find what stands in for other providers.
func standIn(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	for _, source := range standIns {
		cli.Override(source, standInFor(t, source))
	}
}

// count counts what matches in some files of a folder.
func count(t *testing.T, folder, pattern string, what *regexp.Regexp) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		n += len(what.FindAllString(read(t, file), -1))
	}
	return n
}

func exists(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}
