// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// byCode explains the error codes that say more than their status does. A response with any other
// code is explained by its status.
var byCode = map[string]explanation{
	"PATH_PARAM_PARSE_ERROR": malformed,
	"GROUP_NOT_FOUND": {"Atlas project not found", projectID, `
		Check project_id: it is the id in the address of the project's page, not its name. A project of Atlas for
		Government needs is_mongodbgov_cloud = true in the provider block.`},
	"NOT_ATLAS_GROUP": {"Not an Atlas project", projectID, `
		The project belongs to Cloud Manager or Ops Manager, which this provider does not read. Set project_id to
		the id of an Atlas project.`},
	"CLUSTER_NOT_FOUND": {"Atlas cluster not found", clusterName,
		"Check cluster_name, upper and lower case included, and that the cluster is in this project and has not been deleted."},
	"BACKUP_CONFIG_NOT_FOUND": {"Atlas cluster has no backups", clusterName,
		"Atlas has no backup configuration for this cluster. Check cluster_name, and the cluster's backup settings."},

	"IP_ADDRESS_NOT_ON_ACCESS_LIST": {"IP address not on the API access list", "", `
		Add the address that Atlas names above, under which it sees this machine, to the API access list of the
		API key or service account. The project's IP access list is separate and does not apply here.`},
	"ORG_REQUIRES_ACCESS_LIST":      needsAccessList,
	"RESOURCE_REQUIRES_ACCESS_LIST": needsAccessList,
}

var (
	malformed = explanation{"Invalid request", "", `
		Check the ids (24 hexadecimal digits) and cluster_name, and that a path in base_url, if there is one, is
		what the gateway expects.`}
	needsAccessList = explanation{"Atlas requires an API access list", "", `
		The organization accepts API requests only from listed addresses. Add this machine's public address to the
		API access list of the API key or service account. The project's IP access list is separate and does not
		apply here.`}
)

// cloudBackups are the error codes of a cluster without legacy backups.
var cloudBackups = []string{
	"CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP", // Atlas' spelling
	"INCORRECT_BACKUP_API_ENDPOINT",
}

// byStatus explains the statuses that mean the same whoever sends them.
var byStatus = map[int]explanation{
	http.StatusPaymentRequired: {"The Atlas account is suspended", "",
		"Atlas serves nothing until an owner of the organization settles this: see the organization's billing page."},
	http.StatusNotAcceptable: {"Atlas does not serve this API version", "", `
		The provider asks for version 2023-01-01, the only one of the legacy backup API. Check that a gateway does not
		change the Accept header, and look for a newer version of this provider.`},
	http.StatusGone: {"Atlas has withdrawn this API", "", `
		Look for a newer version of this provider. If there is none, it can no longer read legacy backups: move the
		cluster to Cloud Backups and read those with the official provider's mongodbatlas_cloud_backup_snapshot.`},
	http.StatusTooManyRequests: {"Atlas rate limit exceeded", "", `
		Atlas allows each project 1,200 legacy backup reads in a burst and 500 a minute after that, whoever makes them.
		Let this read wait longer (timeouts.read in the block that reads, retry.max_attempts in the provider block), run
		Terraform with a lower -parallelism, or spread runs and other users of the API over time.`},
	http.StatusNetworkAuthenticationRequired: {"The network requires a sign-in", "", `
		The response is from the network that this machine is in, not from Atlas. Sign in to it, or use another network
		or a proxy (HTTPS_PROXY), then run Terraform again.`},
}

