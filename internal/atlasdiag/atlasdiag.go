// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package atlasdiag explains the errors of package atlas to users: it is the only place that makes
// diagnostics of the client's errors, so that each failure has one wording for every data source.
package atlasdiag

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// Read makes diagnostics of the error with which an operation on a target failed. The detail says
// what was requested, what came back and what to do next.
func Read(op atlas.Operation, of atlas.Target, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	what := fmt.Sprintf("the %s of cluster %q in project %q", op.Nouns, of.ClusterName, of.ProjectID)
	if of.ID != "" {
		what = fmt.Sprintf("%s %q of cluster %q in project %q", op.Noun, of.ID, of.ClusterName, of.ProjectID)
	}
	var e *rest.Error
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to read from Atlas", detail(
			fmt.Sprintf("Asked for %s.", what), sentence(err.Error()), ReportBug))}
	}
	meaning := explain(op, of, e)
	if e.Repeated {
		return diag.Diagnostics{diag.NewErrorDiagnostic(meaning.summary, NotRead)}
	}
	requested := fmt.Sprintf("Asked for %s at %s.", what, e.Host)
	if e.Token {
		requested = fmt.Sprintf("Asked for an access token at %s%s, to read %s.", e.Host, e.Path, what)
	}
	if e.Page > 1 {
		requested += fmt.Sprintf("\nThis is about page %d of the list. Nothing of the list was used.", e.Page)
	}
	text := detail(requested, received(e), meaning.advice)
	if meaning.attribute != "" && !e.Token {
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root(meaning.attribute), meaning.summary, text)}
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(meaning.summary, text)}
}

// NotRead is the detail of an error that is not repeated for each read.
const NotRead = "Not read. Another error with this summary has the reason, and says what to do."

// ReportBug is the advice for what only a bug can bring about.
const ReportBug = "This is a bug in the provider: please report it to its developers."

// detail is the text of an error. The lines of advice are joined, so that it can be written in a
// literal of several lines.
func detail(requested, received, advice string) string {
	advice = strings.Join(strings.Fields(advice), " ")
	return strings.Join([]string{requested, received, "What to do: " + advice}, "\n\n")
}

// Sunset warns, once for each client, that Atlas has announced the end of the API version that was
// just read.
func Sunset(client *atlas.Client) diag.Diagnostics {
	date, ok := client.Sunset()
	if !ok {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Atlas will withdraw its legacy backup API",
		fmt.Sprintf("Atlas announces that it serves the version of the API that this provider reads until %s. Before that, look for a "+
			"newer version of this provider, or move the cluster to Cloud Backups.", date))}
}
