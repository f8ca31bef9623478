// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Text writes diagnostics as Terraform shows them, but for the line of the configuration, which the
// attribute stands for.
func Text(diags diag.Diagnostics) string {
	var all strings.Builder
	for _, d := range diags {
		at := ""
		if withPath, ok := d.(diag.DiagnosticWithPath); ok {
			at = withPath.Path().String()
		}
		write(&all, d.Severity().String(), d.Summary(), at, d.Detail())
	}
	return all.String()
}

// Diagnostics are those of the protocol.
type Diagnostics []*tfprotov6.Diagnostic

// String writes them as Text does, in the order of their texts, since the framework promises none.
func (d Diagnostics) String() string {
	var texts []string
	for _, one := range d {
		var text strings.Builder
		severity := "Error"
		if one.Severity == tfprotov6.DiagnosticSeverityWarning {
			severity = "Warning"
		}
		write(&text, severity, one.Summary, attribute(one.Attribute), one.Detail)
		texts = append(texts, text.String())
	}
	slices.Sort(texts)
	return strings.Join(texts, "")
}

func (d Diagnostics) failed() bool {
	return slices.ContainsFunc(d, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

// None fails the test if there are any.
func (d Diagnostics) None(t *testing.T) {
	t.Helper()
	if len(d) > 0 {
		t.Errorf("unexpected diagnostics:\n%s", d)
	}
}

// One fails the test unless there is one, with these facts in its text, which begins with the
// severity and the summary.
func (d Diagnostics) One(t *testing.T, facts ...string) {
	t.Helper()
	if len(d) != 1 {
		t.Errorf("%d diagnostics, want 1 with %q:\n%s", len(d), facts, d)
		return
	}
	for _, fact := range facts {
		if !strings.Contains(d.String(), fact) {
			t.Errorf("lacks %q:\n%s", fact, d)
		}
	}
}

func write(to *strings.Builder, severity, summary, at, detail string) {
	if at != "" {
		at = " (" + at + ")"
	}
	fmt.Fprintf(to, "%s: %s%s\n\n%s\n\n", severity, summary, at, detail)
}

func attribute(path *tftypes.AttributePath) string {
	if path == nil {
		return ""
	}
	var names []string
	for _, step := range path.Steps() {
		names = append(names, fmt.Sprint(step))
	}
	return strings.Join(names, ".")
}
