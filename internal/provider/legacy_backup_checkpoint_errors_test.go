// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Every answer that section "Errors" of the API document, or a gateway, may
// give: its summary, the argument that Terraform points at, and facts that the
// text must state.
func TestAccLegacyBackupCheckpointDataSource_refusals(t *testing.T) {
	t.Parallel()
	fault := func(status int, code, detail string, params ...any) atlasmock.Fault {
		return atlasmock.FaultStatus(status, code, detail, params...).Repeat(atlasmock.Forever)
	}
	for name, tc := range map[string]struct {
		fault   atlasmock.Fault
		summary string
		at      string
		facts   []string
	}{
		"400 malformed": {
			fault(400, "PATH_PARAM_PARSE_ERROR", "One or more path parameter in the request URI /x is malformed."),
			"Invalid request", "", []string{"HTTP 400", "PATH_PARAM_PARSE_ERROR", "path parameter"},
		},
		"400 checkpoints of Cloud Backups": {
			fault(400, "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP", "Checkpoints do not exist for Cloud Backups."),
			"The cluster uses Cloud Backups", "cluster_name", []string{"mongodbatlas_cloud_backup_snapshot"},
		},
		"400 endpoint for Cloud Backups": {
			fault(400, "INCORRECT_BACKUP_API_ENDPOINT", "Incorrect Public API endpoint for Cloud Backups."),
			"The cluster uses Cloud Backups", "cluster_name", []string{"mongodbatlas_cloud_backup_snapshot"},
		},
		"401 no access": {
			fault(401, "NOT_IN_GROUP", "The current user is not in the group."),
			"No access to the Atlas project", "project_id", []string{"NOT_IN_GROUP", "Project Read Only"},
		},
		"402": {
			fault(402, "ACCOUNT_SUSPENDED", "The account is suspended."),
			"The Atlas account is suspended", "", []string{"HTTP 402", "ACCOUNT_SUSPENDED"},
		},
		"403 role": {
			fault(403, "ACCESS_FORBIDDEN", "The user lacks the role."),
			"Atlas forbids this read", "", []string{"Project Read Only", "MONGODB_ATLAS_PUBLIC_API_KEY"},
		},
		"403 IP list": {
			fault(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP address 203.0.113.7 is not allowed to access this resource.", "203.0.113.7"),
			"IP address not on the API access list", "", []string{"203.0.113.7", "project's IP access list"},
		},
		"404 project": {
			fault(404, "GROUP_NOT_FOUND", "No group with ID x exists.", "x"),
			"Atlas project not found", "project_id", []string{"No group with ID x exists", "is_mongodbgov_cloud"},
		},
		"404 not an Atlas project": {
			fault(404, "NOT_ATLAS_GROUP", "Group x is not an Atlas group."),
			"Not an Atlas project", "project_id", []string{"Ops Manager"},
		},
		"404 cluster": {
			fault(404, "CLUSTER_NOT_FOUND", "No cluster named x exists in group y.", "x", "y"),
			"Atlas cluster not found", "cluster_name", []string{"No cluster named x exists in group y"},
		},
		"404 backup configuration": {
			fault(404, "BACKUP_CONFIG_NOT_FOUND", "No backup configuration."),
			"Atlas cluster has no backups", "cluster_name", []string{"BACKUP_CONFIG_NOT_FOUND"},
		},
		"404 checkpoint": {
			fault(404, "CHECKPOINT_NOT_FOUND", "No checkpoint with ID x exists for cluster y.", "x", "y"),
			"Atlas legacy backup checkpoint not found", "checkpoint_id", []string{"No checkpoint with ID x"},
		},
		"404 checkpoint id": {
			fault(404, "INVALID_CHECKPOINT_ID", "Invalid checkpoint."),
			"Atlas legacy backup checkpoint not found", "checkpoint_id", []string{"INVALID_CHECKPOINT_ID"},
		},
		"404 of a gateway": {
			atlasmock.FaultHTML(404).Repeat(atlasmock.Forever),
			"Atlas has nothing at this address", "", []string{"HTTP 404", "base_url"},
		},
		"406": {
			fault(406, "INVALID_VERSION", "The version is unknown."),
			"Atlas does not serve this API version", "", []string{"HTTP 406", "Accept"},
		},
		"410": {
			fault(410, "VERSION_GONE", "The version is gone."),
			"Atlas has withdrawn this API", "", []string{"HTTP 410", "VERSION_GONE"},
		},
		"429": {
			fault(429, "RATE_LIMITED_TOKEN_BUCKET", "Too many requests.", "api/atlas/v2/groups", 1200),
			"Atlas rate limit exceeded", "", []string{"5 attempts", "-parallelism", "api/atlas/v2/groups, 1200"},
		},
		"500": {
			fault(500, "UNEXPECTED_ERROR", "Unexpected error."),
			"Atlas failed to answer", "", []string{"HTTP 500", "5 attempts"},
		},
		"502 of a gateway": {
			atlasmock.FaultHTML(502).Repeat(atlasmock.Forever),
			"Atlas failed to answer", "", []string{"HTTP 502 Bad Gateway", "The answer begins"},
		},
		"503": {
			fault(503, "SERVICE_UNAVAILABLE", "Down for maintenance."),
			"Atlas failed to answer", "", []string{"Down for maintenance"},
		},
		"418": {
			fault(418, "", "Short and stout."),
			"Unexpected status from Atlas", "", []string{"HTTP 418", "Short and stout"},
		},
		"redirect": {
			atlasmock.FaultRedirect(302, "https://login.example.com/sign-in?from=x").Repeat(atlasmock.Forever),
			"Atlas redirected the request", "", []string{"https://login.example.com", "base_url"},
		},
		"200 with a page": {
			atlasmock.FaultHTML(200).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"HTTP 200", "base_url"},
		},
		"200 with a list": {
			atlasmock.FaultBody(200, "application/json", `[{"id":"x"}]`).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"not a JSON object"},
		},
		"200 with null": {
			atlasmock.FaultBody(200, "application/json", `null`).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"not a JSON object"},
		},
		"200 with two objects": {
			atlasmock.FaultBody(200, "application/json", `{} {}`).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"not a JSON object"},
		},
		"200 with a wrong type": {
			atlasmock.FaultBody(200, "application/json", `{"restorable":"yes"}`).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"restorable"},
		},
		"200 with no time": {
			atlasmock.FaultBody(200, "application/json", `{"parts":[{},{"tokenTimestamp":{"date":"yesterday"}}]}`).Repeat(atlasmock.Forever),
			"Unexpected response from Atlas", "", []string{"parts[1].tokenTimestamp.date", "yesterday"},
		},
		"another checkpoint": {
			atlasmock.FaultBody(200, "application/json", `{"id":"ffffffffffffffffffffffff"}`).Repeat(atlasmock.Forever),
			"The response does not match the request", "", []string{"ffffffffffffffffffffffff"},
		},
		"another project": {
			atlasmock.FaultBody(200, "application/json", `{"groupId":"ffffffffffffffffffffffff"}`).Repeat(atlasmock.Forever),
			"The response does not match the request", "", []string{"ffffffffffffffffffffffff"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			mock.Fail(tc.fault)
			facts := append([]string{
				atlasmock.ProjectID, checkpointID, `"Cluster0"`, strings.TrimPrefix(mock.url, "http://"), "What to do:",
			}, tc.facts...)
			mock.fails(mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""), tc.summary, tc.at, facts...)
			if len(mock.Requests()) == 0 {
				t.Error("nothing was asked")
			}
		})
	}
}

