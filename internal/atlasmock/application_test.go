// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
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

func TestRead_document(t *testing.T) {
	s := start(t)
	for name, id := range map[string]struct{ cluster, checkpoint string }{
		"sharded":     {atlasmock.ShardedCluster, atlasmock.ShardedCheckpointID},
		"replica set": {atlasmock.ReplicaSetCluster, atlasmock.ReplicaSetCheckpointID},
		"in progress": {atlasmock.InProgressCluster, atlasmock.InProgressCheckpointID},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.get("/api/atlas/v2/groups/" + project + "/clusters/" + id.cluster +
				"/backupCheckpoints/" + id.checkpoint)
			equal(t, "status", got.status, 200)
			equal(t, "body", got.body, fixture(t, id.cluster, id.checkpoint))
			equal(t, "Content-Type", got.header.Get("Content-Type"),
				"application/vnd.atlas.2023-01-01+json;charset=utf-8")
			equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), "")
			if got.header.Get("X-MongoDB-Service-Version") == "" {
				t.Error("X-MongoDB-Service-Version is missing")
			}
		})
	}
}

// What JSON can say in several ways arrives as it was put; what is not JSON arrives untouched.
func TestRead_bytes(t *testing.T) {
	tests := map[string]struct{ put, want string }{
		"white space goes":      {"{ \"a\" :\n1 }\n", `{"a":1}`},
		"numbers, escapes stay": {`{"b":1.50e+2,"a":"\u0041<&>"}`, `{"b":1.50e+2,"a":"\u0041<&>"}`},
		"duplicate keys stay":   {`{"a":1,"a":2}`, `{"a":1,"a":2}`},
		"invalid UTF-8 stays":   {"{\"a\":\"\xff\"}", "{\"a\":\"\xff\"}"},
		"cut off":               {`{"a": [1, `, `{"a": [1,`},
		"not a number":          {`{"a": NaN}`, `{"a": NaN}`},
		"too deep": {
			strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
			strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte(test.put))
			equal(t, "body", s.get(checkpointPath).body, test.want)
		})
	}
}

func TestRead_sunset(t *testing.T) {
	s := start(t, atlasmock.WithSunset("Thu, 1 Jul 2027 00:00:00 GMT"))
	for _, path := range []string{checkpointPath, listPath} {
		got := s.get(path)
		equal(t, "Sunset", got.header.Get("Sunset"), "Thu, 1 Jul 2027 00:00:00 GMT")
		equal(t, "Deprecation", got.header.Get("Deprecation"), "Mon, 5 Aug 2024 00:00:00 GMT")
	}
	equal(t, "without the option", start(t).get(checkpointPath).header.Get("Sunset"), "")
}

func TestRead_accept(t *testing.T) {
	tests := map[string]struct {
		accept string
		want   int
	}{
		"the version":         {"application/vnd.atlas.2023-01-01+json", 200},
		"a later one":         {"application/vnd.atlas.2025-03-12+json", 200},
		"with parameter":      {"application/vnd.atlas.2023-01-01+json; q=0.5", 200},
		"in upper case":       {"APPLICATION/VND.ATLAS.2023-01-01+JSON", 200},
		"one of several":      {"text/html, application/vnd.atlas.2023-01-01+json", 200},
		"an earlier one":      {"application/vnd.atlas.2022-12-31+json", 406},
		"no such day":         {"application/vnd.atlas.2023-02-30+json", 406},
		"not a date":          {"application/vnd.atlas.preview+json", 406},
		"another format":      {"application/vnd.atlas.2023-01-01+csv", 406},
		"plain JSON":          {"application/json", 406},
		"anything":            {"*/*", 406},
		"nothing":             {"", 406},
		"another vendor name": {"application/vnd.cloud.2023-01-01+json", 406},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := s.do("GET", checkpointPath, "", "Authorization", "Bearer "+accessToken, "Accept", test.accept)
			equal(t, "status", got.status, test.want)
			if test.want == 406 {
				equal(t, "body", got.body, `{"detail":"The version in the Accept header is missing or unknown.",`+
					`"error":406,"parameters":[],"reason":"Not Acceptable"}`)
			}
		})
	}
}

