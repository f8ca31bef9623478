// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
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
	mock := atlastest.NewMock(t)
	mock.Fail(atlasmock.FaultStatus(429, "", "").With("Retry-After", "7"), atlasmock.FaultReset())
	client := atlastest.InProcess(mock, atlastest.APIKey, atlastest.WithoutWaits, func(c *atlas.Config) {
		c.Log = log
		c.Retry = retry.Policy{MinDelay: 1, MaxDelay: 1}
	})
	atlastest.MustRead(t, client)
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
	client := atlastest.InProcess(atlastest.NewMock(t), atlastest.ServiceAccount, atlastest.WithEnvelope, func(c *atlas.Config) {
		c.Log = func(_ context.Context, _ string, fields ...map[string]any) { paths = append(paths, fields[0]["path"]) }
	})
	atlastest.MustRead(t, client)
	client.Close(t.Context())
	want := []any{
		atlastest.TokenPath,
		"/api/atlas/v2/groups/" + atlastest.ProjectID + "/clusters/" + atlastest.ClusterName + "/backupCheckpoints/" + atlastest.CheckpointID,
		atlastest.RevokePath,
	}
	if !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
}
