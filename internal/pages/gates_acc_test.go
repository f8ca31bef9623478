// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// gate is a configuration with a change that a checkpoint of the last two hours is the condition
// of.
type gate struct {
	t     *testing.T
	scene *acctest.Scene
	cli   *acctest.CLI
	// limit is that of the condition on timestamp(): see age. Empty if there is none.
	limit string
	// refusal is what a closed gate says.
	refusal string
}

func newGate(t *testing.T, name string) *gate {
	t.Helper()
	g := gateOf(t, read(t, "testdata/gates/"+name+".tf"), "No recent checkpoint")
	g.limit = "2h"
	return g
}

// gateOf is a gate without a condition on timestamp().
func gateOf(t *testing.T, config, refusal string) *gate {
	t.Helper()
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithoutFixtures()))
	s.Atlas.PutCluster(atlasmock.ProjectID, atlasmock.ShardedCluster)
	return &gate{t: t, scene: s, cli: cliAt(t, s, config), refusal: refusal}
}

// put makes a checkpoint that is so old.
func (g *gate) put(n int, age time.Duration) {
	putCheckpoint(g.scene, n, true, time.Now().Add(-age).UTC().Format(time.RFC3339))
}

// age lets three hours pass. The checkpoint gets older; and as the CLI's clock can't be moved,
// timestamp() is compared with a limit that is shorter instead.
func (g *gate) age(checkpoint time.Duration) {
	g.put(1, checkpoint+3*time.Hour)
	if g.limit != "" {
		g.limit = "0s"
	}
}

// run runs the CLI, and returns what happened.
func (g *gate) run(arguments ...string) string {
	g.t.Helper()
	g.cli.Output.Reset()
	if g.limit != "" && (arguments[len(arguments)-1] != "saved.tfplan" || arguments[0] == "plan") {
		arguments = append(arguments, "-var=limit_at_apply="+g.limit)
	}
	err := g.cli.Command(g.t.Context(), arguments...).Run()
	output := g.cli.Output.String()
	switch made := strings.Contains(output, "terraform_data.change: Creation complete"); {
	case err == nil:
		return "passes"
	case !strings.Contains(output, g.refusal):
		g.t.Errorf("%v failed for another reason:\n%s", arguments, output)
		return "fails"
	case made:
		return "too late"
	default:
		return "stopped"
	}
}

// outcomes are what a gate does when there is no recent checkpoint in the plan; in the apply when
// the checkpoint is recent still, too old by now, or followed by a newer one; and in a destroy.
type outcomes struct{ plan, fresh, stale, newer, destroy string }

var gates = map[string]outcomes{
	"plantimestamp":           {"stopped", "passes", "passes", "passes", "passes"},
	"timestamp":               {"stopped", "passes", "stopped", "stopped", "passes"},
	"ephemeral_precondition":  {"stopped", "passes", "stopped", "passes", "passes"},
	"ephemeral_postcondition": {"stopped", "passes", "stopped", "passes", "stopped"},
	"without_depends_on":      {"stopped", "passes", "too late", "passes", "stopped"},
	"applying":                {"passes", "passes", "stopped", "passes", "passes"},
}

// OpenTofu reads the list for a destroy, but its postcondition stops none. At apply it reads the
// list only if something depends on it.
var openTofuGates = map[string]outcomes{
	"ephemeral_postcondition": {"stopped", "passes", "stopped", "passes", "passes"},
	"without_depends_on":      {"stopped", "passes", "passes", "passes", "passes"},
}

// docs/guides/gates.md says in its table what TestAccGates sees.
func TestGates_page(t *testing.T) {
	_, rows, _ := strings.Cut(read(t, "../../docs/guides/gates.md"), "| --- | --- | --- | --- | --- | --- |\n")
	lines := strings.Split(rows, "\n")
	for i, name := range []string{
		"plantimestamp", "timestamp", "ephemeral_precondition", "ephemeral_postcondition", "without_depends_on", "applying",
	} {
		openTofu, ok := openTofuGates[name]
		if !ok {
			openTofu = gates[name]
		}
		cells := strings.Split(strings.NewReplacer("*", "", `\|`, "").Replace(lines[i]), "|")[2:7]
		for engine, want := range map[string]outcomes{"Terraform": gates[name], "OpenTofu": openTofu} {
			var said [5]string
			for j, cell := range cells {
				cell, other, differs := strings.Cut(cell, "OpenTofu:")
				if differs && engine == "OpenTofu" {
					cell = other
				}
				said[j] = outcomeOf(cell)
			}
			if got := (outcomes{said[0], said[1], said[2], said[3], said[4]}); got != want {
				t.Errorf("%s, %s: %+v, want %+v", engine, name, got, want)
			}
		}
	}
}

// outcomeOf is what a cell of the table says. A gate that is not evaluated stops nothing.
func outcomeOf(cell string) string {
	switch cell = strings.TrimSpace(cell); {
	case strings.HasPrefix(cell, "fails too late"):
		return "too late"
	case strings.HasPrefix(cell, "fails"):
		return "stopped"
	case strings.HasPrefix(cell, "passes"), cell == "not evaluated":
		return "passes"
	default:
		return cell
	}
}

