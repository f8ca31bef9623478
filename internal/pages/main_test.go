// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"os"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

func TestMain(m *testing.M) {
	serveJQ()
	if serveStandIn() {
		return
	}
	os.Exit(acctest.Main(m))
}
