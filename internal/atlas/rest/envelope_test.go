// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import "testing"

func TestOpenEnvelope(t *testing.T) {
	const doc = `{"id":"x"}`
	for name, test := range map[string]struct {
		body       string
		httpStatus int
		status     int
		document   string
	}{
		"content":                        {`{"status":200,"content":{"id":"x"}}`, 200, 200, doc},
		"envelope":                       {`{"envelope":{"id":"x"},"status":200}`, 200, 200, doc},
		"content before envelope":        {`{"status":200,"envelope":{},"content":{"id":"x"}}`, 200, 200, doc},
		"status inside against HTTP's":   {`{"status":404,"content":{"id":"x"}}`, 200, 404, doc},
		"success inside against HTTP's":  {`{"status":200,"content":{"id":"x"}}`, 502, 200, doc},
		"no status":                      {`{"content":{"id":"x"}}`, 404, 404, doc},
		"status null":                    {`{"status":null,"content":{"id":"x"}}`, 404, 404, doc},
		"status in quotes":               {`{"status":"404","content":{"id":"x"}}`, 200, 404, doc},
		"status as a status line":        {`{"status":"404 Not Found","content":{"id":"x"}}`, 200, 404, doc},
		"lowest status":                  {`{"status":100,"content":{"id":"x"}}`, 200, 100, doc},
		"highest status":                 {`{"status":599,"content":{"id":"x"}}`, 200, 599, doc},
		"no envelope":                    {`{"id":"x"}`, 200, 200, doc},
		"document beside the status":     {`{"id":"x","status":200}`, 200, 200, `{"id":"x","status":200}`},
		"error document beside a status": {`{"errorCode":"X","status":404}`, 200, 404, `{"errorCode":"X","status":404}`},
		"content null":                   {`{"status":200,"content":null}`, 200, 200, `null`},
		"page":                           {`<html>502</html>`, 502, 502, `<html>502</html>`},
		"cut":                            {`{"status":404,"content":{"id"`, 200, 200, `{"status":404,"content":{"id"`},
	} {
		t.Run(name, func(t *testing.T) {
			status, document, err := openEnvelope([]byte(test.body), test.httpStatus)
			if err != nil {
				t.Fatal(err)
			}
			if status != test.status || string(document) != test.document {
				t.Errorf("got %d %s, want %d %s", status, document, test.status, test.document)
			}
		})
	}
}

func TestOpenEnvelope_invalidStatus(t *testing.T) {
	for _, status := range []string{`404.5`, `99`, `600`, `1e99`, `"OK"`, `""`, `true`, `{}`, `[200]`, `-200`} {
		_, _, err := openEnvelope([]byte(`{"status":`+status+`,"content":{}}`), 200)
		if want := "the envelope's status is " + status + ", which is not an HTTP status"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
