// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestExchange_redirects(t *testing.T) {
	elsewhere := atlastest.Record(atlastest.RespondWithDocument)
	other := httptest.NewServer(elsewhere)
	t.Cleanup(other.Close)
	for name, test := range map[string]struct {
		status   int
		location string
		target   string
	}{
		"to another host":      {302, other.URL + "/login?next=1", other.URL},
		"to another scheme":    {301, "http://atlas.test/api", "http://atlas.test"},
		"to the same host":     {307, "/elsewhere", "https://atlas.test"},
		"to itself":            {308, "", "https://atlas.test"},
		"for other methods":    {303, "https://sso.test/", "https://sso.test"},
		"with a password":      {302, "https://user:pass@sso.test/", "https://sso.test"},
		"without a scheme":     {302, "//sso.test/x", "https://sso.test"},
		"to FTP":               {302, "ftp://sso.test/", "ftp://sso.test"},
		"to a file":            {302, "file:///etc/passwd", "an address that is not a URL"},
		"to no URL":            {302, "https://[::1", "an address that is not a URL"},
		"to another's program": {302, "mailto:admin@sso.test", "an address that is not a URL"},
		"with escapes":         {302, "https://sso.test\x1b[31m/", "an address that is not a URL"},
		"without a choice":     {300, "https://sso.test/", "https://sso.test"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.AccessToken} {
				mock := atlastest.NewMock(t)
				location := test.location
				if location == "" {
					location = "https://atlas.test/api/atlas/v2/groups/" + atlastest.ProjectID + "/clusters/" + atlastest.ClusterName + "/backupCheckpoints/" + atlastest.CheckpointID
				}
				mock.Fail(atlasmock.FaultRedirect(test.status, location).Repeat(atlasmock.Forever))
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(mock, credentials)), rest.KindRedirect)
				if e.Target != test.target || e.Status() != test.status || e.Attempts != 1 {
					t.Errorf("got %+v, target %q", e, e.Target)
				}
			}
		})
	}
	atlastest.WantCount(t, "requests to the other host", elsewhere.Count(""), 0)
}

func TestExchange_redirectWithoutATarget(t *testing.T) {
	for _, status := range []int{300, 304} {
		e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(atlastest.Script(atlastest.Respond(status, "")), atlastest.AccessToken)), rest.KindAnswer)
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
		"document":             {atlasmock.FaultFlood(200, gib), rest.KindTooLarge, "too large: above 8 MiB"},
		"document behind gzip": {atlasmock.FaultGzipBomb(200, gib), rest.KindTooLarge, "too large: above 8 MiB"},
		"error":                {atlasmock.FaultFlood(404, gib), rest.KindAnswer, ""},
		"error behind gzip":    {atlasmock.FaultGzipBomb(404, gib), rest.KindAnswer, ""},
		"of a 401":             {atlasmock.FaultFlood(401, gib), rest.KindNoAccess, ""},
		"of a redirect":        {atlasmock.FaultFlood(302, gib).With("Location", "/"), rest.KindRedirect, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, settings := range [][]atlastest.Option{nil, {atlastest.WithEnvelope}} {
				mock := atlastest.NewMock(t)
				mock.Fail(test.fault)
				e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.OverTCP(t, mock, atlastest.APIKey, settings...)), test.kind)
				if e.Problem != test.problem || e.Status() != test.fault.Status || e.Attempts != 1 {
					t.Errorf("got %+v", e)
				}
				if want := `"` + strings.Repeat("a", 199) + "…"; e.Answer.Excerpt != want {
					t.Errorf("excerpt %q", e.Answer.Excerpt)
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
	client := atlastest.InProcess(atlastest.Script(atlastest.Respond(200, fill(8<<20)), atlastest.Respond(200, fill(8<<20+1))), atlastest.AccessToken)
	atlastest.MustRead(t, client)
	_ = atlastest.WantKind(t, atlastest.Read(t.Context(), client), rest.KindTooLarge)
}

