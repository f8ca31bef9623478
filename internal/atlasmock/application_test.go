// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	unknownID    = "000000000000000000000000"
	clustersPath = "/api/atlas/v2/groups/" + project + "/clusters/"
)

// fixture is an embedded fixture, compacted.
func fixture(t *testing.T, cluster, checkpoint string) string {
	t.Helper()
	body, err := fs.ReadFile(atlasmock.DefaultFixtures(), project+"/"+cluster+"/"+atlasmock.Checkpoints+"/"+checkpoint+".json")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, body); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestRead_headers(t *testing.T) {
	const sunset, deprecated = "Thu, 1 Jul 2027 00:00:00 GMT", "Mon, 5 Aug 2024 00:00:00 GMT"
	for _, path := range []string{checkpointPath, listPath} {
		got := start(t).get(path)
		equal(t, "outcome", got.outcome(), "200")
		equal(t, "Content-Type", got.header.Get("Content-Type"), "application/vnd.atlas.2023-01-01+json;charset=utf-8")
		equal(t, "X-MongoDB-Service-Version", got.header.Get("X-MongoDB-Service-Version") != "", true)
		equal(t, "Sunset by default", got.header.Get("Sunset")+got.header.Get("Deprecation"), "")

		got = start(t, atlasmock.WithSunset(sunset)).get(path)
		equal(t, "Sunset", got.header.Get("Sunset"), sunset)
		equal(t, "Deprecation", got.header.Get("Deprecation"), deprecated)
	}
}

// What JSON can say in several ways arrives as it was put; what is not JSON arrives untouched.
func TestRead_bytes(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	s := start(t)
	for name, test := range map[string]struct{ put, want string }{
		"white space goes":      {"{ \"a\" :\n1 }\n", `{"a":1}`},
		"numbers, escapes stay": {`{"b":1.50e+2,"a":"\u0041<&>"}`, `{"b":1.50e+2,"a":"\u0041<&>"}`},
		"duplicate keys stay":   {`{"a":1,"a":2}`, `{"a":1,"a":2}`},
		"invalid UTF-8 stays":   {"{\"a\":\"\xff\"}", "{\"a\":\"\xff\"}"},
		"cut off":               {`{"a": [1, `, `{"a": [1,`},
		"not a number":          {`{"a": NaN}`, `{"a": NaN}`},
		"too deep":              {deep, deep},
	} {
		s.put(test.put)
		equal(t, name, s.get(checkpointPath).body, test.want)
	}
}

func TestRead_accept(t *testing.T) {
	s := start(t)
	for accept, want := range map[string]int{
		"application/vnd.atlas.2023-01-01+json":            200,
		"application/vnd.atlas.2025-03-12+json":            200,
		"application/vnd.atlas.2023-01-01+json; q=0.5":     200,
		"APPLICATION/VND.ATLAS.2023-01-01+JSON":            200,
		"text/html, application/vnd.atlas.2023-01-01+json": 200,
		"application/vnd.atlas.2022-12-31+json":            406,
		"application/vnd.atlas.2023-02-30+json":            406,
		"application/vnd.atlas.preview+json":               406,
		"application/vnd.atlas.2023-01-01+csv":             406,
		"application/vnd.cloud.2023-01-01+json":            406,
		"application/json":                                 406,
		"*/*":                                              406,
		"":                                                 406,
	} {
		got := s.do("GET", checkpointPath, "", "Authorization", "Bearer "+accessToken, "Accept", accept)
		equal(t, accept, got.status, want)
		if want == 406 {
			equal(t, accept, got.body, errorBody(406, "", "The version in the Accept header is missing or unknown.", ""))
		}
	}
}

func TestRead_errors(t *testing.T) {
	s := start(t)
	for _, path := range []string{listPath, checkpointPath} {
		s.equalAPIError(strings.Replace(path, project, unknownID, 1), 404, "GROUP_NOT_FOUND",
			"No group with ID "+unknownID+" exists.", `"`+unknownID+`"`)
		s.equalAPIError(strings.Replace(path, "Cluster0", "Other", 1), 404, "CLUSTER_NOT_FOUND",
			"No cluster named Other exists in group "+project+".", `"Other","`+project+`"`)
	}
	s.equalAPIError(listPath+"/"+unknownID, 404, "CHECKPOINT_NOT_FOUND",
		"No checkpoint with ID "+unknownID+" exists for cluster Cluster0.", `"`+unknownID+`","Cluster0"`)
	for _, path := range []string{clustersPath + "Cluster0/serverless", checkpointPath + "/parts"} {
		s.equalAPIError(path, 404, "RESOURCE_NOT_FOUND", "Cannot find resource "+path+".", `"`+path+`"`)
	}
	for _, path := range []string{
		strings.Replace(listPath, project, "ABCDEFABCDEFABCDEFABCDEF", 1),
		clustersPath + "a_b/backupCheckpoints",
		clustersPath + "Cluster0%2fx/backupCheckpoints",
		clustersPath + "../backupCheckpoints",
		clustersPath + "Cluster0/backup%43heckpoints/abc",
		listPath + "/abc",
		listPath + "/",
	} {
		s.equalAPIError(path, 400, "PATH_PARAM_PARSE_ERROR",
			"One or more path parameter in the request URI "+path+" is malformed.", `"`+path+`"`)
	}
}

