// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
)

func TestRead_badRequest(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"malformed": {
			server: atlastest.Respond(http.StatusBadRequest, `{"badRequestDetail":{"fields":[{"description":"must be 24 digits",`+
				`"field":"groupId"},{"description":"must not be empty"},{"field":"pretty"},{}]},"detail":"One or more path `+
				`parameter in the request URI /api/x is malformed.","error":400,"errorCode":"PATH_PARAM_PARSE_ERROR",`+
				`"parameters":["/api/x","",7],"reason":"Bad Request"}`),
		},
		"checkpoints of a cluster with Cloud Backups": {
			server: atlastest.Respond(http.StatusBadRequest, `{"detail":"Checkpoints do not exist for Cloud Backups.","error":400,`+
				`"errorCode":"CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP","parameters":null,"reason":"Bad Request"}`),
		},
		"endpoint for other backups": {
			server: atlastest.Respond(http.StatusBadRequest, `{"detail":"Incorrect Public API endpoint for Cloud Backups.","error":400,`+
				`"errorCode":"INCORRECT_BACKUP_API_ENDPOINT","parameters":[],"reason":"Bad Request"}`),
		},
		"from a gateway": {
			server: atlastest.Respond(http.StatusBadRequest, "<html><title>400</title><p>Bad host</p></html>"),
		},
	})
}

func TestRead_forbidden(t *testing.T) {
	t.Parallel()

	refusal := func(code string) http.HandlerFunc {
		return atlastest.Respond(http.StatusForbidden, `{"error":403,"errorCode":"`+code+`","reason":"Forbidden"}`)
	}
	run(t, map[string]failure{
		"address not listed": {
			server: atlastest.Respond(http.StatusForbidden, `{"detail":"IP address 203.0.113.7 is not allowed to access this resource.",`+
				`"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.7"],"reason":"Forbidden"}`),
		},
		"organization demands a list": {server: refusal("ORG_REQUIRES_ACCESS_LIST")},
		"resource demands a list":     {server: refusal("RESOURCE_REQUIRES_ACCESS_LIST")},
		"role lacking":                {server: refusal("ACCESS_FORBIDDEN")},
		"from a firewall":             {server: atlastest.Respond(http.StatusForbidden, "<h1>Blocked</h1>")},
	})
}

func TestRead_notFound(t *testing.T) {
	t.Parallel()

	missing := func(code, detail string) http.HandlerFunc {
		return atlastest.Respond(http.StatusNotFound,
			`{"detail":"`+detail+`","error":404,"errorCode":"`+code+`","parameters":["x"],"reason":"Not Found"}`)
	}
	run(t, map[string]failure{
		"project":                  {server: missing("GROUP_NOT_FOUND", "No group with ID x exists.")},
		"project of Cloud Manager": {server: missing("NOT_ATLAS_GROUP", "Group x is not an Atlas group")},
		"cluster":                  {server: missing("CLUSTER_NOT_FOUND", "No cluster named x exists in group y.")},
		"backup configuration":     {server: missing("BACKUP_CONFIG_NOT_FOUND", "No backup configuration.")},
		"checkpoint":               {server: missing("CHECKPOINT_NOT_FOUND", "No checkpoint with ID x exists for cluster y.")},
		"checkpoint id":            {server: missing("INVALID_CHECKPOINT_ID", "Invalid checkpoint x.")},
		"resource":                 {server: missing("RESOURCE_NOT_FOUND", "Cannot find resource x.")},
		"from a web server": {
			server: atlastest.Respond(http.StatusNotFound, "<html><head><style>p{}</style></head><h1>Not Found</h1><p>nginx</html>"),
		},
		"empty": {server: atlastest.Respond(http.StatusNotFound, "")},
	})
}

func TestRead_otherStatus(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"402": {
			server: atlastest.Respond(http.StatusPaymentRequired, `{"error":402,"errorCode":"ACCOUNT_SUSPENDED","reason":"Payment Required"}`),
		},
		"406": {server: atlastest.Respond(http.StatusNotAcceptable, `{"error":406,"reason":"No such version"}`)},
		"410": {
			server: atlastest.Respond(http.StatusGone, `{"detail":"Sunset.","error":410,"errorCode":"VERSION_GONE","reason":"Gone"}`),
		},
		"500": {
			server: atlastest.Respond(http.StatusInternalServerError, `{"detail":"Unexpected error.","error":500,"errorCode":"UNEXPECTED_ERROR"}`),
		},
		"502 from a gateway": {
			server: atlastest.Respond(http.StatusBadGateway, "<html>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</html>"),
		},
		"503": {
			server: atlastest.Respond(http.StatusServiceUnavailable, `{"error":503,"errorCode":"SERVICE_UNAVAILABLE"}`, "Retry-After: 90"),
		},
		"520 from a CDN":          {server: atlastest.Respond(520, "")},
		"501":                     {server: atlastest.Respond(http.StatusNotImplemented, "")},
		"511":                     {server: atlastest.Respond(http.StatusNetworkAuthenticationRequired, "")},
		"unlisted":                {server: atlastest.Respond(http.StatusTeapot, "")},
		"unassigned":              {server: atlastest.Respond(299, "")},
		"code only in the header": {server: atlastest.Respond(http.StatusNotFound, "", "X-Error-Code: CLUSTER_NOT_FOUND")},
	})
}

func TestRead_echoedSecret(t *testing.T) {
	t.Parallel()

	echo := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte("<p>Refused " + r.Header.Get("Authorization") + "</p>"))
	}
	run(t, map[string]failure{
		"access token":    {server: echo},
		"service account": {server: echo, credentials: serviceAccount},
	})
}
