// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// Fifty reads in each of the CLI's runs cost one handshake, or one token.
func TestAccLegacyBackupCheckpointDataSource_forEach(t *testing.T) {
	t.Parallel()
	const reads = 50
	for name, credentials := range map[string]env{
		"digest":          {"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": privateKey},
		"service account": {"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": clientSecret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
			for i := range reads {
				mock.Put(atlasmock.ProjectID, "Cluster0", atlasmock.Checkpoints, numberedID(i), fmt.Appendf(nil, `{"id":%q,"restorable":true}`, numberedID(i)))
			}
			cli := newCLI(t, mock.providerBlock("")+fmt.Sprintf(`
				data "atlas_legacy_backup_checkpoint" "test" {
					for_each      = toset([for i in range(%d) : format("%%024x", i)])
					project_id    = %q
					cluster_name  = "Cluster0"
					checkpoint_id = each.value
				}
				output "restorable" {
					value = length([for c in data.atlas_legacy_backup_checkpoint.test : c.id if c.restorable])
				}`, reads, atlasmock.ProjectID), credentials)

			cli.run("apply", "-auto-approve")
			if want := fmt.Sprintf("restorable = %d", reads); !strings.Contains(cli.output.String(), want) {
				t.Errorf("the output lacks %q: %s", want, cli.output.String())
			}
			answered, other := 0, 0
			for _, r := range mock.Requests() {
				if r.Method == http.MethodGet && r.Status == http.StatusOK {
					answered++
				} else if !strings.HasSuffix(r.Path, "/revoke") {
					other++
				}
			}
			if answered != reads || other != 1 {
				t.Errorf("%d reads took %d answers and %d requests to authenticate, want %d and 1", reads, answered, other, reads)
			}

			cli.run("plan", "-detailed-exitcode") // fails if there is anything to change
		})
	}
}

// A token does not outlive the run that fetched it.
func TestAccLegacyBackupCheckpointDataSource_revokesToken(t *testing.T) {
	t.Parallel()
	mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret))
	cli := newCLI(t, mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""),
		env{"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": clientSecret})

	cli.run("plan")
	if fetched, revoked := mock.Count(http.MethodPost, "/api/oauth/token"), mock.Count(http.MethodPost, "/api/oauth/revoke"); fetched != 1 || revoked != 1 {
		t.Errorf("%d tokens were fetched and %d revoked, want 1 and 1", fetched, revoked)
	}
	if n := mock.LiveTokens(); n != 0 {
		t.Errorf("%d tokens are still live", n)
	}
}

// Secrets from the environment stay there: they are in nothing that a run
// prints, logs at the most talkative level, or leaves behind.
func TestAccLegacyBackupCheckpointDataSource_secretsStaySecret(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		env     env
		secrets []string
	}{
		"API key": {
			env{"MONGODB_ATLAS_PUBLIC_API_KEY": publicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": privateKey},
			forms("", privateKey),
		},
		"service account": {
			env{"MONGODB_ATLAS_CLIENT_ID": clientID, "MONGODB_ATLAS_CLIENT_SECRET": clientSecret},
			forms(clientID, clientSecret),
		},
		"access token": {
			env{"MONGODB_ATLAS_ACCESS_TOKEN": accessToken},
			forms("", accessToken),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := newMock(t, atlasmock.WithServiceAccount(clientID, clientSecret), atlasmock.WithAccessToken(accessToken))
			tc.env["TF_LOG"] = "TRACE"
			cli := newCLI(t, mock.providerBlock("")+checkpointBlock("Cluster0", checkpointID, ""), tc.env)
			cli.run("plan", "-out=saved.tfplan")
			cli.run("apply", "saved.tfplan")
			cli.run("show", "-json", "saved.tfplan")

			secrets := tc.secrets
			for _, r := range mock.Requests() { // what was derived on the way
				if value := r.Header.Get("Authorization"); value != "" {
					secrets = append(secrets, value)
				}
				if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
					secrets = append(secrets, forms("", token)...)
				}
			}
			for place, text := range map[string]string{
				"output and logs": cli.output.String(),
				"plan":            cli.read("saved.tfplan"),
				"state":           cli.read("terraform.tfstate"),
			} {
				if !strings.Contains(text, checkpointID) {
					t.Errorf("%s does not speak of the read at all", place)
				}
				for _, secret := range secrets {
					if strings.Contains(text, secret) {
						t.Errorf("%s contains %q", place, secret)
					}
				}
			}
			if !strings.Contains(cli.output.String(), "Sent Atlas request") {
				t.Error("the provider's own log is missing")
			}
		})
	}
}

// forms are the ways in which a secret may show.
func forms(id, secret string) []string {
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), strings.ReplaceAll(secret, `"`, `\"`),
	}
	for _, text := range []string{secret, id + ":" + secret, url.QueryEscape(id) + ":" + url.QueryEscape(secret)} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			// Without the end, which differs with the padding.
			encoded := encoding.EncodeToString([]byte(text))
			forms = append(forms, strings.TrimRight(encoded, "="))
		}
	}
	return forms
}