func TestRead_errors(t *testing.T) {
	const (
		unknown  = "000000000000000000000000"
		clusters = "/api/atlas/v2/groups/" + project + "/clusters/"
	)
	malformed := func(path string) string {
		return fmt.Sprintf(`{"detail":"One or more path parameter in the request URI %[1]s is malformed.",`+
			`"error":400,"errorCode":"PATH_PARAM_PARSE_ERROR","parameters":["%[1]s"],"reason":"Bad Request"}`, path)
	}
	noResource := func(path string) string {
		return fmt.Sprintf(`{"detail":"Cannot find resource %[1]s.","error":404,`+
			`"errorCode":"RESOURCE_NOT_FOUND","parameters":["%[1]s"],"reason":"Not Found"}`, path)
	}
	badQuery := func(name, description string) string {
		return fmt.Sprintf(`{"badRequestDetail":{"fields":[{"description":"%[2]s","field":"%[1]s"}]},`+
			`"detail":"The query parameter %[1]s is invalid.","error":400,`+
			`"errorCode":"VALIDATION_ERROR","parameters":["%[1]s"],"reason":"Bad Request"}`, name, description)
	}
	tests := map[string]struct {
		target     string
		status     int
		code, body string
	}{
		"project": {
			strings.Replace(checkpointPath, project, unknown, 1), 404, "GROUP_NOT_FOUND",
			`{"detail":"No group with ID ` + unknown + ` exists.","error":404,` +
				`"errorCode":"GROUP_NOT_FOUND","parameters":["` + unknown + `"],"reason":"Not Found"}`,
		},
		"cluster": {
			clusters + "Other/backupCheckpoints/" + unknown, 404, "CLUSTER_NOT_FOUND",
			`{"detail":"No cluster named Other exists in group ` + project + `.","error":404,` +
				`"errorCode":"CLUSTER_NOT_FOUND","parameters":["Other","` + project + `"],"reason":"Not Found"}`,
		},
		"checkpoint": {
			listPath + "/" + unknown, 404, "CHECKPOINT_NOT_FOUND",
			`{"detail":"No checkpoint with ID ` + unknown + ` exists for cluster Cluster0.","error":404,` +
				`"errorCode":"CHECKPOINT_NOT_FOUND","parameters":["` + unknown + `","Cluster0"],"reason":"Not Found"}`,
		},
		"project in upper case": {
			"/api/atlas/v2/groups/ABCDEFABCDEFABCDEFABCDEF/clusters/a/backupCheckpoints", 400, "PATH_PARAM_PARSE_ERROR",
			malformed("/api/atlas/v2/groups/ABCDEFABCDEFABCDEFABCDEF/clusters/a/backupCheckpoints"),
		},
		"cluster with underscore": {
			clusters + "a_b/backupCheckpoints", 400, "PATH_PARAM_PARSE_ERROR",
			malformed(clusters + "a_b/backupCheckpoints"),
		},
		"cluster with escaped slash": {
			clusters + "Cluster0%2fx/backupCheckpoints", 400, "PATH_PARAM_PARSE_ERROR",
			malformed(clusters + "Cluster0%2fx/backupCheckpoints"),
		},
		"cluster of two dots": {
			clusters + "../backupCheckpoints", 400, "PATH_PARAM_PARSE_ERROR",
			malformed(clusters + "../backupCheckpoints"),
		},
		"short checkpoint": {
			listPath + "/abc", 400, "PATH_PARAM_PARSE_ERROR", malformed(listPath + "/abc"),
		},
		"empty checkpoint": {
			listPath + "/", 400, "PATH_PARAM_PARSE_ERROR", malformed(listPath + "/"),
		},
		"another resource": {
			clusters + "Cluster0/serverless", 404, "RESOURCE_NOT_FOUND", noResource(clusters + "Cluster0/serverless"),
		},
		"below a checkpoint": {
			checkpointPath + "/parts", 404, "RESOURCE_NOT_FOUND", noResource(checkpointPath + "/parts"),
		},
		"escaped name of a resource": {
			clusters + "Cluster0/backup%43heckpoints/abc", 400, "PATH_PARAM_PARSE_ERROR",
			malformed(clusters + "Cluster0/backup%43heckpoints/abc"),
		},
		"envelope": {
			checkpointPath + "?envelope=1", 400, "VALIDATION_ERROR", badQuery("envelope", "must be true or false"),
		},
		"pretty": {
			checkpointPath + "?pretty=yes", 400, "VALIDATION_ERROR", badQuery("pretty", "must be true or false"),
		},
	}
	s := start(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := s.get(test.target)
			equal(t, "status", got.status, test.status)
			equal(t, "body", got.body, test.body)
			equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), test.code)
			equal(t, "Content-Type", got.header.Get("Content-Type"), "application/json")
		})
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

// Who is not authenticated does not learn what exists.
func TestRead_authenticationFirst(t *testing.T) {
	s := start(t)
	for _, target := range []string{checkpointPath, listPath, listPath + "/abc", "/api/atlas/v2/other"} {
		equal(t, target, s.do("GET", target, "").status, 401)
	}
}