func TestExchange_answersThatAreNoDocument(t *testing.T) {
	for name, test := range map[string]struct {
		body    string
		problem string
		excerpt string
	}{
		"empty": {"", "not a JSON object: unexpected end (byte 0)", ""},
		"page of a portal": {
			"<html><head><title>Sign in</title><style>p{}</style></head><body onload=\"go()\">Please <b>sign in</b></body></html>",
			"not a JSON object: invalid character '<' at start of value (byte 0)", "Sign in Please sign in",
		},
		"complete, but cut within": {`{"id":"` + atlastest.CheckpointID, "not a JSON object: unexpected end (byte 31)", `{"id":"` + atlastest.CheckpointID},
		"more after it":            {`{} {}`, "not a JSON object: invalid character '{' after top-level value (byte 3)", "{} {}"},
		"list":                     {`[{}]`, "not a JSON object: array", "[{}]"},
		"null":                     {"\n null \n", "not a JSON object: null", "null"},
		"string":                   {`"text"`, "not a JSON object: string", `"text"`},
		"number":                   {`12`, "not a JSON object: number", "12"},
		"NaN":                      {`{"id":NaN}`, "not a JSON object: invalid character 'N' at start of value (byte 6)", `{"id":NaN}`},
		"nested too deeply":        {strings.Repeat("[", 100_000), "not a JSON object: array", strings.Repeat("[", 200) + "…"},
		"long":                     {strings.Repeat("no ", 100), "not a JSON object: invalid character 'o' in literal null (expecting 'u') (byte 1)", strings.Repeat("no ", 66) + "no…"},
		"control characters":       {"\x1b[2Jnone", "not a JSON object: invalid character '\\x1b' at start of value (byte 0)", "[2Jnone"},
		"invalid UTF-8":            {"\xff\xfe", "not a JSON object: invalid character '\\xff' at start of value (byte 0)", "\uFFFD"},
	} {
		t.Run(name, func(t *testing.T) {
			server := atlastest.Script(atlastest.Respond(200, test.body))
			e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.AccessToken)), rest.KindMalformed)
			if e.Problem != test.problem || e.Status() != 200 || e.Answer.Excerpt != test.excerpt {
				t.Errorf("got problem %q, answer %+v with excerpt %q", e.Problem, e.Answer, e.Answer.Excerpt)
			}
			atlastest.WantCount(t, "requests", server.Count(""), 1)
		})
	}
}

func TestExchange_contentEncoding(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusForbidden} {
		server := atlastest.Script(atlastest.Respond(status, "\x1f\x8b\x00bytes", "Content-Encoding: br"))
		e := atlastest.WantError(t, atlastest.Read(t.Context(), atlastest.InProcess(server, atlastest.AccessToken, atlastest.WithAttempts(1))))
		if e.Answer.Excerpt != "" || status == http.StatusOK && e.Problem != `its content encoding is "br", which was not asked for` {
			t.Errorf("%d: got %q with excerpt %q", status, e.Problem, e.Answer.Excerpt)
		}
	}
}

func TestExchange_byteOrderMark(t *testing.T) {
	atlastest.MustRead(t, atlastest.InProcess(atlastest.Script(atlastest.Respond(http.StatusOK, "\uFEFF"+atlastest.Document(atlastest.ProjectID))), atlastest.AccessToken))
}

func TestExchange_envelope(t *testing.T) {
	for name, options := range map[string][]atlasmock.Option{
		"content":                      nil,
		"envelope":                     {atlasmock.WithEnvelopeKey("envelope")},
		"content, HTTP status hidden":  {atlasmock.WithHiddenStatus()},
		"envelope, HTTP status hidden": {atlasmock.WithHiddenStatus(), atlasmock.WithEnvelopeKey("envelope")},
	} {
		t.Run(name, func(t *testing.T) {
			mock := atlastest.NewMock(t, options...)
			clock := acctest.NewClock()
			client := atlastest.InProcess(mock, atlastest.APIKey, atlastest.WithEnvelope, atlastest.WithClock(clock))
			atlastest.MustRead(t, client)

			e := atlastest.WantKind(t, atlastest.ReadOf(t.Context(), client, atlastest.OtherProjectID), rest.KindAnswer)
			if e.Status() != 404 || e.Code() != "GROUP_NOT_FOUND" || e.Answer.Detail != "No group with ID "+atlastest.OtherProjectID+" exists." {
				t.Errorf("got %+v", e.Answer)
			}

			mock.Fail(atlasmock.FaultStatus(503, "SERVICE_UNAVAILABLE", "Try again.").Repeat(2))
			atlastest.MustRead(t, client)
			atlastest.WantCount(t, "waits", len(clock.Waits()), 2)

			mock.ExpireNonces()
			atlastest.MustRead(t, client)
			for _, r := range mock.Requests() {
				if r.RawQuery != "envelope=true" {
					t.Errorf("query %q", r.RawQuery)
				}
			}
		})
	}
}

