// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-atlas serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	atlasprovider "github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

// version is stamped by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger and print how Terraform attaches to it")
	flag.Parse()
	// net/http quotes there what a server sends unasked, and Terraform takes it
	// into its own log: credentials, too, if the server sends them back.
	log.SetOutput(io.Discard)

	atlas := atlasprovider.New(version)
	err := providerserver.Serve(
		context.Background(),
		func() provider.Provider { return atlas },
		providerserver.ServeOpts{Address: "registry.terraform.io/legacybackup/atlas", Debug: *debug},
	)
	atlas.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
