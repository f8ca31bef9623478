// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestFault_queue(t *testing.T) {
	s := start(t)
	statuses := func(n int) string {
		t.Helper()
		var out []string
		for range n {
			out = append(out, fmt.Sprint(s.get(checkpointPath).status))
		}
		return strings.Join(out, " ")
	}
	s.Fail(atlasmock.FaultHTML(500), atlasmock.FaultHTML(502).Repeat(2))
	s.Fail(atlasmock.FaultHTML(503).Repeat(1))
	equal(t, "in order, each so many times", statuses(5), "500 502 502 503 200")

	s.Fail(atlasmock.FaultHTML(504).Repeat(atlasmock.Forever), atlasmock.FaultHTML(500))
	equal(t, "for ever", statuses(4), "504 504 504 504")
	s.ClearFaults()
	equal(t, "cleared", statuses(1), "200")
}

func TestFault_matching(t *testing.T) {
	const other, page2 = listPath + "/" + atlasmock.InProgressCheckpointID, listPath + "?pageNum=2"
	const token, revoke = "/api/oauth/token", "/api/oauth/revoke"
	on := atlasmock.FaultHTML(599).On
	for name, test := range map[string]struct {
		fault atlasmock.Fault
		hits  []string
	}{
		"nothing said":   {atlasmock.FaultHTML(599), []string{checkpointPath, other, listPath, page2}},
		"any":            {on(atlasmock.MatchAny), []string{checkpointPath, other, listPath, page2, token, revoke}},
		"list":           {on(atlasmock.MatchList), []string{listPath, page2}},
		"page 1":         {on(atlasmock.MatchPage(1)), []string{listPath}},
		"page 2":         {on(atlasmock.MatchPage(2)), []string{page2}},
		"one checkpoint": {on(atlasmock.MatchDocument(atlasmock.ShardedCheckpointID)), []string{checkpointPath}},
		"token":          {on(atlasmock.MatchToken), []string{token}},
		"revoke":         {on(atlasmock.MatchRevoke), []string{revoke}},
		"OAuth":          {atlasmock.FaultOAuth(599, "x", "y"), []string{token}},
	} {
		s := start(t, withAccount)
		s.Fail(test.fault.Repeat(atlasmock.Forever))
		var hits []string
		for _, target := range []string{checkpointPath, other, listPath, page2, token, revoke} {
			if s.get(target).status == 599 || s.post(target, "").status == 599 {
				hits = append(hits, target)
			}
		}
		equalIDs(t, name, hits, test.hits)
	}
}

func TestFault_stages(t *testing.T) {
	s := start(t, withAPIKey, withAccount)
	s.Fail(atlasmock.FaultStatus(500, "LATE", "").On(atlasmock.MatchAny))
	equal(t, "refused credentials leave it alone", s.getAs("").status, 401)
	equal(t, "refused account leaves it alone", s.do("POST", "/api/oauth/token", "").status, 401)
	equal(t, "accepted credentials", s.getAs("Bearer "+accessToken).status, 500)
	s.Fail(atlasmock.FaultStatus(500, "LATE", "").On(atlasmock.MatchToken))
	equal(t, "accepted account", s.post("/api/oauth/token", grantForm).status, 500)

	s.Fail(atlasmock.FaultStatus(500, "EARLY", "").Early())
	equal(t, "refused credentials, early", s.getAs("").status, 500)
	s.Fail(atlasmock.FaultCutBody(3).Early())
	answer, err := s.raw("GET " + checkpointPath + " HTTP/1.1\r\nHost: h\r\n\r\n")
	equal(t, "the end of a cut 401", err, nil)
	equal(t, "its status", strings.HasPrefix(answer, "HTTP/1.1 401 "), true)
	equal(t, "its body", strings.HasSuffix(answer, "\r\n\r\n{\n "), true)
}

func TestFault_oauth(t *testing.T) {
	s := start(t)
	s.Fail(atlasmock.FaultOAuth(403, "access_denied", "IP address not allowed."))
	got := s.do("POST", "/api/oauth/token", "")
	equal(t, "status", got.status, 403)
	equal(t, "body", got.body, `{"error":"access_denied","error_description":"IP address not allowed."}`)
	equal(t, "Content-Type", got.header.Get("Content-Type"), "application/json")

	s.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED",
		"Resource /api/oauth/token is limited to 50 requests every 1 minutes.", "/api/oauth/token", 50, 1).
		On(atlasmock.MatchToken).Early())
	equal(t, "the other form", s.do("POST", "/api/oauth/token", "").body,
		`{"detail":"Resource /api/oauth/token is limited to 50 requests every 1 minutes.","error":429,`+
			`"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],"reason":"Too Many Requests"}`)
}

// What the application answers obeys the envelope; what stands in front of it does not know of it.
func TestFault_envelope(t *testing.T) {
	plain := errorBody(401, "NOT_IN_GROUP", "d", "")
	fault := atlasmock.FaultStatus(401, "NOT_IN_GROUP", "d")
	s := start(t, atlasmock.WithHiddenStatus())
	s.Fail(fault, fault.Early())
	early, late := s.get(checkpointPath+"?envelope=true"), s.get(checkpointPath+"?envelope=true")
	equal(t, "early status", early.status, 401)
	equal(t, "early body", early.body, plain)
	equal(t, "late status", late.status, 200)
	equal(t, "late body", late.body, `{"content":`+plain+`,"status":401}`)
	equal(t, "late challenge", late.header.Get("WWW-Authenticate"), "")
}