func TestRead_envelope(t *testing.T) {
	const (
		missing = listPath + "/000000000000000000000000"
		err404  = `{"detail":"No checkpoint with ID 000000000000000000000000 exists for cluster Cluster0.","error":404,` +
			`"errorCode":"CHECKPOINT_NOT_FOUND","parameters":["000000000000000000000000","Cluster0"],"reason":"Not Found"}`
	)
	hidden, other := atlasmock.WithHiddenStatus(), atlasmock.WithEnvelopeKey("envelope")
	tests := map[string]struct {
		options []atlasmock.Option
		target  string
		status  int
		code    string
		body    string
	}{
		"document":            {nil, checkpointPath, 200, "", `{"content":{},"status":200}`},
		"error":               {nil, missing, 404, "CHECKPOINT_NOT_FOUND", `{"content":` + err404 + `,"status":404}`},
		"document, hidden":    {[]atlasmock.Option{hidden}, checkpointPath, 200, "", `{"content":{},"status":200}`},
		"error, hidden":       {[]atlasmock.Option{hidden}, missing, 200, "", `{"content":` + err404 + `,"status":404}`},
		"document, other key": {[]atlasmock.Option{other}, checkpointPath, 200, "", `{"envelope":{},"status":200}`},
		"error, both":         {[]atlasmock.Option{other, hidden}, missing, 200, "", `{"envelope":` + err404 + `,"status":404}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, test.options...)
			s.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte("{}"))
			got := s.get(test.target + "?envelope=true")
			equal(t, "status", got.status, test.status)
			equal(t, "body", got.body, test.body)
			equal(t, "X-Error-Code", got.header.Get("X-Error-Code"), test.code)
		})
	}
}

// Hidden or not, authentication shows its 401, and without envelope=true nothing is hidden.
func TestRead_hiddenStatusLimits(t *testing.T) {
	s := start(t, atlasmock.WithHiddenStatus())
	refused := s.do("GET", checkpointPath+"?envelope=true", "")
	equal(t, "authentication", refused.status, 401)
	equal(t, "body", strings.Contains(refused.body, "content"), false)
	equal(t, "no envelope", s.get(listPath+"/000000000000000000000000").status, 404)
}

func TestRead_pretty(t *testing.T) {
	s := start(t)
	s.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte(`{"a":[1.0],"b":{}}`))
	equal(t, "pretty", s.get(checkpointPath+"?pretty=true").body, "{\n  \"a\": [\n    1.0\n  ],\n  \"b\": {}\n}")
	equal(t, "not pretty", s.get(checkpointPath+"?pretty=false").body, `{"a":[1.0],"b":{}}`)
	equal(t, "pretty envelope", s.get(checkpointPath+"?envelope=true&pretty=true").body,
		"{\n  \"content\": {\n    \"a\": [\n      1.0\n    ],\n    \"b\": {}\n  },\n  \"status\": 200\n}")
	equal(t, "pretty error", s.get("/api/atlas/v2/x?pretty=true").body,
		"{\n  \"detail\": \"Cannot find resource /api/atlas/v2/x.\",\n  \"error\": 404,\n"+
			"  \"errorCode\": \"RESOURCE_NOT_FOUND\",\n  \"parameters\": [\n    \"/api/atlas/v2/x\"\n  ],\n"+
			"  \"reason\": \"Not Found\"\n}")
}

func TestRead_pathPrefix(t *testing.T) {
	s := start(t, withAccount, withAPIKey, atlasmock.WithPathPrefix("/gate/way"))
	equal(t, "under the prefix", s.get("/gate/way"+checkpointPath).status, 200)
	equal(t, "token under the prefix", s.post("/gate/way/api/oauth/token", grantForm).status, 200)

	l := goodLogin(nonceField.FindStringSubmatch(
		s.do("GET", "/gate/way"+checkpointPath, "").header.Get("WWW-Authenticate"))[1])
	l.uri = "/gate/way" + checkpointPath
	signed := s.do("GET", l.uri, "", "Authorization", l.String(), "Accept", version)
	equal(t, "digest over the whole target", signed.status, 200)

	for _, target := range []string{checkpointPath, "/gate/way", "/gate/way/", "/"} {
		got := s.get(target)
		equal(t, target+" status", got.status, 404)
		equal(t, target+" Content-Type", got.header.Get("Content-Type"), "text/html")
	}
}

func TestPutAndDelete(t *testing.T) {
	s := start(t, atlasmock.WithoutFixtures())
	equal(t, "at first", s.get(checkpointPath).header.Get("X-Error-Code"), "GROUP_NOT_FOUND")
	s.PutCluster(project, "Other")
	equal(t, "other cluster", s.get(checkpointPath).header.Get("X-Error-Code"), "CLUSTER_NOT_FOUND")
	s.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte("{}"))
	equal(t, "put", s.get(checkpointPath).status, 200)
	s.Delete(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID)
	s.Delete("unknown", "unknown", "unknown", "unknown")
	equal(t, "deleted", s.get(checkpointPath).header.Get("X-Error-Code"), "CHECKPOINT_NOT_FOUND")
}
