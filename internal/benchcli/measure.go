// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// usage is what one run of the CLI took.
type usage struct {
	wall, cli, provider   time.Duration // the last two are CPU time
	peak                  int64         // of the provider, in bytes
	requests, connections int64
}

// The CLI finds this program in place of the provider, which it starts and measures: a process
// knows what its children took once they have ended.
const (
	providerPrefix = "terraform-provider-"
	envBinary      = "BENCHCLI_PROVIDER"
	envUsage       = "BENCHCLI_USAGE"
)

func measure(ctx context.Context, cli, scratch string, s *server, c candidate, reads int) (usage, error) {
	dir, err := os.MkdirTemp(scratch, "run")
	if err != nil {
		return usage{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	overrides := "provider_installation {\n  dev_overrides {\n"
	for _, name := range []string{"atlas", "baseline"} {
		if err := os.Symlink(self, filepath.Join(dir, providerPrefix+name)); err != nil {
			return usage{}, err
		}
		overrides += fmt.Sprintf("    \"registry.terraform.io/legacybackup/%s\" = %q\n", name, dir)
	}
	for name, content := range map[string]string{"main.tf": c.config(s, reads), "terraformrc": overrides + "  }\n}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return usage{}, err
		}
	}

	used := usage{requests: -s.requests.Load(), connections: -s.connections.Load()}
	cmd := exec.CommandContext(ctx, cli, "plan", "-no-color")
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), c.env...), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraformrc"), "CHECKPOINT_DISABLE=1",
		envBinary+"="+c.provider, envUsage+"="+filepath.Join(dir, "usage"))
	started := time.Now()
	output, err := cmd.CombinedOutput()
	used.wall = time.Since(started)
	if err != nil {
		return usage{}, fmt.Errorf("%w:\n%s", err, output)
	}
	used.requests += s.requests.Load()
	used.connections += s.connections.Load()
	used.cli = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() // and what it started
	return used, used.add(filepath.Join(dir, "usage"))
}

// add reads what the provider's processes took: the CLI starts more than one.
func (u *usage) add(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var provider, all time.Duration
		var peak int64
		if _, err := fmt.Sscan(lines.Text(), &provider, &all, &peak); err != nil {
			return err
		}
		u.provider += provider
		u.cli -= all
		u.peak = max(u.peak, peak)
	}
	return nil
}

// serveMeasured runs the provider, and notes its CPU time, that with this process's own, and its
// peak memory.
func serveMeasured() int {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM)
	cmd := exec.Command(os.Getenv(envBinary), os.Args[1:]...) //nolint:noctx // lives as long as the CLI lets it
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		log.Print(err)
		return 1
	}
	provider := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		log.Print(err)
		return 1
	}
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		peak *= 1 << 10 // others count KiB
	}
	f, err := os.OpenFile(os.Getenv(envUsage), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, int64(provider), int64(provider)+own.Utime.Nano()+own.Stime.Nano(), peak)
	}
	if err != nil {
		log.Print(err)
		return 1
	}
	return 0
}
