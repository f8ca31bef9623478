// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// notDocumented is the summary for an answer that can't be understood.
const notDocumented = "Unexpected response from Atlas"

// Whatever a document echoes, and wherever, the error that it ends in has no
// secret in it, nor have the logs.
func TestFaults_json_secrets(t *testing.T) {
	t.Parallel()

	const secret = "Sesame/open+json&0123456789=="
	mock, err := atlasmock.New(atlasmock.WithAccessToken(secret), atlasmock.WithoutFixtures())
	if err != nil {
		t.Fatal(err)
	}
	provider := newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": secret}, WithTransport(served{mock}))
	watch := newWatch("", secret)
	assertDiagnostics(t, provider.configure(nil))
	defer watch.assertLogs(t)
	for _, form := range watch.secrets {
		quoted, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		echo := string(quoted)
		for _, body := range []string{
			echo, echo[:len(echo)-1], `[` + echo + `]`, `{"id":` + echo + `}`, `{"groupId":` + echo + `}`, `{"started":` + echo + `}`,
			`{"parts":` + echo + `}`, `{"parts":[{"tokenTimestamp":{"increment":` + echo + `}}]}`, `{` + echo + `:1`, `{"id":"","new":` + echo + `}`,
			`{"restorable":true,"restorable":true,"new":` + echo + `}`, "{\"clusterId\":\"\xff\",\"new\":" + echo + `}`,
		} {
			mock.Fail(atlasmock.FaultBody(200, "application/json", body))
			_, got := provider.get(watch.context(t), "atlas_legacy_backup_checkpoint",
				config{"project_id": atlasmock.ProjectID, "cluster_name": "Cluster0", "checkpoint_id": atlasmock.ShardedCheckpointID})
			if len(got) != 1 {
				t.Errorf("%s: %d diagnostics", body, len(got))
			}
			watch.assertHidden(t, got)
		}
	}
}
