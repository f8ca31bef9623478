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
	APIKey         = APIKeyOf(PublicKey, PrivateKey)
	ServiceAccount = ServiceAccountOf(ClientID, ClientSecret)
	AccessToken    = AccessTokenOf(BearerToken)
	NoLogin        = Login{}
)

// APIKeyOf is a login with another API key.
func APIKeyOf(public, private string) Login {
	return Login{
		Env:     map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": public, "MONGODB_ATLAS_PRIVATE_API_KEY": private},
		Accept:  atlasmock.WithAPIKey(public, private),
		Secrets: []Secret{{public, private}},
	}
}

// ServiceAccountOf is a login with another service account.
func ServiceAccountOf(id, secret string) Login {
	return Login{
		Env:     map[string]string{"MONGODB_ATLAS_CLIENT_ID": id, "MONGODB_ATLAS_CLIENT_SECRET": secret},
		Accept:  atlasmock.WithServiceAccount(id, secret),
		Secrets: []Secret{{id, secret}},
	}
}

// AccessTokenOf is a login with another access token.
func AccessTokenOf(token string) Login {
	return Login{
		Env:     map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": token},
		Accept:  atlasmock.WithAccessToken(token),
		Secrets: []Secret{{"", token}},
	}
}
