// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestRun_agrees(t *testing.T) {
	for name, tt := range map[string]struct {
		env       map[string]string
		unchecked []string
	}{
		"API key":         {byAPIKey, []string{"service account: token"}},
		"service account": {byServiceAccount, nonceNames()},
		"access token":    {byAccessToken, append(nonceNames(), "service account: token")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, tt.env)
			s.onCloudCluster("Newer")
			code, output := s.run("-cloud-cluster", "Newer")
			lines := findings(output)
			for _, name := range tt.unchecked {
				if !strings.HasPrefix(lines[name], "not checked: needs ") {
					t.Errorf("%s: %s", name, lines[name])
				}
				delete(lines, name)
			}
			for name, line := range lines {
				if line != "agrees" {
					t.Errorf("%s: %s", name, line)
				}
			}
			if code != agreed || len(lines) < 40 || s.LiveTokens() != 0 {
				t.Errorf("got exit code %d, %d lines, %d live tokens:\n%s", code, len(lines), s.LiveTokens(), output)
			}
		})
	}
}

func nonceNames() []string {
	var names []string
	for _, n := range nonceChecks {
		names = append(names, n.name)
	}
	return names
}

// Each difference is named, and nothing else differs.
func TestRun_differs(t *testing.T) {
	const (
		project, cluster = atlasmock.ProjectID, atlasmock.ShardedCluster
		checkpoints      = "/clusters/" + cluster + "/" + atlasmock.Checkpoints
		json             = "application/vnd.atlas.2023-01-01+json;charset=utf-8"
		checkpoint       = `{"id":"64fffe68c1d2a7049b3e5f60","groupId":"` + project + `",` +
			`"clusterId":"5e43c6004b8d1e7f2a9c0b34","links":[],"parts":[],"restorable":true,"timestamp":"2023-09-12T06:00:21Z",`
	)
	put := func(document string) func(*scene) {
		return func(s *scene) {
			s.Put(project, cluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte(document))
		}
	}
	fail := func(fault atlasmock.Fault, path string) func(*scene) {
		return func(s *scene) { s.Fail(fault.On(below(path)).Repeat(atlasmock.Forever)) }
	}
	for name, tt := range map[string]struct {
		opts  []atlasmock.Option
		plant func(*scene)
		env   map[string]string
		args  []string
		want  map[string]string // what Atlas says
	}{
		"key of the envelope": {
			opts: []atlasmock.Option{atlasmock.WithEnvelopeKey("envelope")},
			want: map[string]string{
				"envelope of a document": "HTTP 200 {envelope, status: 200}",
				"envelope of an error":   "HTTP 404 {envelope, status: 404}",
			},
		},
		"hidden status": {
			opts: []atlasmock.Option{atlasmock.WithHiddenStatus()},
			want: map[string]string{"envelope of an error": "HTTP 200 {content, status: 404}"},
		},
		"wrapped lists": {
			opts: []atlasmock.Option{atlasmock.WithWrappedLists()},
			want: map[string]string{"envelope of a list": "HTTP 200 {content, status: 200}"},
		},
		"sunset": {
			opts: []atlasmock.Option{atlasmock.WithSunset("Thu, 1 Jul 2027 00:00:00 GMT")},
			want: map[string]string{
				"headers: Deprecation and Sunset": "Deprecation: Mon, 5 Aug 2024 00:00:00 GMT, Sunset: Thu, 1 Jul 2027 00:00:00 GMT",
			},
		},
		"single use": {
			opts: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{SingleUse: true})},
			want: map[string]string{
				"nonce: several uses":        "nc=1 accepted, nc=2 rejected with stale=false, nc=3 rejected with stale=false",
				"nonce: counts out of order": "nc=3 accepted, nc=1 rejected with stale=false, nc=2 rejected with stale=false",
				"nonce: highest count":       "nc=1023 accepted, nc=1025 rejected with stale=false",
			},
		},
		"another digest": {
			opts: []atlasmock.Option{atlasmock.WithDigest(atlasmock.Digest{
				Algorithm: "SHA-256", Realm: "Other", NonceLifetime: 20 * time.Second, MaxUses: 2000,
			})},
			want: map[string]string{
				"digest: challenge":    `realm="Other", algorithm=SHA-256, qop=auth, opaque="", stale=false, a nonce of 32 characters`,
				"nonce: lifetime":      "nc=1 after 50s rejected with stale=true, nc=2 after 1m10s rejected with stale=true",
				"nonce: highest count": "nc=1023 accepted, nc=1025 accepted",
			},
		},
		"slow refill": {
			opts: []atlasmock.Option{atlasmock.WithRateLimit(900, 0.001)},
			want: map[string]string{
				"rate limit: headers": "RateLimit-Limit: 900, RateLimit-Remaining: a number",
				"rate limit: refill":  "RateLimit-Remaining falls with each read, however slow they are",
			},
		},
		"costly 401": {
			plant: func(s *scene) {
				s.before = func(r *http.Request) {
					if r.Header.Get("Authorization") == "" {
						s.TakeBudget(project, 1)
					}
				}
			},
			want: map[string]string{
				"rate limit: what a 401 spends": "RateLimit-Remaining falls by 22 over one read and 20 responses of 401",
			},
		},
		"list of other elements": {
			plant: func(s *scene) {
				s.Fail(atlasmock.FaultBody(200, json, `{"links":[],"results":[`+checkpoint+`"started":"2023-09-12T06:00:09Z"}],"totalCount":1}`).
					On(func(r *http.Request) bool { return atlasmock.MatchList(r) && below(checkpoints)(r) }).With("RateLimit-Limit", "1200"))
			},
			want: map[string]string{"checkpoints: single reads": "completed differs, links differs, parts differs, started differs"},
		},
		"a document of the list is missing": {
			plant: func(s *scene) {
				s.Fail(atlasmock.FaultStatus(404, "CHECKPOINT_NOT_FOUND", "Gone.").On(atlasmock.MatchDocument(atlasmock.ShardedCheckpointID)))
			},
			want: map[string]string{"checkpoints: single reads": `404 CHECKPOINT_NOT_FOUND "Gone." for a document of the list`},
		},
		"forms of times": {
			plant: put(checkpoint + `"started":"2023-09-12T06:00:08.123Z","completed":"2023-09-12T06:00:25+00:00"}`),
			want: map[string]string{
				"checkpoints: times": "completed: 9999-99-99T99:99:99+99:99, started: 9999-99-99T99:99:99.999Z",
			},
		},
		"nulls, numbers and new fields": {
			plant: put(`{"id":"64fffe68c1d2a7049b3e5f60","groupId":"` + project + `","clusterId":7,"completed":null,"links":[],` +
				`"parts":[{"typeName":"REPLICA_SET","owner":"Jane"}],"restorable":"yes","started":1694498408,"timestamp":"2023-09-12T06:00:21Z"}`),
			want: map[string]string{
				"checkpoints: fields": "clusterId is a number, parts[].tokenDiscovered is missing, restorable is a string, " +
					"started is a number, unknown field parts[].owner (string)",
				"checkpoints: times":       "started is no time",
				"checkpoints: null fields": "completed",
			},
		},
		"order and links of lists": {
			opts: []atlasmock.Option{
				atlasmock.WithListOrder(func(a, b string) int { return strings.Compare(b, a) }), atlasmock.WithoutListLinks(),
			},
			want: map[string]string{
				"list: order": "descending ids of checkpoints, descending ids of restore jobs, descending ids of snapshots",
				"list: links of the first of several pages": "nothing",
			},
		},
		"errors": {
			plant: func(s *scene) {
				fail(atlasmock.FaultStatus(401, "NOT_IN_GROUP", "Not yours.").With("X-Error-Code", ""), unknownID+"/clusters")(s)
				fail(atlasmock.FaultStatus(403, "ACCESS_FORBIDDEN", "Not there."), unknownName)(s)
				fail(atlasmock.FaultHTML(502), "snapshots/"+unknownID)(s)
			},
			want: map[string]string{
				"errors: unknown project": `401 NOT_IN_GROUP "Not yours."`,
				"errors: unknown cluster": `403 ACCESS_FORBIDDEN "Not there."`,
				"errors: headers":         "Content-Type: application/json, X-Error-Code: ACCESS_FORBIDDEN",
				"envelope of an error":    "HTTP 403 {content, status: 403}",
				"snapshots: unknown id":   "502 without a JSON body",
			},
		},
		"redirect": {
			plant: fail(atlasmock.FaultRedirect(302, "https://elsewhere.example.com/"), "/"+atlasmock.Schedule),
			want:  map[string]string{"the snapshot schedule: read": "302 without a JSON body"},
		},
		"one collection is refused": {
			plant: fail(atlasmock.FaultStatus(403, "ACCESS_FORBIDDEN", "Not yours."), "/"+atlasmock.RestoreJobs),
			want: map[string]string{
				"restore jobs: read":       `403 ACCESS_FORBIDDEN "Not yours."`,
				"restore jobs: unknown id": `403 ACCESS_FORBIDDEN "Not yours."`,
			},
		},
		"another project's document": {
			plant: func(s *scene) {
				s.Put(project, cluster, atlasmock.Schedule, "", []byte(`{"groupId":"64fffe68c1d2a7049b3e5f60","clusterId":"5e43c6004b8d1e7f2a9c0b34",`+
					`"links":[],"snapshotIntervalHours":6,"snapshotRetentionDays":2,"dailySnapshotRetentionDays":7,`+
					`"weeklySnapshotRetentionWeeks":4,"monthlySnapshotRetentionMonths":13,"pointInTimeWindowHours":24}`))
			},
			want: map[string]string{"the snapshot schedule: read": "200 with another groupId"},
		},
		"incomplete snapshots by default": {
			plant: func(s *scene) {
				s.Fail(atlasmock.FaultBody(200, json, `{"results":[{"complete":false}]}`).On(func(r *http.Request) bool {
					return below("/"+atlasmock.Snapshots)(r) && r.URL.RawQuery == "itemsPerPage=500"
				}))
			},
			want: map[string]string{"snapshots: complete ones by default": "others as well"},
		},
		"no challenge": {
			opts: []atlasmock.Option{atlasmock.WithChallenges()},
			env:  byAccessToken,
			want: map[string]string{"digest: challenge": "digest: no challenge found"},
		},
		"no JSON": {
			plant: fail(atlasmock.FaultHTML(200), "/"+atlasmock.Schedule),
			want:  map[string]string{"the snapshot schedule: read": "200 without a JSON body"},
		},
		"no list": {
			plant: fail(atlasmock.FaultBody(200, json, "{}"), "/"+atlasmock.RestoreJobs),
			want: map[string]string{
				"restore jobs: read":       "200 without results",
				"restore jobs: unknown id": "200",
			},
		},
		"Cloud Backups": {
			plant: func(s *scene) {
				s.onCloudCluster("Newer")
				s.ClearFaults()
				fail(atlasmock.FaultStatus(400, "INCORRECT_BACKUP_API_ENDPOINT", "Incorrect."), "/clusters/Newer/")(s)
			},
			args: []string{"-cloud-cluster", "Newer"},
			want: map[string]string{
				"Cloud Backups": "checkpoints: 400 INCORRECT_BACKUP_API_ENDPOINT, snapshots: 400 INCORRECT_BACKUP_API_ENDPOINT, " +
					"restore jobs: 400 INCORRECT_BACKUP_API_ENDPOINT, the snapshot schedule: 400 INCORRECT_BACKUP_API_ENDPOINT",
			},
		},
		"token": {
			opts: []atlasmock.Option{atlasmock.WithTokenLifetime(30 * time.Minute)},
			env:  byServiceAccount,
			want: map[string]string{"service account: token": "token_type=Bearer, expires_in=1800"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := tt.env
			if env == nil {
				env = byAPIKey
			}
			s := newScene(t, env, tt.opts...)
			if tt.plant != nil {
				tt.plant(s)
			}
			code, output := s.run(tt.args...)
			got := map[string]string{}
			for name, line := range findings(output) {
				if _, says, ok := strings.Cut(line, ", Atlas says "); ok && strings.HasPrefix(line, "differs: the mock assumes ") {
					got[name] = says
				}
			}
			if diff := gocmp.Diff(tt.want, got); code != differed || diff != "" {
				t.Errorf("got exit code %d, findings (-want +got):\n%s\n%s", code, diff, output)
			}
		})
	}
}

