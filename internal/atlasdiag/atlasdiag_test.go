// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasdiag"
)

func TestRead_noError(t *testing.T) {
	t.Parallel()

	if diags := atlasdiag.Read(atlas.Checkpoints, subject, nil); len(diags) != 0 {
		t.Errorf("got %v", diags)
	}
}

func TestRead_otherErrors(t *testing.T) {
	t.Parallel()

	golden := acctest.NewGolden(t, secrets...)
	golden.Is(t, "no error of the client", acctest.Text(atlasdiag.Read(atlas.Checkpoints, subject, errors.New("no such path"))))
	all := subject
	all.ID = ""
	for name, page := range map[string]int{"first page of a list": 1, "page of a list": 3} {
		e := &rest.Error{Kind: rest.KindStatus, Host: host, Page: page, Response: &rest.Response{Status: http.StatusForbidden}}
		golden.Is(t, name, acctest.Text(atlasdiag.Read(atlas.Checkpoints, all, e)))
	}
}

func TestSunset(t *testing.T) {
	t.Parallel()

	client := failure{server: atlastest.Respond(http.StatusOK, `{"id":"5c6c64e1fd6c9f0b8e6d4c11"}`, "Sunset: Thu, 1 Jul 2027 00:00:00 GMT")}.client(t)
	if diags := atlasdiag.Sunset(client); len(diags) != 0 {
		t.Errorf("before any read: %v", diags)
	}

	want := diag.NewWarningDiagnostic("Atlas will withdraw its legacy backup API",
		"Atlas announces that it serves the version of the API that this provider reads until 1 July 2027. "+
			"Before that, look for a newer version of this provider, or move the cluster to Cloud Backups.")
	for _, want := range []diag.Diagnostics{{want}, nil} {
		if diags := readWith(t.Context(), client); len(diags) != 0 {
			t.Fatal(diags)
		}
		if diags := atlasdiag.Sunset(client); !diags.Equal(want) {
			t.Errorf("got %v, want %v", diags, want)
		}
	}
}

func TestSunset_notAnnounced(t *testing.T) {
	t.Parallel()

	client := failure{server: atlastest.Respond(http.StatusOK, `{"id":"5c6c64e1fd6c9f0b8e6d4c11"}`)}.client(t)
	if diags := readWith(t.Context(), client); len(diags) != 0 {
		t.Fatal(diags)
	}
	if diags := atlasdiag.Sunset(client); len(diags) != 0 {
		t.Errorf("got %v", diags)
	}
}
