// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"net/http"
	"testing"
)

const (
	role         = "the role Project Read Only"
	databaseList = "The project's database access list is another one and has no effect here."
	snapshots    = "mongodbatlas_cloud_backup_snapshot"
	defaultURL   = "https://cloud.mongodb.com"
)

func TestRead_badRequest(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"malformed": {
			server: answer(http.StatusBadRequest, `{"badRequestDetail":{"fields":[{"description":"must be 24 digits",`+
				`"field":"groupId"},{"description":"must not be empty"},{"field":"pretty"},{}]},"detail":"One or more path `+
				`parameter in the request URI /api/x is malformed.","error":400,"errorCode":"PATH_PARAM_PARSE_ERROR",`+
				`"parameters":["/api/x","",7],"reason":"Bad Request"}`),
			summary: "Atlas calls the request malformed",
			said: "Atlas answered HTTP 400 Bad Request: PATH_PARAM_PARSE_ERROR: " +
				"One or more path parameter in the request URI /api/x is malformed.\n" +
				"Parameters: /api/x, 7\n" +
				"Bad field: groupId: must be 24 digits\n" +
				"Bad field: must not be empty\n" +
				"Bad field: pretty",
			advice: []string{"24 hexadecimal digits", "cluster_name", "a path in base_url"},
		},
		"checkpoints of a cluster with Cloud Backups": {
			server: answer(http.StatusBadRequest, `{"detail":"Checkpoints do not exist for Cloud Backups.","error":400,`+
				`"errorCode":"CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP","parameters":null,"reason":"Bad Request"}`),
			summary:   "The cluster uses Cloud Backups",
			attribute: "cluster_name",
			said: "Atlas answered HTTP 400 Bad Request: CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP: " +
				"Checkpoints do not exist for Cloud Backups.",
			advice: []string{"no legacy backups", "the official provider's", snapshots},
		},
		"endpoint for other backups": {
			server: answer(http.StatusBadRequest, `{"detail":"Incorrect Public API endpoint for Cloud Backups.","error":400,`+
				`"errorCode":"INCORRECT_BACKUP_API_ENDPOINT","parameters":[],"reason":"Bad Request"}`),
			summary:   "The cluster uses Cloud Backups",
			attribute: "cluster_name",
			said: "Atlas answered HTTP 400 Bad Request: INCORRECT_BACKUP_API_ENDPOINT: " +
				"Incorrect Public API endpoint for Cloud Backups.",
			advice: []string{snapshots},
		},
		"from a gateway": {
			server:  answer(http.StatusBadRequest, "<html><title>400</title><p>Bad host</p></html>"),
			summary: "Atlas calls the request malformed",
			said:    "Atlas answered HTTP 400 Bad Request.\nThe answer begins: 400 Bad host",
			advice:  []string{"base_url"},
		},
	})
}

func TestRead_forbidden(t *testing.T) {
	t.Parallel()

	refusal := func(code string) http.HandlerFunc {
		return answer(http.StatusForbidden, `{"error":403,"errorCode":"`+code+`","reason":"Forbidden"}`)
	}
	run(t, map[string]failure{
		"address not listed": {
			server: answer(http.StatusForbidden, `{"detail":"IP address 203.0.113.7 is not allowed to access this resource.",`+
				`"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.7"],"reason":"Forbidden"}`),
			summary: "IP address not on the API access list",
			said: "Atlas answered HTTP 403 Forbidden: IP_ADDRESS_NOT_ON_ACCESS_LIST: " +
				"IP address 203.0.113.7 is not allowed to access this resource.\n" +
				"Parameters: 203.0.113.7",
			advice: []string{"the API access list of the API key or service account", databaseList},
		},
		"organization demands a list": {
			server:  refusal("ORG_REQUIRES_ACCESS_LIST"),
			summary: "Atlas requires an API access list",
			said:    "Atlas answered HTTP 403 Forbidden: ORG_REQUIRES_ACCESS_LIST.",
			advice:  []string{"API access list of the API key or service account", databaseList},
		},
		"resource demands a list": {
			server:  refusal("RESOURCE_REQUIRES_ACCESS_LIST"),
			summary: "Atlas requires an API access list",
			said:    "Atlas answered HTTP 403 Forbidden: RESOURCE_REQUIRES_ACCESS_LIST.",
			advice:  []string{"API access list of the API key or service account", databaseList},
		},
		"role lacking": {
			server:  refusal("ACCESS_FORBIDDEN"),
			summary: "Atlas forbids this read",
			said:    "Atlas answered HTTP 403 Forbidden: ACCESS_FORBIDDEN.",
			advice:  []string{"What to do: Give", accessToken.Origin, role, "API access list"},
		},
		"from a firewall": {
			server:  answer(http.StatusForbidden, "<h1>Blocked</h1>"),
			summary: "Atlas forbids this read",
			said:    "Atlas answered HTTP 403 Forbidden.\nThe answer begins: Blocked",
			advice:  []string{"firewall", "base_url", "HTTPS_PROXY", role},
		},
	})
}

