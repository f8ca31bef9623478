// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

func providerSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"base_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address of the Atlas Administration API, or of a gateway in front of it: a path prefix " +
				"is kept, a trailing slash is dropped. It begins with `https://`, or with `http://` for loopback " +
				"(`127.0.0.0/8`, `::1`, `localhost`), and has no user info, query or fragment. " +
				"Default: `https://" + atlas.Host + "`. Environment variable: `MONGODB_ATLAS_BASE_URL`.",
		},
		"is_mongodbgov_cloud": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to read from Atlas for Government, `https://" + atlas.GovernmentHost + "`. An error " +
				"if `base_url` or `MONGODB_ATLAS_BASE_URL` says another address. Default: `false`.",
		},
		"envelope": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to send `envelope=true` with every read. It serves gateways that hide the HTTP " +
				"status: Atlas then repeats the status in the body, and that one decides. Default: `false`.",
		},
		"pretty": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to send `pretty=true` with every read, for people who look at the traffic: Atlas " +
				"then indents its responses. Default: `false`.",
		},
		"request_timeout": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long one attempt of one request may take, its authentication included, as a Go " +
				"duration above zero such as `45s`. The waits between attempts do not count. " +
				"Default: `" + seconds(atlas.DefaultRequestTimeout) + "`.",
			Validators: []validator.String{validators.PositiveDuration()},
		},
		"retry": retryAttribute(),
	}
	addCredentials(attributes)
	return schema.Schema{
		MarkdownDescription: "Reads MongoDB Atlas legacy backups. Every argument is optional; credentials come " +
			"from the provider block or from the environment.",
		Attributes: attributes,
	}
}

func addCredentials(attributes map[string]schema.Attribute) {
	attributes["public_key"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Public key of an Atlas API key, used with `private_key` for HTTP Digest authentication. " +
			"Environment variable: `MONGODB_ATLAS_PUBLIC_API_KEY`, else `MONGODB_ATLAS_PUBLIC_KEY`.",
	}
	attributes["private_key"] = schema.StringAttribute{
		Optional:  true,
		Sensitive: true,
		MarkdownDescription: "Private key of the API key that `public_key` names. " +
			"Environment variable: `MONGODB_ATLAS_PRIVATE_API_KEY`, else `MONGODB_ATLAS_PRIVATE_KEY`.",
	}
	attributes["client_id"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Client ID of an Atlas service account (`mdb_sa_id_…`), used with `client_secret` for " +
			"OAuth 2.0 client credentials. Wins over an API key. Environment variable: `MONGODB_ATLAS_CLIENT_ID`.",
	}
	attributes["client_secret"] = schema.StringAttribute{
		Optional:  true,
		Sensitive: true,
		MarkdownDescription: "Secret of the service account that `client_id` names (`mdb_sa_sk_…`). " +
			"Environment variable: `MONGODB_ATLAS_CLIENT_SECRET`.",
	}
	attributes["access_token"] = schema.StringAttribute{
		Optional:  true,
		Sensitive: true,
		MarkdownDescription: "OAuth 2.0 access token of a service account, obtained outside Terraform. The provider sends it as it is " +
			"and never renews it. Wins over a service account and an API key. " +
			"Environment variable: `MONGODB_ATLAS_ACCESS_TOKEN`.",
	}
}

func retryAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How reads are tried again after a rate limit (429), a server error (5xx, except 501, 505, " +
			"506, 508, 510 and 511), a status of a timeout (408, 425), a broken connection or an attempt's timeout.",
		Attributes: map[string]schema.Attribute{
			"max_attempts": schema.NumberAttribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How often a read is tried in all, at least 1; `1` turns retries off. "+
					"Default: `%d`.", retry.DefaultPolicy.MaxAttempts),
				Validators: []validator.Number{validators.WholeNumber(1)},
			},
			"min_delay": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The shortest wait between two attempts, as a Go duration above zero. The waits grow " +
					"from attempt to attempt, with jitter, up to `max_delay`. " +
					"Default: `" + seconds(retry.DefaultPolicy.MinDelay) + "`.",
				Validators: []validator.String{validators.PositiveDuration()},
			},
			"max_delay": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The longest wait between two attempts, as a Go duration above zero. It does not cap " +
					"what Atlas demands with `Retry-After`; only the read's own timeout does. " +
					"Default: `" + seconds(retry.DefaultPolicy.MaxDelay) + "`.",
				Validators: []validator.String{validators.PositiveDuration()},
			},
		},
	}
}

// seconds writes a duration as a person would: time.Duration writes a minute as "1m0s".
func seconds(d time.Duration) string {
	return fmt.Sprintf("%gs", d.Seconds())
}
