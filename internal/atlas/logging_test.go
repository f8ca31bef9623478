// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestLogging_oneLineForEachRequestAndWait(t *testing.T) {
	var lines []string
	log := func(_ context.Context, msg string, fields ...map[string]any) {
		line := msg
		for _, name := range slices.Sorted(maps.Keys(fields[0])) {
			if name == "duration_ms" || name == "path" {
				line += " " + name
				continue
			}
			line += fmt.Sprintf(" %s=%v", name, fields[0][name])
		}
		lines = append(lines, line)
	}
	mock := newMock(t)
	mock.Fail(atlasmock.FaultStatus(429, "", "").With("Retry-After", "7"), atlasmock.FaultReset())
	client := inProcess(mock, apiKey, instantly, func(c *atlas.Config) {
		c.Log = log
		c.Retry = retry.Policy{MinDelay: 1, MaxDelay: 1}
	})
	mustRead(t, client)
	want := []string{
		"Sent Atlas request attempt=1 duration_ms method=GET path status=401",
		"Sent Atlas request attempt=1 duration_ms method=GET path status=429",
		"Waiting before the next Atlas request attempt=1 wait=7s",
		"Sent Atlas request attempt=2 duration_ms failed=true method=GET path",
		"Waiting before the next Atlas request attempt=2 wait=1ns",
		"Sent Atlas request attempt=3 duration_ms method=GET path status=200",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%q\nwant\n%q", lines, want)
	}
}

func TestLogging_pathWithoutItsQuery(t *testing.T) {
	var paths []any
	client := inProcess(newMock(t), serviceAccount, enveloped, func(c *atlas.Config) {
		c.Log = func(_ context.Context, _ string, fields ...map[string]any) { paths = append(paths, fields[0]["path"]) }
	})
	mustRead(t, client)
	client.Close(t.Context())
	want := []any{
		tokenPath,
		"/api/atlas/v2/groups/" + projectID + "/clusters/" + clusterName + "/backupCheckpoints/" + checkpointID,
		revokePath,
	}
	if !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
}
