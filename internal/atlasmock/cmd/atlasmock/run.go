// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// shutdownGrace is how long responses under way may take to end once the command is to stop.
const shutdownGrace = 2 * time.Second

// run is the command without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parseSettings(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := serve(ctx, s, stdout, stderr); err != nil {
		_, _ = fmt.Fprintln(stderr, "atlasmock:", err)
		return 1
	}
	return 0
}

// serve responds to requests until the context ends.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	opts := s.options()
	if s.log {
		opts = append(opts, atlasmock.WithObserver(printTo(stderr)))
	}
	mock, err := atlasmock.New(opts...)
	if err != nil {
		return err
	}
	faults, err := s.faults()
	if err != nil {
		return err
	}
	mock.Fail(faults...)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mock, ReadHeaderTimeout: time.Minute}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()

	url := "http://" + listener.Addr().String() + s.pathPrefix
	s.describe(url, stdout)
	err = writeURL(url, s.urlFile)
	if err == nil {
		select {
		case err = <-stopped:
			return err
		case <-ctx.Done():
		}
	}

	mock.Close()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if shutdownErr := server.Shutdown(grace); shutdownErr != nil {
		err = errors.Join(err, server.Close())
	}
	return err
}

// writeURL writes the file that -url-file names. A script that waits for it to appear must never see
// half of it, hence the rename.
func writeURL(url, file string) error {
	if file == "" {
		return nil
	}
	draft, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(draft, url)
	err = errors.Join(err, draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}

// printTo prints what was requested and sent. Header and body stay out of it: they hold
// credentials.
func printTo(w io.Writer) func(atlasmock.Request) {
	return func(r atlasmock.Request) {
		target := r.Path
		if r.RawQuery != "" {
			target += "?" + r.RawQuery
		}
		_, _ = fmt.Fprintf(w, "%s %s %d\n", r.Method, target, r.Status)
	}
}
