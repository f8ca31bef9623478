// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-atlas serves the provider to Terraform.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

// version is stamped by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger and print how Terraform attaches to it")
	flag.Parse()
	// net/http quotes there what a server sends unasked, and Terraform takes it into its own log:
	// credentials, too, if the server sends them back.
	log.SetOutput(io.Discard)

	atlas := provider.New(version)
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		silenceLogs()
		endWithTerraform(atlas)
	}
	// Not the framework's Serve, which brings along the version of the protocol before this one.
	err := tf6server.Serve("registry.terraform.io/legacybackup/atlas", atlas.Server, options...)
	atlas.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// silenceLogs turns the loggers off unless a TF_LOG variable is set, which Terraform leaves in the
// provider's environment. They would write each step of each call as JSON, for Terraform to parse
// and to drop: with 1,000 reads, a quarter of the CPU time of both.
func silenceLogs() {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "TF_LOG") && value != "" {
			return
		}
	}
	_ = os.Setenv("TF_LOG_SDK", "OFF")
	_ = os.Setenv("TF_LOG_PROVIDER_ATLAS", "OFF")
}

// endWithTerraform leaves it to Terraform to stop the provider. A canceled job of a pipeline sends
// SIGTERM to the whole process group: Terraform stops its providers then, and one that is gone
// already can neither respond nor revoke its token. SIGHUP ends Terraform itself, so the provider
// has to end by itself too.
func endWithTerraform(atlas *provider.Provider) {
	signal.Ignore(syscall.SIGTERM)
	if signal.Ignored(syscall.SIGHUP) {
		return // by nohup
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		<-hangup
		atlas.Close()
		os.Exit(1)
	}()
}
