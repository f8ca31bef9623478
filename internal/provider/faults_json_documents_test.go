// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// jsonWith is a document with its id and these fields.
func jsonWith(fields string) string { return `{"id":"` + jsonID + `",` + fields + `}` }

// A duplicate field that has no one meaning: readers take the first,
// the last or both. What nobody reads may be repeated.
func TestFaults_json_duplicateKeys(t *testing.T) {
	t.Parallel()

	for name, tc := range map[string]struct{ fields, field string }{
		"scalar":            {`"restorable":true,"restorable":false`, "restorable"},
		"same value":        {`"restorable":true,"restorable":true`, "restorable"},
		"null first":        {`"completed":null,"completed":"2023-09-12T06:00:25Z"`, "completed"},
		"null last":         {`"completed":"2023-09-12T06:00:25Z","completed":null`, "completed"},
		"id":                {`"id":"` + jsonID + `"`, "id"},
		"another case":      {`"restorable":true,"Restorable":false`, "restorable"},
		"escaped":           {`"clusterId":"a","cluster\u0049d":"b"`, "clusterId"},
		"lists":             {`"parts":[{"shardName":"a","typeName":"REPLICA_SET"}],"parts":[{"shardName":"b"}]`, "parts"},
		"in an element":     {`"parts":[{},{"shardName":"a","shardName":"b"}]`, "parts.shardName"},
		"objects":           {`"parts":[{"tokenTimestamp":{"increment":1},"tokenTimestamp":{"date":"2023-09-12T06:00:21Z"}}]`, "parts.tokenTimestamp"},
		"deepest":           {`"parts":[{"tokenTimestamp":{"increment":1,"increment":2}}]`, "parts.tokenTimestamp.increment"},
		"in a link":         {`"links":[{"rel":"self","rel":"next"}]`, "links.rel"},
		"behind an unknown": {`"new":{"a":[{"restorable":1}]},"restorable":true,"restorable":true`, "restorable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			newJSONScene(t).refuses(jsonWith(tc.fields), "duplicate field "+tc.field+"")
		})
	}
	t.Run("unknown fields", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).gives(jsonWith(`"new":1,"new":{"id":1,"id":2},"restorable":true`), jsonBare(map[string]any{"restorable": true}))
	})
	for field, body := range map[string]string{
		"content":  `{"status":200,"content":{"restorable":true},"content":{"restorable":false}}`,
		"status":   `{"status":404,"content":{},"status":200}`,
		"envelope": `{"envelope":{},"status":200,"ENVELOPE":{"restorable":true}}`,
	} {
		t.Run(field+" of an envelope", func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			assertDiagnostics(t, scene.configure(config{"envelope": true}))
			scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", body))
			_, got := scene.single()
			scene.refused(body, got, "checkpoint", "duplicate field "+field+"")
		})
	}
	t.Run("results of a list", func(t *testing.T) {
		t.Parallel()

		scene := newJSONScene(t)
		body := `{"results":[{"id":"` + jsonID + `"}],"results":[]}`
		scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", body))
		_, got := scene.list()
		scene.refused(body, got, "checkpoints", "duplicate field results")
	})
}

// JSON is UTF-8. What is not can't be shown as it was sent.
func TestFaults_json_invalidUTF8(t *testing.T) {
	t.Parallel()

	for name, fields := range map[string]string{
		"in a value":          "\"clusterId\":\"a\xffb\"",
		"Latin-1":             "\"parts\":[{\"shardName\":\"gr\xf6\xdfe\"}]",
		"cut character":       "\"clusterId\":\"gr\xc3\"",
		"overlong":            "\"clusterId\":\"\xc0\xaf\"",
		"surrogate":           "\"clusterId\":\"\xed\xa0\x80\"",
		"in a name":           "\"\xff\":1",
		"in an unknown field": "\"new\":\"\xff\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			newJSONScene(t).refuses(jsonWith(fields), "not valid UTF-8")
		})
	}
	for name, tc := range map[string]struct{ sent, want string }{
		"two and four bytes":      {"größe 😀", "größe 😀"},
		"escapes":                 {`gr\u00f6\u00dfe \ud83d\ude00`, "größe 😀"},
		"control characters":      {`a\u0000\u001b[31m\n`, "a\x00\x1b[31m\n"},
		"replacement character":   {"\uFFFD", "\uFFFD"},
		"escaped half of a pair":  {`a\ud83db`, "a\uFFFDb"},
		"escaped second half":     {`a\ude00b`, "a\uFFFDb"},
		"noncharacter":            {"\uFFFF", "\uFFFF"},
		"text from right to left": {"\u202eabc", "\u202eabc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			newJSONScene(t).gives(jsonWith(`"clusterId":"`+tc.sent+`"`), jsonBare(map[string]any{"cluster_id": tc.want}))
		})
	}
}

func TestFaults_json_numbers(t *testing.T) {
	t.Parallel()

	increment := func(number string) string {
		return jsonWith(`"parts":[{"tokenTimestamp":{"increment":` + number + `}}]`)
	}
	for _, number := range []string{"0", "1199145600", "2147483648", "4294967295"} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()

			newJSONScene(t).gives(increment(number), jsonBare(map[string]any{"parts": []any{
				jsonPart(map[string]any{"token_timestamp": map[string]any{"date": nil, "increment": number}}),
			}}))
		})
	}
	for _, number := range []string{
		"-1", "4294967296", "18446744073709551617", "1.5", "1e3", "1E400", "-1e-400", "1" + strings.Repeat("0", 1<<20),
	} {
		t.Run(number[:min(len(number), 30)], func(t *testing.T) {
			t.Parallel()

			newJSONScene(t).refuses(increment(number), "field parts.tokenTimestamp.increment can't be number "+number[:min(len(number), 900)])
		})
	}
	for _, number := range []string{"NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "0x1F", "1_000"} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()

			body := increment(number)
			scene := newJSONScene(t)
			scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", body))
			_, got := scene.single()
			scene.refused(body, got, "checkpoint", "not a JSON object: invalid character")
		})
	}
	t.Run("in an unknown field", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).gives(jsonWith(`"new":-1`+strings.Repeat("0", 1000)+`.5e+999999`), jsonBare(nil))
	})
}