func TestRead_methods(t *testing.T) {
	s := start(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		for _, path := range []string{checkpointPath, listPath} {
			got := s.do(method, path, "", "Authorization", "Bearer "+accessToken, "Accept", version)
			equal(t, method+" status", got.status, 405)
			equal(t, method+" Allow", got.header.Get("Allow"), "GET")
		}
	}
	equal(t, "the document afterwards", s.get(checkpointPath).status, 200)
}

// Who is not authenticated does not learn what exists, whatever the view.
func TestRead_authenticationFirst(t *testing.T) {
	s := start(t, atlasmock.WithHiddenStatus())
	for _, target := range []string{
		checkpointPath, listPath, listPath + "/abc", "/api/atlas/v2/other", checkpointPath + "?envelope=true",
	} {
		got := s.do("GET", target, "")
		equal(t, target, got.status, 401)
		equal(t, target, strings.Contains(got.body, "content"), false)
	}
}

func TestRead_view(t *testing.T) {
	const missing, document = listPath + "/" + unknownID, `{"a":[1.0],"b":{}}`
	notFound := errorBody(404, "CHECKPOINT_NOT_FOUND",
		"No checkpoint with ID "+unknownID+" exists for cluster Cluster0.", `"`+unknownID+`","Cluster0"`)
	const empty = clustersPath + "Empty/backupCheckpoints?"
	hidden, other := atlasmock.WithHiddenStatus(), atlasmock.WithEnvelopeKey("envelope")
	noLinks, wrapped := atlasmock.WithoutListLinks(), atlasmock.WithWrappedLists()
	for _, test := range []struct {
		options               options
		target, outcome, body string
	}{
		{nil, checkpointPath + "?envelope=true", "200", `{"content":` + document + `,"status":200}`},
		{nil, missing + "?envelope=true", "404 CHECKPOINT_NOT_FOUND", `{"content":` + notFound + `,"status":404}`},
		{options{hidden}, checkpointPath + "?envelope=true", "200", `{"content":` + document + `,"status":200}`},
		{options{hidden}, missing + "?envelope=true", "200", `{"content":` + notFound + `,"status":404}`},
		{options{hidden}, missing, "404 CHECKPOINT_NOT_FOUND", notFound},
		{options{other}, checkpointPath + "?envelope=true", "200", `{"envelope":` + document + `,"status":200}`},
		{options{other, hidden}, missing + "?envelope=true", "200", `{"envelope":` + notFound + `,"status":404}`},

		// A list's own object is its envelope.
		{options{noLinks}, empty + "includeCount=true", "200", `{"links":[],"results":[],"totalCount":0}`},
		{options{noLinks}, empty + "includeCount=false", "200", `{"links":[],"results":[]}`},
		{options{noLinks}, empty + "envelope=true", "200", `{"links":[],"results":[],"status":200,"totalCount":0}`},
		{options{noLinks, wrapped, other}, empty + "envelope=true", "200",
			`{"envelope":{"links":[],"results":[],"totalCount":0},"status":200}`},
		{options{noLinks}, empty + "envelope=true&pageNum=0", "400 VALIDATION_ERROR", `{"content":{"badRequestDetail":{"fields":[` +
			`{"description":"must be a number from 1 to 2147483647","field":"pageNum"}]},` +
			errorBody(400, "VALIDATION_ERROR", "The query parameter pageNum is invalid.", `"pageNum"`)[1:] + `,"status":400}`},

		{nil, checkpointPath + "?pretty=false", "200", document},
		{nil, checkpointPath + "?pretty=true", "200", "{\n  \"a\": [\n    1.0\n  ],\n  \"b\": {}\n}"},
		{nil, checkpointPath + "?envelope=true&pretty=true", "200",
			"{\n  \"content\": {\n    \"a\": [\n      1.0\n    ],\n    \"b\": {}\n  },\n  \"status\": 200\n}"},
		{nil, "/api/atlas/v2/x?pretty=true", "404 RESOURCE_NOT_FOUND",
			"{\n  \"detail\": \"Cannot find resource /api/atlas/v2/x.\",\n  \"error\": 404,\n  \"errorCode\": \"RESOURCE_NOT_FOUND\",\n" +
				"  \"parameters\": [\n    \"/api/atlas/v2/x\"\n  ],\n  \"reason\": \"Not Found\"\n}"},
	} {
		s := start(t, test.options...)
		s.put(document)
		s.PutCluster(project, "Empty")
		got := s.get(test.target)
		equal(t, test.target, got.outcome(), test.outcome)
		equal(t, test.target, got.body, test.body)
	}
}

