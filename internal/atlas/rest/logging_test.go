// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// The path is logged without the query, and nothing of a header or a body.
func TestLogging_oneLineForEachRequestAndWait(t *testing.T) {
	var lines []string
	mock := atlastest.NewMock(t)
	mock.Fail(atlasmock.FaultStatus(429, "", "").With("Retry-After", "7"), atlasmock.FaultReset())
	client := atlastest.InProcess(mock, atlastest.ServiceAccount, atlastest.WithoutWaits, atlastest.WithEnvelope, func(c *atlas.Config) {
		c.Retry = retry.Policy{MinDelay: 1, MaxDelay: 1}
		c.Log = func(_ context.Context, msg string, fields ...map[string]any) {
			delete(fields[0], "duration_ms")
			lines = append(lines, fmt.Sprint(msg, fields))
		}
	})
	atlastest.MustRead(t, client)
	client.Close(t.Context())
	want := []string{
		"Sent Atlas request[map[attempt:1 method:POST path:/api/oauth/token status:200]]",
		"Sent Atlas request[map[attempt:1 method:GET path:READ status:429]]",
		"Waiting before the next Atlas request[map[attempt:1 wait:7s]]",
		"Sent Atlas request[map[attempt:2 failed:true method:GET path:READ]]",
		"Waiting before the next Atlas request[map[attempt:2 wait:1ns]]",
		"Sent Atlas request[map[attempt:3 method:GET path:READ status:200]]",
		"Sent Atlas request[map[method:POST path:/api/oauth/revoke status:200]]",
	}
	path := "/api/atlas/v2/groups/" + atlastest.ProjectID + "/clusters/" + atlastest.ClusterName + "/backupCheckpoints/" + atlastest.CheckpointID
	if got := strings.Split(strings.ReplaceAll(strings.Join(lines, "\n"), path, "READ"), "\n"); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}
