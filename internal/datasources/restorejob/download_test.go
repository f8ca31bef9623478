// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package restorejob_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const typeName = "atlas_legacy_backup_restore_job"

// secrets are what lets anyone download the database.
var secrets = []string{atlasmock.RestoreJobAuthValue, "/v1/pull/", "/v2/pull/"}

func arguments(id string) acctest.Config {
	return acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster, "job_id": id}
}

// wantNone fails if a text shows a secret.
func wantNone(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s shows %q", what, secret)
		}
	}
}

// What the ephemeral resource returns reaches what uses it, and neither the state, a plan file nor
// a log, whoever logs most.
func TestAccDownload(t *testing.T) {
	t.Parallel()
	acctest.NeedsEphemeral(t)
	s := acctest.New(t, acctest.APIKey, acctest.WithMock(atlasmock.WithFreshness(time.Minute)))
	env := maps.Clone(acctest.APIKey.Env)
	env["TF_LOG"] = "TRACE"
	arguments := fmt.Sprintf("project_id = %q\ncluster_name = %q\njob_id = %q\n", atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.RestoreJobID)
	cli := acctest.NewCLI(t, s.HCL("", `
data "`+typeName+`" "test" {
`+arguments+`
}
data "`+typeName+`s" "test" {
project_id = "`+atlasmock.ProjectID+`"
cluster_name = "`+atlasmock.ShardedCluster+`"
}
ephemeral "`+typeName+`" "test" {
`+arguments+`
}
resource "terraform_data" "test" {
  input = [data.`+typeName+`.test, data.`+typeName+`s.test]
  provisioner "local-exec" {
    command = "echo \"$HEADER: $VALUE $ADDRESS\" | tr a-z A-Z >received"
    environment = {
      ADDRESS = ephemeral.`+typeName+`.test.delivery.url_v2
      HEADER  = ephemeral.`+typeName+`.test.delivery.auth_header
      VALUE   = ephemeral.`+typeName+`.test.delivery.auth_value
    }
  }
}`), env)
	cli.Run("plan", "-out=saved.tfplan")
	cli.Run("apply", "saved.tfplan")

	// In capitals, so that it is not what the search below is for.
	want := strings.ToUpper("X-Restore-Key: " + atlasmock.RestoreJobAuthValue + " " + atlasmock.RestoreJobDownload + "\n")
	if got := cli.Read("received"); got != want {
		t.Errorf("received %q, want %q", got, want)
	}
	// A handshake and three reads in the plan, a handshake and the ephemeral resource in the apply.
	if n := s.Atlas.Count(http.MethodGet, "/"); n != 6 {
		t.Errorf("%d requests, want 6", n)
	}
	wantNone(t, "the output", cli.Output.String())
	err := filepath.WalkDir(cli.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Base(path) != "received" {
			relative, _ := filepath.Rel(cli.Dir, path)
			wantNone(t, relative, cli.Read(relative))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A job that can't be downloaded says why, and what to do.
func TestDownload_none(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	const ready = `"statusName":"READY","methodName":"HTTP","urlV2":"https://x/v2/pull/","authHeader":"h","authValue":"` + atlasmock.RestoreJobAuthValue + `"`
	for name, delivery := range map[string]string{
		"not started":       `"delivery":{"statusName":"NOT_STARTED"}`,
		"in progress":       `"delivery":{"statusName":"IN_PROGRESS"}`,
		"expired":           `"delivery":{"statusName":"EXPIRED","expires":"2023-09-13T01:10:17Z"}`,
		"ready and expired": `"delivery":{` + ready + `,"expires":"2023-09-13T01:10:17Z"}`,
		"used up":           `"delivery":{"statusName":"MAX_DOWNLOADS_EXCEEDED","maxDownloads":1}`,
		"failed":            `"delivery":{"statusName":"FAILED"}`,
		"broken":            `"statusName":"BROKEN","delivery":{` + ready + `}`,
		"new status":        `"delivery":{"statusName":"` + secrets[0] + `"}`,
		"no status":         `"delivery":{}`,
		"no delivery":       `"delivery":null`,
		"automated":         `"delivery":{"statusName":"READY","methodName":"AUTOMATED_RESTORE","targetClusterName":"Orders-staging"}`,
		"automated, failed": `"delivery":{"statusName":"FAILED","methodName":"AUTOMATED_RESTORE"}`,
		"no address":        `"delivery":{` + strings.Replace(ready, `"urlV2":"https://x/v2/pull/"`, `"urlV2":""`, 1) + `}`,
		"no header":         `"delivery":{` + strings.Replace(ready, `"authHeader":"h"`, `"authHeader":null`, 1) + `}`,
		"no header's value": `"delivery":{` + strings.Replace(ready, `"authValue"`, `"other"`, 1) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken).MustConfigure(nil)
			s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.RestoreJobs, atlasmock.RestoreJobID,
				[]byte(`{"id":"`+atlasmock.RestoreJobID+`","created":"2023-09-12T01:10:17Z",`+delivery+`}`))
			_, got := s.Open(typeName, arguments(atlasmock.RestoreJobID))
			wantNone(t, "the error", got.String())
			golden.Is(t, name, got.String())
		})
	}
}