func TestRead_notFound(t *testing.T) {
	t.Parallel()

	missing := func(code, detail string) http.HandlerFunc {
		return answer(http.StatusNotFound,
			`{"detail":"`+detail+`","error":404,"errorCode":"`+code+`","parameters":["x"],"reason":"Not Found"}`)
	}
	run(t, map[string]failure{
		"project": {
			server:    missing("GROUP_NOT_FOUND", "No group with ID x exists."),
			summary:   "Atlas project not found",
			attribute: "project_id",
			said:      "Atlas answered HTTP 404 Not Found: GROUP_NOT_FOUND: No group with ID x exists.\nParameters: x",
			advice:    []string{"Check project_id", "not its name", "is_mongodbgov_cloud"},
		},
		"project of Cloud Manager": {
			server:    missing("NOT_ATLAS_GROUP", "Group x is not an Atlas group"),
			summary:   "Not an Atlas project",
			attribute: "project_id",
			said:      "Atlas answered HTTP 404 Not Found: NOT_ATLAS_GROUP: Group x is not an Atlas group.\nParameters: x",
			advice:    []string{"Cloud Manager", "Ops Manager", "Set project_id"},
		},
		"cluster": {
			server:    missing("CLUSTER_NOT_FOUND", "No cluster named x exists in group y."),
			summary:   "Atlas cluster not found",
			attribute: "cluster_name",
			said: "Atlas answered HTTP 404 Not Found: CLUSTER_NOT_FOUND: No cluster named x exists in group y.\n" +
				"Parameters: x",
			advice: []string{"Check cluster_name", "upper and lower case"},
		},
		"backup configuration": {
			server:    missing("BACKUP_CONFIG_NOT_FOUND", "No backup configuration."),
			summary:   "Atlas cluster has no backups",
			attribute: "cluster_name",
			said:      "Atlas answered HTTP 404 Not Found: BACKUP_CONFIG_NOT_FOUND: No backup configuration.\nParameters: x",
			advice:    []string{"Check cluster_name", "backup settings"},
		},
		"checkpoint": {
			server:    missing("CHECKPOINT_NOT_FOUND", "No checkpoint with ID x exists for cluster y."),
			summary:   "Atlas legacy backup checkpoint not found",
			attribute: "checkpoint_id",
			said: "Atlas answered HTTP 404 Not Found: CHECKPOINT_NOT_FOUND: No checkpoint with ID x exists for cluster y.\n" +
				"Parameters: x",
			advice: []string{"Check checkpoint_id", "belongs to this cluster", "retention"},
		},
		"checkpoint id": {
			server:    missing("INVALID_CHECKPOINT_ID", "Invalid checkpoint x."),
			summary:   "Atlas legacy backup checkpoint not found",
			attribute: "checkpoint_id",
			said:      "Atlas answered HTTP 404 Not Found: INVALID_CHECKPOINT_ID: Invalid checkpoint x.\nParameters: x",
			advice:    []string{"Check checkpoint_id"},
		},
		"resource": {
			server:  missing("RESOURCE_NOT_FOUND", "Cannot find resource x."),
			summary: "Atlas has nothing at this address",
			said:    "Atlas answered HTTP 404 Not Found: RESOURCE_NOT_FOUND: Cannot find resource x.\nParameters: x",
			advice:  []string{"What to do: Check base_url", defaultURL, host + checkpointPath},
		},
		"from a web server": {
			server:  answer(http.StatusNotFound, "<html><head><style>p{}</style></head><h1>Not Found</h1><p>nginx</html>"),
			summary: "Atlas has nothing at this address",
			said:    "Atlas answered HTTP 404 Not Found.\nThe answer begins: Not Found nginx",
			advice:  []string{"perhaps something else answered", "base_url", defaultURL, host + checkpointPath},
		},
		"empty": {
			server:  answer(http.StatusNotFound, ""),
			summary: "Atlas has nothing at this address",
			said:    "Atlas answered HTTP 404 Not Found.",
			advice:  []string{"base_url"},
		},
	})
}