func TestFaults_json_nesting(t *testing.T) {
	t.Parallel()

	lists := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	objects := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for name, value := range map[string]string{"lists": lists(100_000), "objects": objects(100_000)} {
		for _, field := range []string{"new", "parts", "started", "links"} {
			t.Run(field+" of "+name, func(t *testing.T) {
				t.Parallel()

				body := jsonWith(`"` + field + `":` + value)
				scene := newJSONScene(t)
				scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", body))
				_, got := scene.single()
				scene.refused(body, got, "checkpoint", "exceeded max depth")
			})
		}
		t.Run("document of "+name, func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			scene.atlas.Fail(atlasmock.FaultBody(200, "application/json", value))
			_, got := scene.single()
			scene.refused(value, got, "checkpoint", "exceeded max depth")
		})
		t.Run("error of "+name, func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			scene.atlas.Fail(atlasmock.FaultBody(404, "application/json", `{"errorCode":"X","parameters":`+value+`}`))
			_, got := scene.single()
			assertDiagnostics(t, got, diagnostic{
				summary: "Atlas has nothing at this address", detail: []string{"HTTP 404", "The answer begins:"},
			})
		})
	}
	t.Run("less deep, in an unknown field", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).gives(jsonWith(`"new":[`+lists(9_000)+`,`+objects(9_000)+`],"restorable":true`),
			jsonBare(map[string]any{"restorable": true}))
	})
}

func TestFaults_json_manyParts(t *testing.T) {
	t.Parallel()

	var sent []string
	var want []any
	for i := range 10_000 {
		name := fmt.Sprintf("shard-%d", i)
		sent = append(sent, `{"shardName":"`+name+`"}`)
		want = append(want, jsonPart(map[string]any{"shard_name": name}))
	}
	scene := newJSONScene(t)
	scene.serve(jsonWith(`"parts":[` + strings.Join(sent, ",") + `]`))
	scene.givesAlone(jsonBare(map[string]any{"parts": want}))
}

func TestFaults_json_longStrings(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("x", 1<<20)
	t.Run("in texts", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).gives(
			jsonWith(`"clusterId":"`+long+`","parts":[{"shardName":"`+long+`"}],"links":[{"href":"`+long+`"}],"new":"`+long+`","`+long+`":1`),
			jsonBare(map[string]any{
				"cluster_id": long,
				"parts":      []any{jsonPart(map[string]any{"shard_name": long})},
				"links":      []any{map[string]any{"href": long, "rel": nil}},
			}))
	})
	t.Run("in a time", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).refuses(jsonWith(`"started":"`+long+`"`), `field started is "xxx`)
	})
	t.Run("in an id", func(t *testing.T) {
		t.Parallel()

		scene := newJSONScene(t)
		scene.serve(`{"id":"` + long + `"}`)
		_, got := scene.single()
		assertDiagnostics(t, got, diagnostic{summary: "The response does not match the request", detail: []string{jsonID, "xxx"}})
		if len(got[0].Detail) > 4<<10 {
			t.Errorf("an error of %d bytes", len(got[0].Detail))
		}
	})
}

func TestFaults_json_unknownFields(t *testing.T) {
	t.Parallel()

	newJSONScene(t).gives(`{"new":{"id":"x","restorable":[]},"id":"`+jsonID+`","":null,
		"parts":[{"new":[{"shardName":1}],"typeName":"BRAND_NEW","tokenTimestamp":{"new":1,"increment":7}}],"links":[{"title":"x","rel":"self"}]}`,
		jsonBare(map[string]any{
			"parts": []any{jsonPart(map[string]any{
				"type_name": "BRAND_NEW", "token_timestamp": map[string]any{"date": nil, "increment": "7"},
			})},
			"links": []any{map[string]any{"href": nil, "rel": "self"}},
		}))
}

// A document about something else is never data.
func TestFaults_json_another(t *testing.T) {
	t.Parallel()

	const other = "5f0000000000000000000000"
	wants := func(t *testing.T, document, noun, asked, got string) {
		t.Helper()
		scene := newJSONScene(t)
		scene.serve(document)
		want := diagnostic{summary: "The response does not match the request", detail: []string{
			fmt.Sprintf("sked for %s %q, Atlas answered with %s %q", noun, asked, noun, got), "The answer was not used",
		}}
		_, diagnostics := scene.single()
		assertDiagnostics(t, diagnostics, want)
		if noun == "project" {
			_, diagnostics = scene.list()
			assertDiagnostics(t, diagnostics, want)
		}
	}
	t.Run("checkpoint", func(t *testing.T) { t.Parallel(); wants(t, `{"id":"`+other+`"}`, "checkpoint", jsonID, other) })
	t.Run("checkpoint in capitals", func(t *testing.T) {
		t.Parallel()

		wants(t, `{"id":"`+strings.ToUpper(jsonID)+`"}`, "checkpoint", jsonID, strings.ToUpper(jsonID))
	})
	t.Run("project", func(t *testing.T) {
		t.Parallel()
		wants(t, jsonWith(`"groupId":"`+other+`"`), "project", atlasmock.ProjectID, other)
	})
}
