// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestNewAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		header http.Header
		body   string
		want   Response
	}{
		"Atlas' error document": {
			status: 404,
			body: `{"detail":"No group with ID 5e42 exists.","error":404,"errorCode":"GROUP_NOT_FOUND",` +
				`"parameters":["5e42"],"reason":"Not Found"}`,
			want: Response{
				Status: 404, Code: "GROUP_NOT_FOUND", Detail: "No group with ID 5e42 exists.",
				Reason: "Not Found", Parameters: []string{"5e42"},
			},
		},
		"parameters of every type": {
			status: 429,
			header: http.Header{"Retry-After": {"55"}},
			body: `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","error":429,` +
				`"parameters":["api/atlas/v2/orgs",55,1.5,null,true,{"a":1},[2]]}`,
			want: Response{
				Status: 429, Code: "RATE_LIMITED_TOKEN_BUCKET", RetryAfter: 55 * time.Second,
				Parameters: []string{"api/atlas/v2/orgs", "55", "1.5", "null", "true", `{"a":1}`, "[2]"},
			},
		},
		"bad request detail": {
			status: 400,
			body: `{"error":400,"detail":"d","badRequestDetail":{"fields":[` +
				`{"field":"envelope","description":"must be\ntrue or false"},{"field":"pretty"}]}}`,
			want: Response{Status: 400, Detail: "d", Fields: []FieldError{
				{Field: "envelope", Description: "must be true or false"}, {Field: "pretty"},
			}},
		},
		"token endpoint": {
			status: 401, body: `{"error":"invalid_client","error_description":"Invalid credentials provided."}`,
			want: Response{Status: 401, Code: "invalid_client", Detail: "Invalid credentials provided."},
		},
		"code in the header only": {
			status: 403, header: http.Header{"X-Error-Code": {"ACCESS_FORBIDDEN"}}, body: "",
			want: Response{Status: 403, Code: "ACCESS_FORBIDDEN"},
		},
		"code in the body before the header's": {
			status: 403, header: http.Header{"X-Error-Code": {"HEADER"}}, body: `{"errorCode":"BODY"}`,
			want: Response{Status: 403, Code: "BODY"},
		},
		"one field of another type costs that field": {
			status: 500, body: `{"errorCode":5,"detail":"broken","parameters":"none","badRequestDetail":[]}`,
			want: Response{Status: 500, Detail: "broken"},
		},
		"page": {
			status: 502, body: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
			want: Response{Status: 502, Excerpt: "502 Bad Gateway 502 Bad Gateway"},
		},
		"nested too deeply": {
			status: 404, body: `{"errorCode":"X","parameters":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
			want: Response{Status: 404, Excerpt: `{"errorCode":"X","parameters":` + strings.Repeat("[", 170) + "…"},
		},
		"JSON of another shape": {
			status: 500, body: `{"message":"no upstream"}`,
			want: Response{Status: 500, Excerpt: `{"message":"no upstream"}`},
		},
		"cut JSON": {
			status: 500, body: `{"errorCode":"UNEXPECTED_ERROR","detail":"An un`,
			want: Response{Status: 500, Excerpt: `{"errorCode":"UNEXPECTED_ERROR","detail":"An un`},
		},
		"control characters": {
			status: 400, header: http.Header{"X-Error-Code": {"A\x1b[2JB"}},
			body: `{"detail":"a\u001b[31mb\u0000c\u202ed","reason":"\n"}`,
			want: Response{Status: 400, Code: "A [2JB", Detail: "a [31mb c d"},
		},
		"long text": {
			status: 400, body: `{"errorCode":"X","detail":"` + strings.Repeat("x", 2*maxText) + `"}`,
			want: Response{Status: 400, Code: "X", Detail: strings.Repeat("x", maxText) + "…"},
		},
		"credentials": {
			status: 401, body: `{"errorCode":"sesame-secret","detail":"is sesame-secret right?","reason":"c2VzYW1lLXNlY3JldA==",` +
				`"parameters":["sesame-secret",["sesame-secret"]],"badRequestDetail":{"fields":[{"field":"sesame-secret","description":"sesame%2Dsecret sesame-secret"}]}}`,
			want: Response{
				Status: 401, Code: "(redacted)", Detail: "is (redacted) right?", Reason: "(redacted)",
				Parameters: []string{"(redacted)", `["(redacted)"]`},
				Fields:     []FieldError{{Field: "(redacted)", Description: "(redacted) (redacted)"}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var r Redactor
			r.Add("", "sesame-secret")
			got := newResponse(test.status, test.header, body{data: []byte(test.body)}, &r, time.Time{})
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf("\n got %+v\nwant %+v", *got, test.want)
			}
		})
	}
}

func TestNewAnswer_keepsTwentyOfALongList(t *testing.T) {
	b := body{data: []byte(`{"errorCode":"X","parameters":[` + strings.Repeat("1,", 99) + `1],` +
		`"badRequestDetail":{"fields":[` + strings.Repeat("{},", 99) + `{}]}}`)}
	got := newResponse(400, nil, b, &Redactor{}, time.Time{})
	if len(got.Parameters) != 20 || len(got.Fields) != 20 {
		t.Errorf("kept %d parameters and %d fields, want 20 of each", len(got.Parameters), len(got.Fields))
	}
}