// Nothing is sent without a go-ahead, or with settings that make no sense.
func TestRun_sendsNothing(t *testing.T) {
	target := []string{"-project", atlasmock.ProjectID, "-cluster", atlasmock.ShardedCluster}
	with := func(more ...string) []string { return append(slices.Clone(target), more...) }
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"no go-ahead":         {byAPIKey, target, "Nothing was sent."},
		"another go-ahead":    {byAPIKey, with("-go-ahead", "no"), "Nothing was sent."},
		"no project":          {byAPIKey, []string{"-cluster", "C", "-go-ahead", "yes"}, "PROJECT_ID"},
		"no cluster":          {byAPIKey, []string{"-project", atlasmock.ProjectID, "-go-ahead", "yes"}, "CLUSTER_NAME"},
		"a path for a name":   {byAPIKey, with("-cluster", "../x", "-go-ahead", "yes"), "CLUSTER_NAME"},
		"a path, cloud":       {byAPIKey, with("-cloud-cluster", "../x", "-go-ahead", "yes"), "CLOUD_CLUSTER_NAME"},
		"unknown flag":        {byAPIKey, with("-unknown"), "-unknown"},
		"argument":            {byAPIKey, with("extra"), "unexpected arguments"},
		"too many documents":  {byAPIKey, with("-documents", "101"), "-documents"},
		"folder in use":       {byAPIKey, with("-fixtures", ".", "-go-ahead", "yes"), "not empty"},
		"no credentials":      {nil, with("-go-ahead", "yes"), "no credentials"},
		"half an API key":     {map[string]string{"PUBLIC_KEY": "p"}, with("-go-ahead", "yes"), "no credentials"},
		"half an account":     {map[string]string{"CLIENT_ID": "c"}, with("-go-ahead", "yes"), "are needed both"},
		"not encrypted":       {map[string]string{"ACCESS_TOKEN": "t", "BASE_URL": "http://atlas.example.com"}, with("-go-ahead", "yes"), "https://"},
		"password in address": {map[string]string{"ACCESS_TOKEN": "t", "BASE_URL": "https://u:hunter2@h.example.com"}, with("-go-ahead", "yes"), "BASE_URL"},
		"malformed address":   {map[string]string{"ACCESS_TOKEN": "t", "BASE_URL": "https://hunter2 h"}, with("-go-ahead", "yes"), "BASE_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, tt.env)
			code, output := s.runAs(tt.args...)
			if code != misused || !strings.Contains(output, tt.want) || strings.Contains(output, "hunter2") || len(s.Requests()) > 0 {
				t.Errorf("got exit code %d, %d requests: %s", code, len(s.Requests()), output)
			}
		})
	}
	s := newScene(t, byAPIKey)
	if code, output := s.runAs("-help"); code != agreed || !strings.Contains(output, "-go-ahead") {
		t.Errorf("got exit code %d: %s", code, output)
	}
}