// What each form of a gate does, when the checkpoint gets too old between the plan and the apply of
// the saved plan. docs/guides/gates.md has this table.
func TestAccGates(t *testing.T) {
	t.Parallel()
	for name, want := range gates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.HasSuffix(name, "timestamp") {
				acctest.NeedsEphemeral(t)
			}
			openTofu := acctest.EngineOf(t).Name == "OpenTofu"
			if other, ok := openTofuGates[name]; ok && openTofu {
				want = other
			}
			got := want
			g := newGate(t, name)
			g.put(1, 3*time.Hour)
			got.plan = g.run("plan")
			g.put(1, time.Minute)
			if outcome := g.run("plan", "-out=saved.tfplan"); outcome != "passes" {
				t.Errorf("the plan with a fresh checkpoint: %s", outcome)
			}
			g.scene.Atlas.ResetLog()
			got.fresh = g.run("apply", "saved.tfplan")
			price := 2 // a handshake and the list
			if strings.HasSuffix(name, "timestamp") || openTofu && name == "without_depends_on" {
				price = 0
			}
			if n := g.scene.Atlas.Count("", ""); n != price {
				t.Errorf("%d requests at apply, want %d", n, price)
			}
			g.age(time.Minute)
			got.destroy = g.run("destroy", "-auto-approve")
			got.stale = saved(t, name, func(g *gate) { g.age(time.Minute) })
			got.newer = saved(t, name, func(g *gate) {
				g.age(time.Minute)
				g.put(2, time.Minute)
			})
			t.Logf("%-24s %+v", name, got)
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// saved applies a saved plan after something has happened.
func saved(t *testing.T, name string, happen func(*gate)) string {
	t.Helper()
	g := newGate(t, name)
	g.put(1, time.Minute)
	g.limit = "0s" // at apply
	if outcome := g.run("plan", "-out=saved.tfplan"); outcome != "passes" {
		t.Errorf("the plan to be saved: %s", outcome)
	}
	happen(g)
	if name == "without_depends_on" {
		// The list takes longer than the change, which nothing holds up.
		g.scene.Atlas.Fail(atlasmock.FaultDelay(2 * time.Second))
	}
	return g.run("apply", "saved.tfplan")
}

// Each gate that a page shows stops a plan if there is no restore point, and if the last one is old
// and what is new can't be restored.
func TestAccGates_shown(t *testing.T) {
	t.Parallel()
	for name, gate := range shownGates(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ephemeralBlock.MatchString(gate) {
				acctest.NeedsEphemeral(t)
			}
			s := acctest.New(t, acctest.APIKey) // with fixtures that are years old
			cli := cliAt(t, s, "")
			cli.Env = append(cli.Env, "TF_VAR_project_id="+atlasmock.ProjectID, "TF_VAR_cluster_name="+atlasmock.ShardedCluster,
				"TF_VAR_project_name=Orders", "TF_VAR_database_url=")
			cli.Write("schema.hcl", "")
			if strings.Contains(gate, "required_providers") {
				cli.Write("main.tf", "") // which has them, too
			}
			stops := func(when, cluster string) {
				cli.Write("gate.tf", strings.ReplaceAll(gate, `"Cluster0"`, `"`+cluster+`"`))
				cli.Output.Reset()
				cli.Fail("plan")
				if !strings.Contains(cli.Output.String(), "Resource precondition failed") {
					t.Errorf("%s:\n%s", when, cli.Output.String())
				}
			}
			cluster, empty := "Cluster0", "Cluster0"
			if strings.Contains(gate, "mongodbatlas_cloud_backup_snapshots") { // what stands in for it knows these
				cluster, empty = "Old", "Empty"
			}
			now := time.Now().UTC().Format(time.RFC3339)
			id := putCheckpoint(s, 1, false, now)
			s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Snapshots, id,
				fmt.Appendf(nil, `{"id":%q,"complete":false,"created":{"date":%q,"increment":1}}`, id, now))
			stops("what is new can't be restored", cluster)
			if strings.Contains(gate, "checkpoint_id") {
				return // the read fails
			}
			for _, collection := range []string{atlasmock.Checkpoints, atlasmock.Snapshots} {
				documents, err := fs.Glob(atlasmock.DefaultFixtures(), path.Join(atlasmock.ProjectID, atlasmock.ShardedCluster, collection, "*"))
				if err != nil {
					t.Fatal(err)
				}
				for _, document := range append(documents, id) {
					s.Atlas.Delete(atlasmock.ProjectID, atlasmock.ShardedCluster, collection, strings.TrimSuffix(path.Base(document), ".json"))
				}
			}
			stops("no restore point", empty)
		})
	}
}

// shownGates are the configurations, by where they stand.
func shownGates(t *testing.T) map[string]string {
	t.Helper()
	gates := map[string]string{}
	for i, block := range configuration.FindAllStringSubmatch(read(t, "../../README.md"), -1) {
		if strings.Contains(block[2], "precondition {") {
			gates[fmt.Sprintf("README.md/%d", i+1)] = block[2]
		}
	}
	if len(gates) == 0 {
		t.Error("README.md shows no gate")
	}
	for _, pattern := range []string{
		"data-sources/*/gate.tf", "ephemeral-resources/*/gate.tf", "guides/gates/*.tf", "guides/cloud_backups/*.tf", "both/main.tf", "gate/main.tf",
	} {
		files, err := filepath.Glob("../../examples/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			gate := read(t, file)
			if first := filepath.Join(filepath.Dir(file), "data-source.tf"); exists(t, first) {
				gate += read(t, first) // a block to add to this one
			}
			gates[strings.TrimPrefix(file, "../../examples/")] = gate
		}
	}
	return gates
}