func TestRead_otherStatus(t *testing.T) {
	t.Parallel()

	run(t, map[string]failure{
		"402": {
			server:  answer(http.StatusPaymentRequired, `{"error":402,"errorCode":"ACCOUNT_SUSPENDED","reason":"Payment Required"}`),
			summary: "The Atlas account is suspended",
			said:    "Atlas answered HTTP 402 Payment Required: ACCOUNT_SUSPENDED.",
			advice:  []string{"owner", "billing"},
		},
		"406": {
			server:  answer(http.StatusNotAcceptable, `{"error":406,"reason":"No such version"}`),
			summary: "Atlas does not serve this API version",
			said:    "Atlas answered HTTP 406 Not Acceptable.\nReason: No such version",
			advice:  []string{"2023-01-01", "Accept header", "newer version of this provider"},
		},
		"410": {
			server:  answer(http.StatusGone, `{"detail":"Sunset.","error":410,"errorCode":"VERSION_GONE","reason":"Gone"}`),
			summary: "Atlas has withdrawn this API",
			said:    "Atlas answered HTTP 410 Gone: VERSION_GONE: Sunset.",
			advice:  []string{"newer version of this provider", snapshots},
		},
		"500": {
			server:  answer(http.StatusInternalServerError, `{"detail":"Unexpected error.","error":500,"errorCode":"UNEXPECTED_ERROR"}`),
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 500 Internal Server Error: UNEXPECTED_ERROR: Unexpected error.",
			advice:  []string{"Try again later", "https://status.mongodb.com", "retry", "timeouts.read"},
		},
		"502 from a gateway": {
			server:  answer(http.StatusBadGateway, "<html>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</html>"),
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 502 Bad Gateway.\nThe answer begins: 502 Bad Gateway",
			advice:  []string{"gateway"},
		},
		"503": {
			server:  answer(http.StatusServiceUnavailable, `{"error":503,"errorCode":"SERVICE_UNAVAILABLE"}`, "Retry-After", "90"),
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 503 Service Unavailable: SERVICE_UNAVAILABLE.\nRetry-After: 1m30s",
			advice:  []string{"Try again later"},
		},
		"520 from a CDN": {
			server:  answer(520, ""),
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 520.",
			advice:  []string{"Try again later", "retry"},
		},
		"501": {
			server:  answer(http.StatusNotImplemented, ""),
			summary: "Unexpected answer from Atlas",
			said:    "Atlas answered HTTP 501 Not Implemented.",
			advice:  []string{"a retry does not help", "base_url"},
		},
		"511": {
			server:  answer(http.StatusNetworkAuthenticationRequired, ""),
			summary: "The network requires a sign-in",
			said:    "Atlas answered HTTP 511 Network Authentication Required.",
			advice:  []string{"not from Atlas", "HTTPS_PROXY"},
		},
		"unlisted": {
			server:  answer(http.StatusTeapot, ""),
			summary: "Unexpected answer from Atlas",
			said:    "Atlas answered HTTP 418 I'm a teapot.",
			advice:  []string{"base_url"},
		},
		"unassigned": {
			server:  answer(299, ""),
			summary: "Unexpected answer from Atlas",
			said:    "Atlas answered HTTP 299.",
			advice:  []string{"base_url"},
		},
		"code only in the header": {
			server:    answer(http.StatusNotFound, "", "X-Error-Code", "CLUSTER_NOT_FOUND"),
			summary:   "Atlas cluster not found",
			attribute: "cluster_name",
			said:      "Atlas answered HTTP 404 Not Found: CLUSTER_NOT_FOUND.",
			advice:    []string{"Check cluster_name"},
		},
	})
}

func TestRead_echoedSecret(t *testing.T) {
	t.Parallel()

	echo := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte("<p>Refused " + r.Header.Get("Authorization") + "</p>"))
	}
	run(t, map[string]failure{
		"access token": {
			server:  echo,
			summary: "Atlas failed to answer",
			said:    "Atlas answered HTTP 500 Internal Server Error.\nThe answer begins: Refused Bearer (redacted)",
		},
		"service account": {
			server:      echo,
			credentials: serviceAccount,
			asked:       askedForToken,
			summary:     "Atlas failed to answer",
			said:        "Atlas answered HTTP 500 Internal Server Error.\nThe answer begins: Refused Basic (redacted)",
		},
	})
}