// The number of requests that is announced is an upper bound, and all of them but those for a token
// are GET.
func TestRun_announcesRequests(t *testing.T) {
	for name, env := range map[string]map[string]string{"API key": byAPIKey, "service account": byServiceAccount, "access token": byAccessToken} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, env)
			s.onCloudCluster("Newer")
			// As few as there are, so that the bound is tight.
			args := []string{"-project", atlasmock.ProjectID, "-cluster", atlasmock.ShardedCluster, "-cloud-cluster", "Newer", "-documents", "2"}
			_, announced := s.runAs(args...)
			var most int
			if _, err := fmt.Sscanf(announced[strings.Index(announced, "\n")+1:], "%d requests at most", &most); err != nil {
				t.Fatalf("%v: %s", err, announced)
			}
			_, output := s.runAs(append(args, "-go-ahead", "yes")...)
			posts := s.Count("POST", "")
			if sent := len(s.Requests()); sent > most || sent < most-20 || s.Count("GET", "/api/atlas/v2/groups/")+posts != sent {
				t.Errorf("sent %d requests of %d, %d POST:\n%s", sent, most, posts, output)
			}
			if want := 2 * len(env["CLIENT_ID"]) / max(1, len(env["CLIENT_ID"])); posts != want {
				t.Errorf("sent %d POST, want %d", posts, want)
			}
			if strings.Contains(output, "refused to send") {
				t.Errorf("the guard had to step in:\n%s", output)
			}
		})
	}
}