func TestRead_pathPrefix(t *testing.T) {
	const under = "/gate/way" + checkpointPath
	s := start(t, withAccount, withAPIKey, atlasmock.WithPathPrefix("/gate/way"))
	equal(t, "under the prefix", s.get(under).status, 200)
	equal(t, "token under the prefix", s.post("/gate/way/api/oauth/token", grantForm).status, 200)

	l := goodLogin(nonceField.FindStringSubmatch(s.do("GET", under, "").header.Get("WWW-Authenticate"))[1])
	l.uri = under
	equal(t, "digest over the whole target",
		s.do("GET", under, "", "Authorization", l.String(), "Accept", version).status, 200)

	for _, target := range []string{checkpointPath, "/gate/way", "/gate/way/", "/"} {
		got := s.get(target)
		equal(t, target, got.status, 404)
		equal(t, target, got.header.Get("Content-Type"), "text/html")
	}
}

func TestRateLimit(t *testing.T) {
	c := new(clock)
	s := start(t, atlasmock.WithClock(c.Now), atlasmock.WithRateLimit(2, 0.25))
	for _, step := range []struct {
		name             string
		wait             time.Duration
		status           int
		remaining, retry string
	}{
		{"first", 0, 200, "1", ""},
		{"second", 0, 200, "0", ""},
		{"too many", 0, 429, "0", "4"},
		{"still too many, part of a second counts as one", 1500 * time.Millisecond, 429, "0", "3"},
		{"almost there", 2499 * time.Millisecond, 429, "0", "1"},
		{"one more", time.Millisecond, 200, "0", ""},
		{"full again, no more than that", time.Hour, 200, "1", ""},
	} {
		c.advance(step.wait)
		got := s.get(checkpointPath)
		equal(t, step.name+": status", got.status, step.status)
		equal(t, step.name+": RateLimit-Limit", got.header.Get("RateLimit-Limit"), "2")
		equal(t, step.name+": RateLimit-Remaining", got.header.Get("RateLimit-Remaining"), step.remaining)
		equal(t, step.name+": Retry-After", got.header.Get("Retry-After"), step.retry)
	}
	equal(t, "by default", start(t).get(checkpointPath).header.Get("RateLimit-Limit"), "")
}

func TestRateLimit_body(t *testing.T) {
	s := start(t, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(1200, 500.0/60))
	s.TakeBudget(project, 1200)
	s.equalAPIError(listPath, 429, "RATE_LIMITED_TOKEN_BUCKET",
		"Resource api/atlas/v2/groups allows 1200 requests at once and 500 more every 60 seconds. Retry after 1 seconds.",
		`"api/atlas/v2/groups",1,1200,500,60`)
	equal(t, "enveloped", strings.HasPrefix(s.get(listPath+"?envelope=true").body, `{"content":{"detail":`), true)
}

func TestRateLimit_spending(t *testing.T) {
	limited := func(capacity int) *site {
		return start(t, withAPIKey, atlasmock.WithClock(new(clock).Now), atlasmock.WithRateLimit(capacity, 1))
	}
	s := limited(1)
	refused := s.getAs("")
	equal(t, "refused credentials are free", refused.outcome()+refused.header.Get("RateLimit-Limit"), "401")
	equal(t, "accepted credentials", s.getAs(goodLogin(s.nonce()).String()).status, 200)
	equal(t, "another project", s.get(strings.Replace(checkpointPath, project, unknownID, 1)).status, 404)
	equal(t, "same project, list", s.get(listPath).status, 429)

	s = limited(5)
	s.Fail(atlasmock.FaultHTML(502))
	equal(t, "left after a fault", s.get(checkpointPath).header.Get("RateLimit-Remaining"), "4")
	s.TakeBudget(project, 599)
	equal(t, "wait in debt", s.get(checkpointPath).header.Get("Retry-After"), "596")
}
