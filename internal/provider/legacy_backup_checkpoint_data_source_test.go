// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestAccLegacyBackupCheckpointDataSource_attributes(t *testing.T) {
	t.Parallel()
	const (
		api     = "https://cloud.mongodb.com/api/atlas/v2/groups/" + atlasmock.ProjectID
		cluster = "https://cloud.mongodb.com/cluster"
		project = "https://cloud.mongodb.com/group"
	)
	links := func(clusterName, id string) knownvalue.Check {
		at := api + "/clusters/" + clusterName
		return list(
			object{"href": str(at + "/backupCheckpoints/" + id), "rel": str("self")},
			object{"href": str(at), "rel": str(cluster)},
			object{"href": str(api), "rel": str(project)},
		)
	}
	part := func(name, shard, kind knownvalue.Check, discovered bool, token knownvalue.Check) object {
		return object{
			"replica_set_name": name, "shard_name": shard, "type_name": kind,
			"token_discovered": knownvalue.Bool(discovered), "token_timestamp": token,
		}
	}
	token := func(date string, increment int64) knownvalue.Check {
		return knownvalue.ObjectExact(object{"date": str(date), "increment": knownvalue.Int64Exact(increment)})
	}
	shard, config := str("REPLICA_SET"), str("CONFIG_SERVER_REPLICA_SET")

	for name, tc := range map[string]struct {
		cluster, id string
		want        object
	}{
		"sharded cluster": {
			atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID,
			object{
				"cluster_id": str("5e43c6004b8d1e7f2a9c0b34"),
				"started":    str("2023-09-12T06:00:08Z"),
				"completed":  str("2023-09-12T06:00:25Z"),
				"timestamp":  str("2023-09-12T06:00:21Z"),
				"restorable": knownvalue.Bool(true),
				"parts": list(
					part(str("Cluster0-shard-1"), str("Cluster0-shard-1"), shard, true, token("2023-09-12T06:00:21Z", 1)),
					part(str("Cluster0-shard-0"), str("Cluster0-shard-0"), shard, true, token("2023-09-12T06:00:21Z", 1)),
					part(str("Cluster0-config-0"), knownvalue.Null(), config, true, token("2023-09-12T06:00:22Z", 2)),
				),
			},
		},
		"replica set": {
			atlasmock.ReplicaSetCluster, atlasmock.ReplicaSetCheckpointID,
			object{
				"cluster_id": str("5e43c7d2907f6a3e8c1b5d42"),
				"started":    str("2023-09-11T21:30:17Z"),
				"completed":  str("2023-09-11T21:30:26Z"),
				"timestamp":  str("2023-09-11T21:30:24Z"),
				"restorable": knownvalue.Bool(true),
				"parts": list(
					part(str("Orders-shard-0"), str("Orders-shard-0"), shard, true, token("2023-09-11T21:30:24Z", 4)),
				),
			},
		},
		"in progress": {
			atlasmock.ShardedCluster, atlasmock.InProgressCheckpointID,
			object{
				"cluster_id": str("5e43c6004b8d1e7f2a9c0b34"),
				"started":    str("2023-09-12T06:02:31Z"),
				"completed":  knownvalue.Null(),
				"timestamp":  str("2023-09-12T06:02:40Z"),
				"restorable": knownvalue.Bool(false),
				"parts": list(
					part(str("Cluster0-shard-1"), str("Cluster0-shard-1"), shard, true, token("2023-09-12T06:02:40Z", 1)),
					part(str("Cluster0-shard-0"), str("Cluster0-shard-0"), shard, false, knownvalue.Null()),
					part(str("Cluster0-config-0"), knownvalue.Null(), config, true, token("2023-09-12T06:02:41Z", 1)),
				),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			tc.want["id"], tc.want["checkpoint_id"] = str(tc.id), str(tc.id)
			tc.want["project_id"], tc.want["cluster_name"] = str(atlasmock.ProjectID), str(tc.cluster)
			tc.want["links"] = links(tc.cluster, tc.id)
			tc.want["timeouts"] = knownvalue.Null()

			var checks []statecheck.StateCheck
			for attribute, want := range tc.want {
				checks = append(checks, statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New(attribute), want))
			}
			mock.test(t, resource.TestStep{
				Config:            mock.providerBlock("") + checkpointBlock(tc.cluster, tc.id, ""),
				ConfigStateChecks: checks,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			})
		})
	}
}

// A document may leave out everything: what is missing is null, and the lists
// are there all the same.
func TestAccLegacyBackupCheckpointDataSource_sparse(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]string{
		"left out": `{"id":"` + checkpointID + `"}`,
		"null": `{"clusterId":null,"started":null,"completed":null,"timestamp":null,"restorable":null,
			"parts":null,"links":null,"id":"` + checkpointID + `","groupId":null}`,
		"unknown fields": `{"id":"` + checkpointID + `","parts":[],"links":[],"new":{"field":[1]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			mock.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, checkpointID, []byte(document))
			mock.test(t, resource.TestStep{
				Config: mock.providerBlock("") + checkpointBlock("Cluster0", checkpointID, "") + `
					output "part_names" { value = [for p in data.atlas_legacy_backup_checkpoint.test.parts : p.type_name] }`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("id"), str(checkpointID)),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("cluster_id"), knownvalue.Null()),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("started"), knownvalue.Null()),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("completed"), knownvalue.Null()),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("timestamp"), knownvalue.Null()),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("restorable"), knownvalue.Null()),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("parts"), knownvalue.ListExact([]knownvalue.Check{})),
					statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("links"), knownvalue.ListExact([]knownvalue.Check{})),
					statecheck.ExpectKnownOutputValue("part_names", knownvalue.TupleExact([]knownvalue.Check{})),
				},
			})
		})
	}
}

// Times are comparable by Terraform's own functions, whatever form Atlas sends.
func TestAccLegacyBackupCheckpointDataSource_times(t *testing.T) {
	t.Parallel()
	mock := newMock(t)
	mock.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, checkpointID, []byte(`{
		"id": "`+checkpointID+`", "started": "2023-09-12T08:00:08.123456789+02:00", "completed": "2023-09-11T23:30:00-06:30", "timestamp": "2023-09-12t06:00:09z",
		"parts": [{"typeName": "SOMETHING_NEW", "tokenTimestamp": {"date": "2023-09-12T06:00:09.5Z", "increment": 4294967295}}]}`))
	mock.test(t, resource.TestStep{
		Config: mock.providerBlock("") + checkpointBlock("Cluster0", checkpointID, "") + `
			output "order" {
				value = timecmp(data.atlas_legacy_backup_checkpoint.test.started, data.atlas_legacy_backup_checkpoint.test.timestamp)
			}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("started"), str("2023-09-12T06:00:08.123456789Z")),
			statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("completed"), str("2023-09-12T06:00:00Z")),
			statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("timestamp"), str("2023-09-12T06:00:09Z")),
			statecheck.ExpectKnownValue(checkpointAddress, tfjsonpath.New("parts").AtSliceIndex(0), knownvalue.ObjectPartial(object{
				"type_name": str("SOMETHING_NEW"),
				"token_timestamp": knownvalue.ObjectExact(object{
					"date": str("2023-09-12T06:00:09.5Z"), "increment": knownvalue.Int64Exact(4294967295),
				}),
			})),
			statecheck.ExpectKnownOutputValue("order", knownvalue.Int64Exact(-1)),
		},
	})
}
