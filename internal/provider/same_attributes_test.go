// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// One schema and one mapping: the same document gives the same attributes,
// read alone, as an element of the list, and as its latest.
func TestDataSources_sameAttributes(t *testing.T) {
	t.Parallel()

	for name, document := range map[string]string{
		"nothing": `{"id":"64fffe68c1d2a7049b3e5f60"}`,
		"everything": `{"id":"64fffe68c1d2a7049b3e5f60","groupId":"` + atlasmock.ProjectID + `","clusterId":"5e43c6004b8d1e7f2a9c0b34",
			"started":"2023-09-12T08:00:08.5+02:00","completed":"2023-09-12T06:00:25Z","timestamp":"2023-09-12T06:00:21Z","restorable":false,
			"parts":[{"replicaSetName":"a","shardName":null,"typeName":"NEW","tokenDiscovered":true,
				"tokenTimestamp":{"date":"2023-09-12T06:00:21Z","increment":4294967295}},{}],
			"links":[{"href":"x","rel":"self"},{}],"new":1}`,
		"nulls": `{"id":"64fffe68c1d2a7049b3e5f60","started":null,"parts":null,"links":null,"restorable":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			mock, err := atlasmock.New(atlasmock.WithAccessToken("token"), atlasmock.WithoutFixtures())
			if err != nil {
				t.Fatal(err)
			}
			mock.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, "64fffe68c1d2a7049b3e5f60", []byte(document))
			provider := newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}, WithTransport(served{mock}))
			assertDiagnostics(t, provider.configure(nil))

			arguments := config{"project_id": atlasmock.ProjectID, "cluster_name": "Cluster0"}
			list, diagnostics := provider.get(t.Context(), "atlas_legacy_backup_checkpoints", arguments)
			assertDiagnostics(t, diagnostics)
			arguments["checkpoint_id"] = "64fffe68c1d2a7049b3e5f60"
			single, diagnostics := provider.get(t.Context(), "atlas_legacy_backup_checkpoint", arguments)
			assertDiagnostics(t, diagnostics)

			var (
				results         []tftypes.Value
				latest, element map[string]tftypes.Value
			)
			if err := errors.Join(list["results"].As(&results), list["latest"].As(&latest)); err != nil || len(results) != 1 {
				t.Fatalf("got %d results: %v", len(results), err)
			}
			if err := results[0].As(&element); err != nil || len(element) != 8 {
				t.Fatalf("got %d attributes, want 8: %v", len(element), err)
			}
			for attribute, value := range element {
				if !value.Equal(single[attribute]) || !value.Equal(latest[attribute]) {
					t.Errorf("%s: %s in results, %s alone, %s in latest", attribute, value, single[attribute], latest[attribute])
				}
			}
		})
	}
}
