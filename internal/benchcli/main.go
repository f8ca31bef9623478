// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

// Command benchcli measures the provider through the real CLI, beside a provider that is as plain
// as can be, against a mock Atlas with latency. `make bench-cli` runs it.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	if strings.HasPrefix(filepath.Base(os.Args[0]), providerPrefix) {
		os.Exit(serveMeasured())
	}
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// candidate is what is measured.
type candidate struct {
	name     string
	provider string // the binary
	env      []string
	config   configuration
}

func run(ctx context.Context) error {
	cli := flag.String("cli", "terraform", "the CLI to measure with")
	latency := flag.Duration("latency", 50*time.Millisecond, "how long the mock takes for each response")
	rounds := flag.Int("rounds", 5, "how often each command is run; the table shows medians")
	provider := flag.String("provider", "", "the release build of the provider")
	other := flag.String("other", "", "another build of the provider to measure beside this one")
	only := flag.String("reads", "1,100,1000", "how many reads a plan has, separated by commas")
	flag.Parse()

	scratch, err := os.MkdirTemp("", "atlas-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	baseline := filepath.Join(scratch, "baseline")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", baseline, "./internal/benchcli/baseline")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	ours, err := filepath.Abs(*provider)
	if err != nil {
		return err
	}
	server, err := serve(*latency)
	if err != nil {
		return err
	}
	defer server.close()

	candidates := []candidate{
		{"baseline, constant", baseline, nil, baselineSingles("baseline_constant")},
		{"baseline, GET with a token", baseline, accessToken, baselineSingles("baseline_get")},
		{"API key", ours, apiKey, singles(loop, each, "")},
		{"service account", ours, serviceAccount, singles(loop, each, "")},
		{"access token", ours, accessToken, singles(loop, each, "")},
	}
	if *other != "" {
		for _, c := range candidates[2:] {
			c.name, c.provider = c.name+", other build", *other
			candidates = append(candidates, c)
		}
	}
	const byID = "for_each = { for id in local.ids : id => id }"
	written := []candidate{
		{"`count`", ours, accessToken, singles(loop, each, "")},
		{"`for_each` over a map", ours, accessToken, singles(byID, "each.key", "")},
		{"the same, and a postcondition with `self`", ours, accessToken, singles(byID, "each.key",
			"lifecycle {\n    postcondition {\n      condition = self.id != null\n      error_message = \"-\"\n    }\n  }")},
		{"`for_each` over a set", ours, accessToken, singles("for_each = toset(local.ids)", "each.key", "")},
		{"one list", ours, accessToken, list},
	}

	compare := func(candidates []candidate, reads, rounds int) error {
		// In turn, so that a slow minute of the machine's is nobody's in particular.
		runs := make([][]usage, len(candidates))
		for range rounds {
			for i, c := range candidates {
				used, err := measure(ctx, *cli, scratch, server, c, reads)
				if err != nil {
					return fmt.Errorf("%s, %d reads: %w", c.name, reads, err)
				}
				runs[i] = append(runs[i], used)
			}
		}
		for i, c := range candidates {
			row(c, reads, runs[i])
		}
		return nil
	}
	fmt.Printf("terraform plan, a mock with %s latency, medians of %d runs, %s\n\n", *latency, *rounds, time.Now().Format(time.DateOnly))
	fmt.Println("| reads | provider | wall s | CPU s, CLI | CPU s, provider | provider's peak MiB | requests | connections | binary MB |")
	fmt.Println("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for number := range strings.SplitSeq(*only, ",") {
		reads, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("-reads: %w", err)
		}
		if err := compare(candidates, reads, *rounds); err != nil {
			return err
		}
	}
	return compare(written, 500, min(*rounds, 3))
}

func row(c candidate, reads int, runs []usage) {
	binary, err := os.Stat(c.provider)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("| %d | %s | %.2f | %.2f | %.2f | %.1f | %d | %d | %.2f |\n", reads, c.name,
		median(runs, func(u usage) time.Duration { return u.wall }).Seconds(),
		median(runs, func(u usage) time.Duration { return u.cli }).Seconds(),
		median(runs, func(u usage) time.Duration { return u.provider }).Seconds(),
		float64(median(runs, func(u usage) int64 { return u.peak }))/(1<<20),
		median(runs, func(u usage) int64 { return u.requests }),
		median(runs, func(u usage) int64 { return u.connections }),
		float64(binary.Size())/1e6)
}

func median[T cmp.Ordered](runs []usage, of func(usage) T) T {
	var all []T
	for _, run := range runs {
		all = append(all, of(run))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
