// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Text writes diagnostics as Terraform shows them, but for the line of the
// configuration, which the attribute stands for.
func Text(diags diag.Diagnostics) string {
	var all strings.Builder
	for _, d := range diags {
		at := ""
		if withPath, ok := d.(diag.DiagnosticWithPath); ok {
			at = " (" + withPath.Path().String() + ")"
		}
		fmt.Fprintf(&all, "%s: %s%s\n\n%s\n\n", d.Severity(), d.Summary(), at, d.Detail())
	}
	return all.String()
}
