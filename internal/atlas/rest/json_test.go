// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"strings"
	"testing"
)

type decoded struct {
	ID    *string `json:"id"`
	Count *uint32 `json:"count"`
	Ready *bool   `json:"ready"`
	When  *never  `json:"when"`
	Parts []struct {
		Name *string `json:"name"`
	} `json:"parts"`
}

// never is a type of ours, which nothing is.
type never struct{}

func (*never) UnmarshalJSON(data []byte) error { return errors.New(string(data) + ", which is never") }

func TestDecode(t *testing.T) {
	deep := strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)
	for name, body := range map[string]string{
		"as documented":              `{"id":"größe 😀","count":4294967295,"parts":[{"name":"a"},{"name":"a"}]}`,
		"white space":                " {\t\"id\" :\r\n\"größe \\ud83d\\uDE00\"} \n",
		"unknown fields of any kind": `{"new":{"id":[1,{"b":null}],"n":-1e+999999},"id":"größe 😀","deep":` + deep + `}`,
		"names in another case":      `{"ID":"a","id":"größe 😀","Id":"b"}`,
		"null in place of a value":   `{"id":"größe 😀","count":null,"ready":null,"when":null,"parts":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := Decode[decoded]([]byte(body)); err != nil || *got.ID != "größe 😀" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDecode_problems(t *testing.T) {
	deep := strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
	for body, want := range map[string]string{
		``:                   "not a JSON object: unexpected end (byte 0)",
		`null`:               "not a JSON object: null",
		`[{}]`:               "not a JSON object: array",
		`"text"`:             "not a JSON object: string",
		`5`:                  "not a JSON object: number",
		`true`:               "not a JSON object: bool",
		`{"id":`:             "not a JSON object: unexpected end (byte 6)",
		`{}{}`:               "not a JSON object: invalid character '{' after top-level value (byte 2)",
		`<html>`:             "not a JSON object: invalid character '<' at start of value (byte 0)",
		`{"id"}`:             "not a JSON object: invalid character '}' after object name (expecting ':') (byte 5)",
		`{"n":+1}`:           "not a JSON object: invalid character '+' at start of value (byte 5)",
		`{"n":01}`:           "not a JSON object: invalid character '1' after object value (expecting ',' or '}') (byte 6)",
		`{"n":` + deep + `}`: "not a JSON object: exceeded max depth (byte 10004)",

		`{"id":5}`:                      "field id can't be number",
		`{"id":{}}`:                     "field id can't be object",
		`{"ready":"true"}`:              "field ready can't be string",
		`{"parts":[{},{"name":false}]}`: "field parts[1].name can't be bool",
		`{"parts":[1]}`:                 "field parts[0] can't be number",
		`{"count":"1"}`:                 "field count can't be string",
		`{"count":-1}`:                  "field count can't be number -1",
		`{"count":4294967296}`:          "field count can't be number 4294967296",
		`{"count":1.5}`:                 "field count can't be number 1.5",
		`{"count":1e400}`:               "field count can't be number 1e400",
		`{"when":{"a":1}}`:              `field when is {"a":1}, which is never`,

		`{"id":"a","id":"a"}`:                          "duplicate field id",
		`{"id":null,"\u0069d":"a"}`:                    "duplicate field id",
		`{"parts":[{},{"name":"a","b":1,"name":"c"}]}`: "duplicate field parts[1].name",
		`{"new":{"a/b~c":1,"a/b~c":2}}`:                "duplicate field new.a/b~c",
		`{"` + strings.Repeat("x", 40) + `":1,"` + strings.Repeat("x", 40) + `":1}`: "duplicate field " + strings.Repeat("x", 40),
		`{"` + strings.Repeat("x", 41) + `":1,"` + strings.Repeat("x", 41) + `":1}`: "duplicate field (long name)",
		`{"results":[],"results":[]}`: "duplicate field results",

		"{\"id\":\"a\xffb\"}":      "not a JSON object: invalid UTF-8 (byte 8)",
		"{\"new\":\"gr\xf6\xdf\"}": "not a JSON object: invalid UTF-8 (byte 10)",
		"{\"\xff\":1}":             "not a JSON object: invalid UTF-8 (byte 2)",
		`{"id":"\u12sesame"}`:      `not a JSON object: invalid escape sequence (byte 7)`,
		`{"id":"a\ud83db"}`:        `not a JSON object: invalid surrogate pair (byte 8)`,
	} {
		t.Run(body[:min(len(body), 30)], func(t *testing.T) {
			if _, err := Decode[decoded]([]byte(body)); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

// What ends early is no document, wherever the end is.
func TestDecode_cutAnywhere(t *testing.T) {
	const whole = `{"id":"größe \ud83d\ude00","count":1,"new":{"a":[true,null,-1.5e3]},"parts":[{},{"name":"a"}]}`
	for i := range len(whole) {
		if _, err := Decode[decoded]([]byte(whole[:i])); err == nil || !strings.HasPrefix(err.Error(), "not a JSON object: ") {
			t.Errorf("%s: got %v", whole[:i], err)
		}
	}
}
