// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const faultNames = "cloud-backup, expired-token, rate-limit (one read has to wait), upgraded (to Cloud Backups: only snapshots " +
	"are read), or a status for every read, such as 503"

// faultKinds are what users ask for by name.
var faultKinds = map[string][]atlasmock.Fault{
	"cloud-backup": refuse(atlasmock.MatchAPI),
	"expired-token": {
		atlasmock.FaultStatus(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.").
			On(withToken).Early().Repeat(atlasmock.Forever),
	},
	"rate-limit": {
		atlasmock.FaultStatus(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "Too many requests.").
			With("Retry-After", "2"),
	},
	// Documented: the snapshots remain. That the rest is refused is inferred.
	"upgraded": refuse(besideSnapshots),
}

// refuse responds as Atlas does for a cluster with Cloud Backups.
func refuse(match func(*http.Request) bool) []atlasmock.Fault {
	return []atlasmock.Fault{
		atlasmock.FaultStatus(http.StatusBadRequest, "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP", // Atlas' spelling
			"Checkpoints do not exist for Cloud Backups.").On(ofCheckpoints).Repeat(atlasmock.Forever),
		atlasmock.FaultStatus(http.StatusBadRequest, "INCORRECT_BACKUP_API_ENDPOINT",
			"Incorrect Public API endpoint for Cloud Backups.").On(match).Repeat(atlasmock.Forever),
	}
}

func ofCheckpoints(r *http.Request) bool {
	return atlasmock.MatchAPI(r) && strings.Contains(r.URL.Path, "/"+atlasmock.Checkpoints)
}

func besideSnapshots(r *http.Request) bool {
	return atlasmock.MatchAPI(r) && !strings.Contains(r.URL.Path, "/"+atlasmock.Snapshots)
}

func withToken(r *http.Request) bool {
	return atlasmock.MatchAPI(r) && strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// faults are what is to go wrong.
func (s *settings) faults() ([]atlasmock.Fault, error) {
	if s.fault == "" {
		return nil, nil
	}
	if kind, ok := faultKinds[s.fault]; ok {
		return kind, nil
	}
	status, err := strconv.Atoi(s.fault)
	if err != nil || status < 400 || status > 599 {
		return nil, fmt.Errorf("%q is none of %s", s.fault, faultNames)
	}
	return []atlasmock.Fault{atlasmock.FaultStatus(status, "", http.StatusText(status)).Repeat(atlasmock.Forever)}, nil
}
