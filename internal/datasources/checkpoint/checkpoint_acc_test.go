// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	single       = "atlas_legacy_backup_checkpoint"
	list         = "atlas_legacy_backup_checkpoints"
	sharded      = atlasmock.ShardedCluster
	checkpointID = atlasmock.ShardedCheckpointID
)

func numberedID(n int) string { return fmt.Sprintf("%024x", n) }

// block reads a checkpoint of the sharded cluster, with more arguments.
func block(id, arguments string) string {
	return acctest.Data(single, fmt.Sprintf("checkpoint_id = %q\n  %s", id, arguments))
}

// The state has every attribute, in the types of the schema.
func TestAccLegacyBackupCheckpointDataSource_attributes(t *testing.T) {
	t.Parallel()
	const project = "https://cloud.mongodb.com/api/atlas/v2/groups/" + atlasmock.ProjectID
	part := func(replicaSet string, shard any, kind, date string, increment int) map[string]any {
		return map[string]any{
			"replica_set_name": replicaSet, "shard_name": shard, "type_name": kind, "token_discovered": true,
			"token_timestamp": map[string]any{"date": date, "increment": increment},
		}
	}
	link := func(rel, path string) map[string]any { return map[string]any{"rel": rel, "href": project + path} }
	s := acctest.New(t, acctest.APIKey)
	s.Test(resource.TestStep{
		Config: s.HCL("", block(checkpointID, "")),
		ConfigStateChecks: acctest.State("data."+single+".test", map[string]any{
			"id": checkpointID, "checkpoint_id": checkpointID, "project_id": atlasmock.ProjectID, "cluster_name": sharded, "timeouts": nil,
			"started": "2023-09-12T06:00:08Z", "completed": "2023-09-12T06:00:25Z", "timestamp": "2023-09-12T06:00:21Z",
			"cluster_id": "5e43c6004b8d1e7f2a9c0b34", "restorable": true,
			"parts": []any{
				part("Cluster0-shard-1", "Cluster0-shard-1", "REPLICA_SET", "2023-09-12T06:00:21Z", 1),
				part("Cluster0-shard-0", "Cluster0-shard-0", "REPLICA_SET", "2023-09-12T06:00:21Z", 1),
				part("Cluster0-config-0", nil, "CONFIG_SERVER_REPLICA_SET", "2023-09-12T06:00:22Z", 2),
			},
			"links": []any{
				link("self", "/clusters/Cluster0/backupCheckpoints/"+checkpointID),
				link("https://cloud.mongodb.com/cluster", "/clusters/Cluster0"), link("https://cloud.mongodb.com/group", ""),
			},
		}),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	})
}

// Terraform's own functions compare the times, whatever form Atlas sends.
func TestAccLegacyBackupCheckpointDataSource_times(t *testing.T) {
	t.Parallel()
	s := acctest.New(t, acctest.AccessToken)
	s.Atlas.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, checkpointID, []byte(
		`{"id":"`+checkpointID+`","started":"2023-09-12T08:00:08.123456789+02:00","timestamp":"2023-09-12t06:00:09z"}`))
	const test = "data." + single + ".test"
	s.Test(resource.TestStep{
		Config: s.HCL("", block(checkpointID, ""), `output "order" { value = timecmp(`+test+`.started, `+test+`.timestamp) }`),
		ConfigStateChecks: append(
			acctest.State(test, map[string]any{"started": "2023-09-12T06:00:08.123456789Z", "timestamp": "2023-09-12T06:00:09Z"}),
			statecheck.ExpectKnownOutputValue("order", acctest.Known(-1)),
		),
	})
}

// An error quotes the line of the argument that it is about.
func TestAccLegacyBackupCheckpointDataSource_errors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		old, mistaken string
		summary, at   string
	}{
		"of Atlas":        {old: checkpointID, mistaken: numberedID(1), summary: "Atlas legacy backup checkpoint not found", at: "checkpoint_id"},
		"of a validator":  {old: "Cluster0", mistaken: "../Cluster0", summary: "Invalid Atlas cluster name", at: "cluster_name"},
		"of an attribute": {old: `"1m"`, mistaken: `"0s"`, summary: "Invalid duration", at: "timeouts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.APIKey)
			config := strings.Replace(block(checkpointID, `timeouts = { read = "1m" }`), tc.old, tc.mistaken, 1)
			s.Test(resource.TestStep{Config: s.HCL("", config), ExpectError: acctest.ErrorAt(tc.summary, tc.at)})
		})
	}
}

//go:embed testdata/for_each.tf
var forEach string

// Fifty reads in each of the CLI's runs cost one handshake, or one token, which does not outlive
// the run.
func TestAccLegacyBackupCheckpointDataSource_forEach(t *testing.T) {
	t.Parallel()
	const reads = 50
	for name, login := range map[string]acctest.Login{"API key": acctest.APIKey, "service account": acctest.ServiceAccount} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, login)
			for i := range reads {
				s.Atlas.Put(atlasmock.ProjectID, sharded, atlasmock.Checkpoints, numberedID(i), fmt.Appendf(nil, `{"id":%q,"restorable":true}`, numberedID(i)))
			}
			cli := acctest.NewCLI(t, s.HCL("", forEach), login.Env)
			cli.Run("apply", "-auto-approve")
			if output := cli.Output.String(); !strings.Contains(output, "restorable = 50") {
				t.Errorf("not every checkpoint was read:\n%s", output)
			}
			read, revoked, authenticated := 0, 0, 0
			for _, r := range s.Atlas.Requests() {
				switch {
				case r.Method == http.MethodGet && r.Status == http.StatusOK:
					read++
				case strings.HasSuffix(r.Path, "/revoke"):
					revoked++
				default:
					authenticated++
				}
			}
			tokens := s.Atlas.Count(http.MethodPost, "/api/oauth/token")
			if read != reads || authenticated != 1 || revoked != tokens || s.Atlas.LiveTokens() != 0 {
				t.Errorf("%d reads, %d requests to authenticate, %d of %d tokens revoked", read, authenticated, revoked, tokens)
			}
			cli.Run("plan", "-detailed-exitcode") // fails if there is anything to change
		})
	}
}
