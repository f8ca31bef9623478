// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// responded reads once from a server that responds in one way.
func responded(t *testing.T, status int, body string, fields ...string) error {
	t.Helper()
	server := atlastest.Script(atlastest.Respond(status, body, fields...))
	err := atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(1)))
	atlastest.WantCount(t, "requests", server.Count(""), 1)
	return err
}

func TestExchange_redirects(t *testing.T) {
	for name, test := range map[string]struct {
		status   int
		location string
		target   string
	}{
		"to another host":      {302, "https://sso.test:8443/login?next=1", "https://sso.test:8443"},
		"to another scheme":    {301, "http://atlas.test/api", "http://atlas.test"},
		"to the same host":     {307, "/elsewhere", "https://atlas.test"},
		"with a password":      {302, "https://user:pass@sso.test/", "https://sso.test"},
		"without a scheme":     {308, "//sso.test/x", "https://sso.test"},
		"to a file":            {302, "file:///etc/passwd", "an address that is not a URL"},
		"to no URL":            {302, "https://[::1", "an address that is not a URL"},
		"to another's program": {302, "mailto:admin@sso.test", "an address that is not a URL"},
		"with escapes":         {302, "https://sso.test\x1b[31m/", "an address that is not a URL"},
		"without a choice":     {300, "https://sso.test/", "https://sso.test"},
		"of the last status":   {399, "https://sso.test/", "https://sso.test"},
	} {
		t.Run(name, func(t *testing.T) {
			e := atlastest.WantKind(t, responded(t, test.status, "", "Location: "+test.location), rest.KindRedirect)
			if e.Target != test.target || e.Status() != test.status {
				t.Errorf("got %+v, target %q", e, e.Target)
			}
		})
	}
	for status, field := range map[int]string{300: "X: ", 304: "X: ", 299: "Location: /", 400: "Location: /"} {
		e := atlastest.WantKind(t, responded(t, status, "", field), rest.KindStatus)
		atlastest.WantCount(t, "as its status", e.Status(), status)
	}
}

func TestExchange_bodiesThatAreTooLarge(t *testing.T) {
	const gib = 1 << 30
	for name, test := range map[string]struct {
		fault   atlasmock.Fault
		kind    rest.Kind
		problem string
	}{
		"document":      {atlasmock.FaultFlood(200, gib), rest.KindTooLarge, "too large: above 8 MiB"},
		"error":         {atlasmock.FaultFlood(404, gib), rest.KindStatus, ""},
		"of a 401":      {atlasmock.FaultFlood(401, gib), rest.KindNoAccess, ""},
		"of a redirect": {atlasmock.FaultFlood(302, gib).With("Location", "/"), rest.KindRedirect, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, settings := range [][]atlastest.Option{nil, {atlastest.WithEnvelope}} {
				mock := atlastest.NewMock(t)
				mock.Fail(test.fault)
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.OverTCP(t, mock, atlastest.APIKey, settings...)), test.kind)
				if e.Problem != test.problem || e.Status() != test.fault.Status || e.Attempts != 1 {
					t.Errorf("got %+v", e)
				}
				if want := `"` + strings.Repeat("a", 199) + "…"; e.Response.Excerpt != want {
					t.Errorf("excerpt %q", e.Response.Excerpt)
				}
			}
		})
	}
}

func TestExchange_documentAtTheLimit(t *testing.T) {
	fill := func(size int) string {
		doc := `{"id":"` + atlastest.CheckpointID + `","x":""}`
		return doc[:len(doc)-2] + strings.Repeat("x", size-len(doc)) + doc[len(doc)-2:]
	}
	atlastest.WantNoError(t, responded(t, 200, fill(8<<20)))
	_ = atlastest.WantKind(t, responded(t, 200, fill(8<<20+1)), rest.KindTooLarge)
}

// TestDecode_problems has the other problems, TestBodyExcerpt the other excerpts.
func TestExchange_malformed(t *testing.T) {
	for body, want := range map[string]rest.Error{
		"": {Problem: "not a JSON object: unexpected end (byte 0)", Response: &rest.Response{}},
		"<html><title>Sign in</title>": {
			Problem: "not a JSON object: invalid character '<' at start of value (byte 0)", Response: &rest.Response{Excerpt: "Sign in"},
		},
		strings.Repeat("[", 100_000): {Problem: "not a JSON object: array", Response: &rest.Response{Excerpt: strings.Repeat("[", 200) + "…"}},
	} {
		e := atlastest.WantKind(t, responded(t, 200, body), rest.KindMalformed)
		if e.Problem != want.Problem || e.Status() != 200 || e.Response.Excerpt != want.Response.Excerpt {
			t.Errorf("got problem %q, answer %+v", e.Problem, e.Response)
		}
	}
}

func TestExchange_contentEncoding(t *testing.T) {
	const encoded = "\x1f\x8b\x00bytes"
	e := atlastest.WantKind(t, responded(t, http.StatusOK, encoded, "Content-Encoding: br"), rest.KindMalformed)
	if e.Response.Excerpt != "" || e.Problem != `its content encoding is "br", which was not asked for` {
		t.Errorf("got %q with excerpt %q", e.Problem, e.Response.Excerpt)
	}
	e = atlastest.WantKind(t, responded(t, http.StatusForbidden, encoded, "Content-Encoding: br"), rest.KindStatus)
	if e.Response.Excerpt != "" || e.Problem != "" {
		t.Errorf("got %q with excerpt %q", e.Problem, e.Response.Excerpt)
	}
	atlastest.WantNoError(t, responded(t, http.StatusOK, atlastest.Document(atlastest.ProjectID), "Content-Encoding: identity"))
}

