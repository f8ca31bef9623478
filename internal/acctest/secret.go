// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/base64"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// Secret is a credential that a test looks for wherever it must not be. ID is what it is sent with
// in Basic authentication, if at all.
type Secret struct{ ID, Value string }

// Forms are the forms in which a secret could leak.
func (s Secret) Forms() []string {
	quoted := strconv.Quote(s.Value)
	forms := []string{
		s.Value, url.QueryEscape(s.Value), url.PathEscape(s.Value), html.EscapeString(s.Value), quoted[1 : len(quoted)-1],
		strings.ReplaceAll(s.Value, "/", `\/`),
	}
	for _, text := range []string{s.Value, s.ID + ":" + s.Value, url.QueryEscape(s.ID) + ":" + url.QueryEscape(s.Value)} {
		forms = append(forms, base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	return forms
}