func TestGuard(t *testing.T) {
	for request, want := range map[string]string{
		"GET https://atlas.example.com/gw/api/atlas/v2/groups/1/clusters":  "",
		"POST https://atlas.example.com/gw/api/oauth/token":                "",
		"POST https://atlas.example.com/gw/api/oauth/revoke":               "",
		"POST https://atlas.example.com/gw/api/atlas/v2/groups/1/clusters": "refused to send anything but",
		"DELETE https://atlas.example.com/gw/api/atlas/v2/groups/1":        "refused to send anything but",
		"PATCH https://atlas.example.com/gw/api/oauth/token":               "refused to send anything but",
		"GET https://atlas.example.com/gw/api/atlas/v2/orgs":               "refused to send anything but",
		"GET https://atlas.example.com/api/atlas/v2/groups/1":              "refused to send anything but",
		"GET https://other.example.com/gw/api/atlas/v2/groups/1":           "refused to send anything but",
		"GET http://atlas.example.com/gw/api/atlas/v2/groups/1":            "refused to send anything but",
	} {
		sent := 0
		g := guard{
			base: &url.URL{Scheme: "https", Host: "atlas.example.com", Path: "/gw"}, left: 1,
			next: roundTrip(func() { sent++ }),
		}
		for i, want := range []string{want, cmp.Or(want, "more requests than announced")} {
			method, target, _ := strings.Cut(request, " ")
			_, err := g.RoundTrip(httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader("body")))
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s, time %d: got %v, want %q", request, i+1, err, want)
			}
		}
		if (sent == 1) != (want == "") {
			t.Errorf("%s: sent %d times", request, sent)
		}
	}
}