func explainResponse(op atlas.Operation, of atlas.Target, e *rest.Error) explanation {
	if known, ok := byCode[e.Code()]; ok {
		return known
	}
	if slices.Contains(op.NotFound, e.Code()) {
		advice := fmt.Sprintf("Check %s, and that it belongs to this cluster.", op.Argument)
		if op.Expires {
			advice += fmt.Sprintf(" Atlas deletes %s when their retention ends: the id of an old one may be gone.", op.Nouns)
		}
		return explanation{"Atlas legacy backup " + op.Noun + " not found", op.Argument, advice}
	}
	if slices.Contains(cloudBackups, e.Code()) {
		successor := op.Successor
		if of.ID == "" && !op.Single {
			successor += "s"
		}
		advice := fmt.Sprintf(`
			This cluster makes no legacy backups, and so has no %s. Read its Cloud Backups with the official provider's
			data source %s.`, op.Nouns, successor)
		if op.Collection != atlas.Snapshots.Collection {
			advice += " If it had legacy backups before, old snapshots may be left: read those with atlas_legacy_backup_snapshots."
		}
		return explanation{"The cluster uses Cloud Backups", clusterName, advice}
	}
	if e.Token {
		if known, ok := explainTokenResponse(e); ok {
			return known
		}
	}
	if known, ok := byStatus[e.Status()]; ok {
		return known
	}
	switch e.Status() {
	case http.StatusBadRequest:
		return explanation{malformed.summary, "", orGateway(e, malformed.advice)}
	case http.StatusUnauthorized:
		return explainCredentials(e)
	case http.StatusForbidden:
		return explanation{"Atlas forbids this read", "", orGateway(e, fmt.Sprintf(`
			Give the API key or service account (%s) the role Project Read Only in this project; it needs no more. If it
			has the role, check its API access list.`, e.Origin))}
	case http.StatusNotFound:
		return explainNotFound(e)
	}
	if e.Temporary() {
		return explanation{"Atlas server error", "", `
			The fault is Atlas' or that of a gateway on the way. Try again later, see https://status.mongodb.com, or let
			the provider try longer (retry in the provider block, timeouts.read in the block that reads). ` + gateway(e)}
	}
	return explanation{"Unexpected status from Atlas", "",
		"Atlas does not document this status here, and a retry does not help. " + gateway(e)}
}

// explainTokenResponse explains what is different at the token endpoint.
func explainTokenResponse(e *rest.Error) (explanation, bool) {
	switch e.Status() {
	case http.StatusBadRequest:
		return explainCredentials(e), true
	case http.StatusForbidden:
		return explanation{"Atlas did not issue an access token", "", orGateway(e, fmt.Sprintf(`
			Either this machine's public address is not on the API access list of the service account (%s): add it. Or
			the service account has 100 live tokens, its limit: revoke some, or wait up to an hour until they expire.`,
			e.Origin))}, true
	case http.StatusTooManyRequests:
		return explanation{"Atlas rate limit for access tokens exceeded", "", `
			The provider asks for one token for each run and provider block. Run fewer Terraform processes at the same
			time, or share a token between runs (access_token in the provider block).`}, true
	default:
		return explanation{}, false
	}
}

func explainNotFound(e *rest.Error) explanation {
	advice := "Check base_url."
	if e.Code() == "" {
		advice = notFromAtlas
	}
	return explanation{"Atlas has nothing at this address", "", fmt.Sprintf(
		"%s By default, base_url is https://cloud.mongodb.com, without a path. The request went to %s%s.", advice, e.Host, e.Path)}
}

// Atlas gives every refusal an error code: without one, the response may be of something else on
// the way.
const notFromAtlas = `
	Atlas would give an error code, so a gateway, proxy or firewall may have responded in its place: check base_url and
	HTTPS_PROXY, and what that one requires (a path, a key, a client certificate).`

// orGateway is advice for a response of Atlas, or of something in its place.
func orGateway(e *rest.Error, ifAtlas string) string {
	if e.Code() != "" {
		return ifAtlas
	}
	return notFromAtlas + " If it was Atlas: " + ifAtlas
}

// gateway follows advice for a response whoever sent it.
func gateway(e *rest.Error) string {
	if e.Code() != "" {
		return ""
	}
	return notFromAtlas
}