// Whatever is wrong with a response that holds a job, no error quotes from it, nor does a log.
func TestRestoreJob_isNotQuoted(t *testing.T) {
	t.Parallel()
	const auth = atlasmock.RestoreJobAuthValue
	job := `{"id":"` + atlasmock.RestoreJobID + `","delivery":{"authValue":"` + auth + `","url":"https://x/v1/pull/y","urlV2":"https://x/v2/pull/y"}}`
	for name, body := range map[string]string{
		"cut":                    job[:len(job)-2],
		"text after it":          job + "x",
		"another type":           strings.Replace(job, `"`+auth+`"`, `["`+auth+`"]`, 1),
		"in a time":              `{"created":"` + auth + `"}`,
		"in a number":            `{"delivery":{"maxDownloads":"` + auth + `"}}`,
		"as the id":              `{"id":"` + auth + `"}`,
		"as the project's id":    `{"id":"` + atlasmock.RestoreJobID + `","groupId":"` + auth + `"}`,
		"duplicate field":        `{"` + auth + `":1,"` + auth + `":2}`,
		"in a string":            `"` + auth + `"`,
		"in a list":              "[" + job + "]",
		"in text":                "job: " + job,
		"in a page":              "<pre>" + job + "</pre>",
		"in a link of a page":    `<html><a href="x">Your download https://x/v1/pull/y</a></html>`,
		"in a page, escaped":     `<pre>{"\u0064elivery":{"\u0061uthValue":"` + auth + `"}}</pre>`,
		"in XML":                 `<job><Delivery><AuthValue>` + auth + `</AuthValue></Delivery></job>`,
		"with an error's detail": `{"error":500,"errorCode":"X","detail":"` + auth + `","delivery":{}}`,
		"in a parameter":         `{"error":500,"errorCode":"X","parameters":[{"delivery":{"authValue":"` + auth + `"}}]}`,
		"without an id":          strings.Replace(job, `"id"`, `"name"`, 1),
		"in an invalid envelope": `{"status":"` + auth + `","content":` + job + `}`,
		"in an envelope":         `{"status":503,"content":` + job + `}`,
	} {
		for _, status := range []int{200, 203, 302, 401, 404, 500} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				for _, envelope := range []bool{false, true} {
					s := acctest.New(t, acctest.AccessToken).MustConfigure(acctest.Config{
						"envelope": envelope, "retry": map[string]any{"max_attempts": 1},
					})
					s.Atlas.Fail(atlasmock.FaultBody(status, "application/json", body).Repeat(atlasmock.Forever))
					for what, read := range map[string]func() acctest.Diagnostics{
						"data source": func() acctest.Diagnostics {
							_, got := s.Read(typeName, arguments(atlasmock.RestoreJobID))
							return got
						},
						"list": func() acctest.Diagnostics {
							_, got := s.Read(typeName+"s", acctest.Config{"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster})
							return got
						},
						"ephemeral resource": func() acctest.Diagnostics {
							_, got := s.Open(typeName, arguments(atlasmock.RestoreJobID))
							return got
						},
					} {
						got := read()
						if len(got) != 1 {
							t.Fatalf("%s: %d errors", what, len(got))
						}
						wantNone(t, what, got.String())
					}
					wantNone(t, "a log", s.Logs())
				}
			})
		}
	}
}