type roundTrip func()

func (f roundTrip) RoundTrip(*http.Request) (*http.Response, error) {
	f()
	return &http.Response{Body: http.NoBody}, nil
}

// A refusal that concerns all requests ends the run.
func TestRun_endsEarly(t *testing.T) {
	for name, tt := range map[string]struct {
		env   map[string]string
		fault atlasmock.Fault
		want  string
		most  int
	}{
		"wrong key":       {map[string]string{"PUBLIC_API_KEY": "livepublic", "PRIVATE_API_KEY": "wrong"}, atlasmock.Fault{}, "credentials were rejected: 401", 2},
		"wrong account":   {map[string]string{"CLIENT_ID": "mdb_sa_id_other", "CLIENT_SECRET": "mdb_sa_sk_other"}, atlasmock.Fault{}, "no access token: status 401", 1},
		"access list":     {byAccessToken, atlasmock.FaultStatus(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP address 203.0.113.7 is not allowed."), "rejected: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST", 1},
		"rate limit":      {byAccessToken, atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "Wait."), "rate limit exceeded (429)", 1},
		"connection lost": {byAccessToken, atlasmock.FaultCutBody(3), "unexpected EOF", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, tt.env)
			s.Fail(tt.fault)
			code, output := s.run()
			if code != differed || !strings.Contains(output, "Ended early: ") || !strings.Contains(output, tt.want) || len(s.Requests()) != tt.most {
				t.Errorf("got exit code %d, %d requests:\n%s", code, len(s.Requests()), output)
			}
			if _, err := os.Stat(s.fixtures); err == nil {
				t.Error("a folder without documents was made")
			}
			if strings.Contains(output, "203.0.113.7") || strings.Contains(output, "agrees") || strings.Contains(output, "differs") {
				t.Errorf("got\n%s", output)
			}
		})
	}
}

