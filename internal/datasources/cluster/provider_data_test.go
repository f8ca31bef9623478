// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

func TestConfigure(t *testing.T) {
	t.Parallel()

	want := NewProviderData(nil, nil)
	if got, diags := configure(want); got != want || len(diags) > 0 {
		t.Errorf("got %v, %v", got, diags)
	}
	if got, diags := configure(nil); got != nil || len(diags) > 0 {
		t.Errorf("while validating: got %v, %v", got, diags)
	}
	got, diags := configure(http.DefaultClient)
	if got != nil || len(diags) != 1 || diags[0].Summary() != "Unexpected provider data" || !strings.Contains(diags[0].Detail(), "*http.Client") {
		t.Errorf("for another type: got %v, %v", got, diags)
	}
}

// The first read says what is wrong with the provider's configuration, in full and without the
// attribute's path, which the data source does not have.
func TestProviderData(t *testing.T) {
	t.Parallel()

	client := atlas.New(atlas.Config{Credentials: auth.AccessToken{Token: "token"}})
	var problems diag.Diagnostics
	problems.AddAttributeWarning(path.Root("access_token"), "Two credentials", "One is ignored.")
	data := NewProviderData(client, problems)
	got, diags := data.Client()
	if want := (diag.Diagnostics{diag.NewWarningDiagnostic("Two credentials", "One is ignored.")}); got != client || !diags.Equal(want) {
		t.Errorf("first read: %v, %v", got, diags)
	}
	if got, diags = data.Client(); got != client || len(diags) > 0 {
		t.Errorf("second read: %v, %v", got, diags)
	}

	problems.AddAttributeError(path.Root("public_key"), "Half a pair", "Set both.")
	data = NewProviderData(nil, problems)
	if _, diags = data.Client(); len(diags) != 2 || !diags[1].Equal(diag.NewErrorDiagnostic("Half a pair", "Set both.")) {
		t.Errorf("first read: %v", diags)
	}
	want := diag.NewErrorDiagnostic("Half a pair", atlasdiag.NotRead)
	if _, diags = data.Client(); !diags.Equal(diag.Diagnostics{want}) {
		t.Errorf("second read: %v", diags)
	}
}