func TestExchange_byteOrderMark(t *testing.T) {
	atlastest.WantNoError(t, responded(t, http.StatusOK, "\uFEFF"+atlastest.Document(atlastest.ProjectID)))
}

// Atlas' own word on the status counts for more than a gateway's.
func TestExchange_errorUnderAnotherStatus(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   rest.Kind
		want   int
	}{
		"error as a success":    {200, `{"error":404,"errorCode":"X"}`, rest.KindStatus, 404},
		"lowest error":          {200, `{"error":400,"errorCode":"X"}`, rest.KindStatus, 400},
		"highest error":         {200, `{"error":599,"errorCode":"X"}`, rest.KindStatus, 599},
		"below the errors":      {200, `{"error":399,"errorCode":"X"}`, rest.KindMalformed, 200},
		"above the errors":      {200, `{"error":600,"errorCode":"X"}`, rest.KindMalformed, 200},
		"without a code":        {200, `{"error":404}`, rest.KindMalformed, 200},
		"error as another":      {502, `{"error":404,"errorCode":"X"}`, rest.KindStatus, 404},
		"no status, as a 502":   {502, `{"error":7,"errorCode":"X"}`, rest.KindStatus, 502},
		"refusal as a success":  {200, `{"error":401,"errorCode":"X"}`, rest.KindCredentials, 401},
		"another in a refusal":  {401, `{"error":404,"errorCode":"X"}`, rest.KindCredentials, 401},
		"another document's id": {200, `{"error":404,"errorCode":"X","id":"1"}`, rest.KindMismatch, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := atlastest.WantKind(t, responded(t, test.status, test.body), test.kind)
			atlastest.WantCount(t, "as its status", e.Status(), test.want)
		})
	}
}

// TestOpenEnvelope has the other forms of an envelope.
func TestExchange_envelope(t *testing.T) {
	document := atlastest.Document(atlastest.ProjectID)
	for name, test := range map[string]struct {
		status int
		body   string
		kind   rest.Kind // zero for success
		want   int       // status of the error
		code   string
	}{
		"success inside an error":     {502, `{"status":200,"content":` + document + `}`, 0, 0, ""},
		"no envelope":                 {200, document, 0, 0, ""},
		"error inside a success":      {200, `{"status":404,"content":{"errorCode":"GROUP_NOT_FOUND"}}`, rest.KindStatus, 404, "GROUP_NOT_FOUND"},
		"other error inside an error": {403, `{"status":404,"content":{"errorCode":"GROUP_NOT_FOUND"}}`, rest.KindStatus, 404, "GROUP_NOT_FOUND"},
		"error without an envelope":   {404, `{"errorCode":"GROUP_NOT_FOUND"}`, rest.KindStatus, 404, "GROUP_NOT_FOUND"},
		"page inside an error":        {502, `<html>502</html>`, rest.KindStatus, 502, ""},
		"page inside a success":       {200, `<html>portal</html>`, rest.KindMalformed, 200, ""},
		"refusal inside a success":    {200, `{"status":401,"content":{"errorCode":"UNEXPECTED_ERROR"}}`, rest.KindCredentials, 401, "UNEXPECTED_ERROR"},
		"no access inside a success":  {200, `{"status":401,"content":{"errorCode":"NOT_IN_GROUP"}}`, rest.KindNoAccess, 401, "NOT_IN_GROUP"},
		"refusal inside a refusal":    {401, `{"status":200,"content":{"errorCode":"UNEXPECTED_ERROR"}}`, rest.KindCredentials, 401, "UNEXPECTED_ERROR"},
		"redirect inside a success":   {200, `{"status":302,"content":{}}`, rest.KindStatus, 302, ""},
		"invalid status, in a 200":    {200, `{"status":"OK","content":` + document + `}`, rest.KindMalformed, 200, ""},
		"invalid status, in an error": {404, `{"status":2000,"content":{"errorCode":"X"}}`, rest.KindStatus, 404, "X"},
		"status of an envelope twice": {200, `{"status":404,"content":{},"status":200}`, rest.KindMalformed, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := atlastest.InProcess(atlastest.Script(atlastest.Respond(test.status, test.body)), atlastest.AccessToken, atlastest.WithEnvelope, atlastest.WithAttempts(1))
			err := atlastest.Read(t.Context(), client)
			if test.kind == 0 {
				atlastest.WantNoError(t, err)
				return
			}
			e := atlastest.WantKind(t, err, test.kind)
			if e.Status() != test.want || e.Code() != test.code {
				t.Errorf("got %+v, want status %d, code %q", e.Response, test.want, test.code)
			}
		})
	}
}

func TestExchange_bodyThatIsCut(t *testing.T) {
	e := atlastest.WantKind(t, responded(t, 200, `{"id":`, "Content-Length: 100"), rest.KindConnectionLost)
	if e.Problem != "the response ended early" || !errors.Is(e, io.ErrUnexpectedEOF) || e.Response != nil {
		t.Errorf("got %v", e)
	}
	e = atlastest.WantKind(t, responded(t, 404, `{"errorCode":"X"}`, "Content-Length: 100"), rest.KindStatus)
	if e.Code() != "X" {
		t.Errorf("got %v", e)
	}
}
