// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// jsonTimes are the documents with a time at each place that holds one, and
// what is to be found there.
func jsonTimes(sent string, want any) map[string]struct {
	document string
	want     map[string]any
} {
	return map[string]struct {
		document string
		want     map[string]any
	}{
		"started":   {jsonWith(`"started":` + sent), jsonBare(map[string]any{"started": want})},
		"completed": {jsonWith(`"completed":` + sent), jsonBare(map[string]any{"completed": want})},
		"timestamp": {jsonWith(`"timestamp":` + sent), jsonBare(map[string]any{"timestamp": want})},
		"parts[0].tokenTimestamp.date": {
			jsonWith(`"parts":[{"tokenTimestamp":{"date":` + sent + `}}]`),
			jsonBare(map[string]any{"parts": []any{
				jsonPart(map[string]any{"token_timestamp": map[string]any{"date": want, "increment": nil}}),
			}}),
		},
	}
}

// The instant stays, and is written in UTC.
func TestFaults_json_times(t *testing.T) {
	t.Parallel()

	for sent, want := range map[string]string{
		"2023-09-12T06:00:08Z":                "2023-09-12T06:00:08Z",
		"0000-01-01T00:00:00Z":                "0000-01-01T00:00:00Z",
		"0000-01-01T01:00:00+01:00":           "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59.999999999Z":      "9999-12-31T23:59:59.999999999Z",
		"1970-01-01T00:00:00-00:00":           "1970-01-01T00:00:00Z",
		"2023-09-12T08:00:08+02:00":           "2023-09-12T06:00:08Z",
		"2023-09-12T00:00:08-23:59":           "2023-09-12T23:59:08Z",
		"2023-09-12T06:00:08.123456789Z":      "2023-09-12T06:00:08.123456789Z",
		"2023-09-12T06:00:08.500000000Z":      "2023-09-12T06:00:08.5Z",
		"2023-09-12T06:00:08.1234567899Z":     "2023-09-12T06:00:08.123456789Z",
		"2023-09-12t06:00:08z":                "2023-09-12T06:00:08Z",
		"2024-02-29T00:00:00.000000001+00:01": "2024-02-28T23:59:00.000000001Z",
	} {
		for place, tc := range jsonTimes(`"`+sent+`"`, want) {
			t.Run(sent+" in "+place, func(t *testing.T) {
				t.Parallel()

				newJSONScene(t).gives(tc.document, tc.want)
			})
		}
	}
}

func TestFaults_json_timesThatAreNone(t *testing.T) {
	t.Parallel()

	for _, sent := range []string{
		`""`, `"yesterday"`, `"2023-09-12"`, `"06:00:08Z"`, `"2023-09-12 06:00:08Z"`, `"2023-09-12T06:00:08"`, `"2023-09-12T06:00Z"`,
		`"2023-09-12T06:00:08,5Z"`, `"2023-09-12T6:00:08Z"`, `"2023-9-12T06:00:08Z"`, `"20230912T060008Z"`, `"2023-09-12T06:00:08+0200"`,
		`"2023-09-12T06:00:08+24:00"`, `"2023-09-12T24:00:00Z"`, `"2023-02-29T00:00:00Z"`, `"2023-13-01T00:00:00Z"`,
		`"2016-12-31T23:59:60Z"`, `"Tue, 12 Sep 2023 06:00:08 GMT"`, `" 2023-09-12T06:00:08Z"`, `"1694498408"`, `1694498408`, `1.5`, `true`,
		`"10000-01-01T00:00:00Z"`, `"-0001-01-01T00:00:00Z"`, `"0000-01-01T00:00:00+01:00"`, `"9999-12-31T23:59:59-01:00"`,
		`{"$date":"2023-09-12T06:00:08Z"}`, `["2023-09-12T06:00:08Z"]`,
	} {
		for place, tc := range jsonTimes(sent, nil) {
			t.Run(sent+" in "+place, func(t *testing.T) {
				t.Parallel()

				newJSONScene(t).refuses(tc.document, "field "+place+" is "+sent+", which is not an RFC 3339 time")
			})
		}
	}
}

// Whatever a document echoes, and wherever, the error that it ends in has no
// secret in it, nor have the logs.
func TestFaults_json_secrets(t *testing.T) {
	t.Parallel()

	const secret = "Sesame/open+json&0123456789=="
	mock, err := atlasmock.New(atlasmock.WithAccessToken(secret), atlasmock.WithoutFixtures())
	if err != nil {
		t.Fatal(err)
	}
	provider := newRPC(t, map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": secret}, WithTransport(served{mock}))
	watch := newWatch("", secret)
	assertDiagnostics(t, provider.configure(nil))
	defer watch.assertLogs(t)
	for _, form := range watch.secrets {
		quoted, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		echo := string(quoted)
		for _, body := range []string{
			echo, echo[:len(echo)-1], `[` + echo + `]`, `{"id":` + echo + `}`, `{"groupId":` + echo + `}`, `{"started":` + echo + `}`,
			`{"parts":` + echo + `}`, `{"parts":[{"tokenTimestamp":{"increment":` + echo + `}}]}`, `{` + echo + `:1`, `{"id":"","new":` + echo + `}`,
			`{"restorable":true,"restorable":true,"new":` + echo + `}`, "{\"clusterId\":\"\xff\",\"new\":" + echo + `}`,
		} {
			mock.Fail(atlasmock.FaultBody(200, "application/json", body))
			_, got := provider.get(watch.context(t), "atlas_legacy_backup_checkpoint",
				config{"project_id": atlasmock.ProjectID, "cluster_name": "Cluster0", "checkpoint_id": jsonID})
			if len(got) != 1 {
				t.Errorf("%s: %d diagnostics", body, len(got))
			}
			watch.assertHidden(t, got)
		}
	}
}
