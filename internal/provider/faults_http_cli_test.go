// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// What a server sends after the end of its answer is nothing that anybody asked
// for. net/http quotes it in the process's log, which Terraform shows with its own.
func TestAccFaults_http_unsolicited(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithAccessToken(accessToken))
	mock.Fail(atlasmock.FaultRaw("HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"id\":\"" + checkpointID + "\"} Authorization: Bearer " + accessToken))
	cli := newCLI(t, mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""), env{
		"MONGODB_ATLAS_ACCESS_TOKEN": accessToken, "TF_LOG": "TRACE",
	})

	cli.run("plan")

	output := cli.output.String()
	if !strings.Contains(output, "Sent Atlas request") {
		t.Error("the provider's own log is missing")
	}
	for _, form := range forms("", accessToken) {
		if strings.Contains(output, form) {
			t.Errorf("%q is in the log", form)
		}
	}
}