func TestExchange_envelopeByHand(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   rest.Kind
		want   int // status of the answer
		code   string
	}{
		"success inside an error":        {502, `{"status":200,"content":` + atlastest.Document(atlastest.ProjectID) + `}`, 0, 0, ""},
		"no status inside a success":     {200, `{"content":` + atlastest.Document(atlastest.ProjectID) + `}`, 0, 0, ""},
		"no envelope":                    {200, atlastest.Document(atlastest.ProjectID), 0, 0, ""},
		"error inside a success":         {200, `{"status":404,"content":{"errorCode":"GROUP_NOT_FOUND"}}`, rest.KindAnswer, 404, "GROUP_NOT_FOUND"},
		"no status inside an error":      {404, `{"content":{"errorCode":"GROUP_NOT_FOUND"}}`, rest.KindAnswer, 404, "GROUP_NOT_FOUND"},
		"error without an envelope":      {404, `{"errorCode":"GROUP_NOT_FOUND"}`, rest.KindAnswer, 404, "GROUP_NOT_FOUND"},
		"other error inside an error":    {403, `{"status":404,"content":{"errorCode":"GROUP_NOT_FOUND"}}`, rest.KindAnswer, 404, "GROUP_NOT_FOUND"},
		"page inside an error":           {502, `<html>502</html>`, rest.KindAnswer, 502, ""},
		"page inside a success":          {200, `<html>portal</html>`, rest.KindMalformed, 200, ""},
		"null inside a success":          {200, `{"status":200,"content":null}`, rest.KindMalformed, 200, ""},
		"refusal inside a success":       {200, `{"status":401,"content":{"errorCode":"UNEXPECTED_ERROR"}}`, rest.KindCredentials, 401, "UNEXPECTED_ERROR"},
		"no access inside a success":     {200, `{"status":401,"content":{"errorCode":"NOT_IN_GROUP"}}`, rest.KindNoAccess, 401, "NOT_IN_GROUP"},
		"refusal inside a refusal":       {401, `{"status":200,"content":{"errorCode":"UNEXPECTED_ERROR"}}`, rest.KindCredentials, 401, "UNEXPECTED_ERROR"},
		"another project's document":     {200, `{"status":200,"content":` + atlastest.Document(atlastest.OtherProjectID) + `}`, rest.KindMismatch, 0, ""},
		"empty body of a success":        {200, ``, rest.KindMalformed, 200, ""},
		"no content":                     {204, ``, rest.KindAnswer, 204, ""},
		"document beside a success":      {200, `{"status":200,"id":"` + atlastest.CheckpointID + `"}`, 0, 0, ""},
		"error beside a status":          {200, `{"status":404,"errorCode":"GROUP_NOT_FOUND"}`, rest.KindAnswer, 404, "GROUP_NOT_FOUND"},
		"redirect inside a success":      {200, `{"status":302,"content":{}}`, rest.KindAnswer, 302, ""},
		"envelope in place of content":   {200, `{"status":200,"envelope":` + atlastest.Document(atlastest.ProjectID) + `}`, 0, 0, ""},
		"error in place of an envelope":  {200, `{"status":410,"envelope":{"errorCode":"VERSION_GONE"}}`, rest.KindAnswer, 410, "VERSION_GONE"},
		"status of an envelope as text":  {200, `{"status":"404","content":{"errorCode":"X"}}`, rest.KindAnswer, 404, "X"},
		"status that is none, in a 200":  {200, `{"status":"OK","content":` + atlastest.Document(atlastest.ProjectID) + `}`, rest.KindMalformed, 200, ""},
		"status of an envelope twice":    {200, `{"status":404,"content":{},"status":200}`, rest.KindMalformed, 200, ""},
		"content of an envelope twice":   {200, `{"status":200,"content":{},"content":{}}`, rest.KindMalformed, 200, ""},
		"status of an envelope too high": {404, `{"status":2000,"content":{"errorCode":"X"}}`, rest.KindAnswer, 404, "X"},
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
				t.Errorf("got %+v, want status %d, code %q", e.Answer, test.want, test.code)
			}
		})
	}
}

func TestExchange_envelopeThatIsCut(t *testing.T) {
	mock := atlastest.NewMock(t)
	client := atlastest.OverTCP(t, mock, atlastest.AccessToken, atlastest.WithEnvelope, atlastest.WithoutWaits)
	mock.Fail(atlasmock.FaultCutBody(30), atlasmock.FaultCutChunked(30))
	atlastest.MustRead(t, client)
	atlastest.WantCount(t, "requests", mock.Count("", ""), 3)
}

func TestExchange_connectionErrorsKeepTheirCause(t *testing.T) {
	mock := atlastest.NewMock(t)
	mock.Fail(atlasmock.FaultCutBody(10))
	e := atlastest.WantKind(t, atlastest.Read(t.Context(), atlastest.OverTCP(t, mock, atlastest.AccessToken, atlastest.WithAttempts(1))), rest.KindConnectionLost)
	if e.Problem != "the response ended early" || !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", e)
	}
	if e.Method != http.MethodGet || !strings.HasPrefix(e.Host, "127.0.0.1:") || !strings.HasSuffix(e.Path, "/backupCheckpoints/"+atlastest.CheckpointID) {
		t.Errorf("got %+v", e)
	}
}
