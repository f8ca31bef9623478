// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import "github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"

// Login is a way to authenticate.
type Login struct {
	// Env are the variables that hold the credentials, and Accept makes the mock know them.
	Env    map[string]string
	Accept atlasmock.Option
	// Secrets are what nothing may show.
	Secrets []Secret
}

// Credentials that no test meets by chance, with characters that encodings change.
const (
	PublicKey    = "acctestkey"
	PrivateKey   = "Sesame&open/the+door=0123456789"
	ClientID     = "mdb_sa_id_acctest/account"
	ClientSecret = "mdb_sa_sk_Sesame&open/the+gate=0123456789"
	BearerToken  = "Sesame.open-the/bearer+0123456789="
)

// The three methods, and none.
var (
	APIKey = Login{
		Env: map[string]string{
			"MONGODB_ATLAS_PUBLIC_API_KEY": PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": PrivateKey,
		},
		Accept:  atlasmock.WithAPIKey(PublicKey, PrivateKey),
		Secrets: []Secret{{PublicKey, PrivateKey}},
	}
	ServiceAccount = Login{
		Env: map[string]string{
			"MONGODB_ATLAS_CLIENT_ID": ClientID, "MONGODB_ATLAS_CLIENT_SECRET": ClientSecret,
		},
		Accept:  atlasmock.WithServiceAccount(ClientID, ClientSecret),
		Secrets: []Secret{{ClientID, ClientSecret}},
	}
	AccessToken = Login{
		Env:     map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": BearerToken},
		Accept:  atlasmock.WithAccessToken(BearerToken),
		Secrets: []Secret{{"", BearerToken}},
	}
	NoLogin = Login{}
)