// Most clusters have Cloud Backups. Then the rest is checked all the same.
func TestRun_onCloudBackups(t *testing.T) {
	s := newScene(t, map[string]string{"PUBLIC_KEY": "livepublic", "PRIVATE_KEY": "live-private-key"})
	s.onCloudCluster("Newer")
	code, output := s.run("-cluster", "Newer")
	lines := findings(output)
	for name, want := range map[string]string{
		"Cloud Backups":           "agrees",
		"nonce: lifetime":         "agrees",
		"rate limit: headers":     "agrees",
		"errors: unknown cluster": "agrees",
		"checkpoints: read":       `not checked: the cluster has Cloud Backups: 400 CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP "Not on Cloud Backups."`,
		"checkpoints: unknown id": "not checked: the cluster has Cloud Backups",
		"checkpoints: times":      "not checked: nothing to read: 400",
	} {
		if lines[name] != want {
			t.Errorf("%s: got %s, want %s", name, lines[name], want)
		}
	}
	if _, err := atlasmock.New(atlasmock.WithFixtures(os.DirFS(s.fixtures))); code != agreed || err != nil {
		t.Errorf("got exit code %d, %v:\n%s", code, err, output)
	}
}

// A read from far away takes longer than the refill of what it spends.
func TestRun_slowConnection(t *testing.T) {
	s := newScene(t, byAPIKey)
	s.before = func(r *http.Request) { _ = s.clock.wait(r.Context(), 200*time.Millisecond) }
	code, output := s.run()
	const want = "not checked: the refill hides it: 20 requests took "
	if got := findings(output)["rate limit: what a 401 spends"]; code != agreed || !strings.HasPrefix(got, want) {
		t.Errorf("got exit code %d, %s", code, got)
	}
}

// An interrupted run revokes its token, and writes what it has.
func TestRun_interrupted(t *testing.T) {
	s := newScene(t, byServiceAccount)
	ctx, cancel := context.WithCancel(t.Context())
	s.ctx = ctx
	s.before = func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, atlasmock.Snapshots) {
			cancel()
			<-r.Context().Done() // the response would be too late in any case
		}
	}
	code, output := s.run()
	lines := findings(output)
	if code != differed || lines["checkpoints: times"] != "agrees" || lines["snapshots: read"] != "not checked: context canceled" || s.LiveTokens() != 0 {
		t.Errorf("got exit code %d, %d live tokens:\n%s", code, s.LiveTokens(), output)
	}
	if files, _ := filepath.Glob(filepath.Join(s.fixtures, "*", "*", atlasmock.Checkpoints, "*.json")); len(files) != 2 {
		t.Errorf("wrote %q", files)
	}
}

func TestRun_skipsWaits(t *testing.T) {
	s := newScene(t, byAPIKey)
	code, output := s.run("-skip-waits")
	if got := findings(output)["nonce: lifetime"]; code != agreed || got != "not checked: skipped" {
		t.Errorf("got exit code %d, %s", code, got)
	}
}