// What a mistyped id meets at Atlas itself, without faults.
func TestAccLegacyBackupCheckpointDataSource_notFound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		project, cluster, id string
		summary, at          string
	}{
		"project": {numberedID(1), "Cluster0", checkpointID, "Atlas project not found", "project_id"},
		"cluster": {atlasmock.ProjectID, "Cluster1", checkpointID, "Atlas cluster not found", "cluster_name"},
		"checkpoint": {
			atlasmock.ProjectID, "Cluster0", numberedID(1),
			"Atlas legacy backup checkpoint not found", "checkpoint_id",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			config := strings.Replace(checkpointBlock(tc.cluster, tc.id, ""), atlasmock.ProjectID, tc.project, 1)
			mock.fails(mock.providerBlock("")+config, tc.summary, tc.at, "HTTP 404")
		})
	}
}

// Bad input never becomes a request.
func TestAccLegacyBackupCheckpointDataSource_badInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cluster, id, arguments string
		summary, at            string
		facts                  []string
	}{
		"upper case": {
			"Cluster0", strings.ToUpper(checkpointID), "",
			"Invalid Atlas id", "checkpoint_id", []string{strings.ToUpper(checkpointID), checkpointID, "upper-case"},
		},
		"short id":       {"Cluster0", checkpointID[1:], "", "Invalid Atlas id", "checkpoint_id", []string{"24 lower-case hexadecimal digits"}},
		"empty id":       {"Cluster0", "", "", "Invalid Atlas id", "checkpoint_id", []string{`""`}},
		"path in a name": {"../Cluster0", checkpointID, "", "Invalid Atlas cluster name", "cluster_name", []string{`"../Cluster0"`}},
		"timeout not above zero": {
			"Cluster0", checkpointID, `timeouts = { read = "0s" }`,
			"Invalid duration", "timeouts", []string{`timeouts.read is "0s"`},
		},
		"timeout without unit": {
			"Cluster0", checkpointID, `timeouts = { read = "30" }`,
			"Invalid duration", "timeouts", []string{`timeouts.read is "30"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			config := mock.providerBlock("") + checkpointBlock(tc.cluster, tc.id, tc.arguments)
			mock.fails(config, tc.summary, tc.at, tc.facts...)
			if n := len(mock.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
			mock.test(t, readsSharded(mock.providerBlock(""))) // a request would have been seen
			mock.reads()
		})
	}
}

func TestAccLegacyBackupCheckpointDataSource_wrongCredentials(t *testing.T) {
	t.Parallel()
	const wrong = "a-secret-that-is-wrong"
	for name, tc := range map[string]struct {
		env     env
		block   string
		summary string
		facts   []string
	}{
		"API key": {
			env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": wrong}, "",
			"Atlas refused the credentials", []string{"HTTP 401", "MONGODB_ATLAS_PRIVATE_API_KEY"},
		},
		"API key of the block": {
			nil, `public_key = "` + publicKey + `"` + "\n" + `private_key = "` + wrong + `"`,
			"Atlas refused the credentials", []string{"HTTP 401", "private_key"},
		},
		"service account": {
			env{"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": wrong}, "",
			"Atlas refused the credentials", []string{"HTTP 401", "/api/oauth/token", "invalid_client", "MONGODB_ATLAS_CLIENT_SECRET"},
		},
		"access token": {
			env{"MONGODB_ATLAS_ACCESS_TOKEN": wrong}, "",
			"Atlas refused the credentials", []string{"HTTP 401", "MONGODB_ATLAS_ACCESS_TOKEN"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret), atlasmock.WithAccessToken(accessToken))
			mock.env = tc.env
			host := strings.TrimPrefix(mock.url, "http://")
			text := mock.fails(mock.providerBlock(tc.block)+checkpointBlock("Cluster0", checkpointID, ""),
				tc.summary, "", append(tc.facts, host)...)
			if strings.Contains(text, wrong) {
				t.Errorf("the error shows the secret: %s", text)
			}
		})
	}
}

// Where no Atlas answers at all.
func TestAccLegacyBackupCheckpointDataSource_unreachable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	_ = listener.Close()
	https := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(https.Close)

	for name, tc := range map[string]struct {
		url, summary string
		facts        []string
	}{
		"refused":           {closed, "The connection to Atlas was refused", []string{"5 attempts", "refused"}},
		"unknown host":      {"https://atlas.invalid", "The Atlas host name can't be resolved", []string{"atlas.invalid"}},
		"unknown authority": {https.URL, "The certificate's authority is unknown", []string{"SSL_CERT_FILE"}},
		"no TLS there":      {"https" + strings.TrimPrefix(newMock(t).url, "http"), "TLS with Atlas failed", []string{"base_url"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			mock.url = tc.url
			mock.fails(mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""), tc.summary, "", tc.facts...)
		})
	}
}

func TestAccLegacyBackupCheckpointDataSource_timeouts(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		block, arguments string
		fault            atlasmock.Fault
		facts            []string
	}{
		"an attempt": {
			`request_timeout = "50ms"`, "",
			atlasmock.FaultHang().Repeat(atlasmock.Forever), []string{"within 50ms", "5 attempts", "request_timeout"},
		},
		"the read": {
			"", `timeouts = { read = "50ms" }`,
			atlasmock.FaultHang().Repeat(atlasmock.Forever), []string{"timeouts.read"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t)
			mock.Fail(tc.fault)
			mock.fails(mock.providerBlock(tc.block)+checkpointBlock("Cluster0", checkpointID, tc.arguments),
				"Atlas did not answer in time", "", tc.facts...)
		})
	}
}

// A wait that can't fit is not begun: the error comes at once.
func TestAccLegacyBackupCheckpointDataSource_retryAfterBeyondTimeout(t *testing.T) {
	t.Parallel()
	mock := newMock(t)
	mock.Fail(atlasmock.FaultStatus(429, "RATE_LIMITED_TOKEN_BUCKET", "Slow down.").With("Retry-After", "3600").Repeat(atlasmock.Forever))
	mock.fails(mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""),
		"Atlas rate limit exceeded", "", "Slow down.", "1h0m0s")
}

// fails runs a configuration that must end in one error: with this summary,
// pointing at this argument if there is one, and stating these facts. It returns
// the error's text with its lines joined, as a reader takes it in.
func (m *mockAtlas) fails(config, summary, at string, facts ...string) string {
	m.t.Helper()
	var raw, text string
	resource.UnitTest(m.t, resource.TestCase{
		ProtoV6ProviderFactories: m.providers(),
		Steps:                    []resource.TestStep{{Config: config}},
		ErrorCheck: func(err error) error {
			raw = err.Error()
			text = strings.Join(strings.Fields(strings.ReplaceAll(raw, "│", " ")), " ")
			return nil
		},
	})
	if n := len(headline.FindAllString(raw, -1)); n != 1 {
		m.t.Errorf("got %d errors, want one: %s", n, text)
	}
	for _, fact := range append(facts, "Error: "+summary) {
		if !strings.Contains(text, fact) {
			m.t.Errorf("the error lacks %q: %s", fact, text)
		}
	}
	// Terraform quotes the line of the argument that a diagnostic points at.
	pointed := ""
	if found := argument.FindStringSubmatch(text); found != nil {
		pointed = found[1]
	}
	if pointed != at {
		m.t.Errorf("the error points at %q, want %q: %s", pointed, at, text)
	}
	return text
}

var (
	headline = regexp.MustCompile(`(?m)^[│\s]*Error: `)
	argument = regexp.MustCompile(`on \S+ line \d+, in [^:]*: \d+: (\w+) +=`)
)
