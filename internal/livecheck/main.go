// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Command livecheck compares the real Atlas with what the mock assumes of it. It sends GET only,
// but for a service account's token, and shares no code with the client or the mock. `make test-live`
// runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	c := command{getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr, now: time.Now, wait: wait}
	code := c.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Exit codes.
const (
	agreed   = 0
	differed = 1 // or the run ended early
	misused  = 2 // or there is no go-ahead
)

// command is the command without the process around it.
type command struct {
	getenv         func(string) string
	stdout, stderr io.Writer
	now            func() time.Time
	wait           func(context.Context, time.Duration) error
}

func (c command) run(ctx context.Context, args []string) int {
	s, err := parseSettings(args, c.getenv, c.stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return agreed
	case err != nil:
		_, _ = fmt.Fprintln(c.stderr, "livecheck:", err)
		return misused
	}
	checks := allChecks(s)
	most := requests(s, checks)
	if !s.goAhead {
		_, _ = fmt.Fprintf(c.stdout, "This would read the legacy backups of one cluster at %s, authenticated with %s:\n"+
			"%d requests at most, 2 a second on average. All are GET, but for a service account's token.\n"+
			"Nothing was sent. To send them, add GO_AHEAD=yes.\n", s.base.Host, s.credentials.name(), most)
		return misused
	}

	// Before anything is sent: what was read could not be written otherwise.
	if err := os.MkdirAll(s.fixtures, 0o750); err != nil {
		_, _ = fmt.Fprintln(c.stderr, "livecheck:", err)
		return misused
	}
	api := newClient(s, most, c.now, c.wait)
	run := &session{settings: s, api: api, names: newNames(s), lists: map[string]*reply{}, documents: map[string][]document{}}
	outcome := run.report(ctx, checks, c.stdout)
	if len(run.lists) == 0 {
		_ = os.Remove(s.fixtures) // only if it is empty
		return outcome
	}
	if err := run.write(); err != nil {
		_, _ = fmt.Fprintln(c.stderr, "livecheck: writing the fixtures:", err)
		return differed
	}
	_, _ = fmt.Fprintln(c.stdout, "The anonymous responses are in", s.fixtures+".")
	return outcome
}
