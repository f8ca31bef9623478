// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package faults_test

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// hung is when a run counts as hanging. It is far from what any run takes, and
// far from the hours that the faults last.
const hung = 2 * time.Minute

// cliRun is a run of the CLI that goes on while the test does. It leads a
// process group of its own, as a terminal's foreground job does.
type cliRun struct {
	t      *testing.T
	ctx    context.Context
	cmd    *exec.Cmd
	output *watched
	ended  chan struct{}
	err    error
}

// start starts the CLI with the logs of the provider in its output.
func start(t *testing.T, cli *acctest.CLI, arguments ...string) *cliRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), hung)
	r := &cliRun{t: t, ctx: ctx, cmd: cli.Command(ctx, arguments...), output: &watched{}, ended: make(chan struct{})}
	r.cmd.Env = append(r.cmd.Env, "TF_LOG_PROVIDER=DEBUG")
	r.cmd.Stdout, r.cmd.Stderr = r.output, r.output
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.Cancel = func() error { return syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) }
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		r.err = r.cmd.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-r.ended
	})
	return r
}

// await returns when something has happened before the run's end.
func (r *cliRun) await(event <-chan struct{}) {
	r.t.Helper()
	select {
	case <-event:
	case <-r.ended:
		r.t.Fatalf("the run ended before it was interrupted: %v\n%s", r.err, r.output)
	}
}

// signal sends a signal to the whole group, as a terminal does with the first Ctrl-C.
func (r *cliRun) signal(signal syscall.Signal) {
	r.t.Helper()
	if !strings.Contains(r.group(), "terraform-provider-atlas") {
		r.t.Errorf("the provider is not in the CLI's process group, which is %q", r.group())
	}
	if err := syscall.Kill(-r.cmd.Process.Pid, signal); err != nil {
		r.t.Fatal(err)
	}
}

// assertInterrupted checks that the run ended by itself, said why once for each
// of its reads, and left no process behind.
func (r *cliRun) assertInterrupted(reads int) {
	r.t.Helper()
	<-r.ended
	if r.ctx.Err() != nil {
		r.t.Fatalf("the run went on after the interrupt:\n%s", r.output)
	}
	var exit *exec.ExitError
	if !errors.As(r.err, &exit) || exit.ExitCode() != 1 {
		r.t.Errorf("the run ended with %v, want exit status 1", r.err)
	}
	if n := strings.Count(r.output.String(), "Error: The read was interrupted"); n != reads {
		r.t.Errorf("%d reads were reported as interrupted, want %d:\n%s", n, reads, r.output)
	}
	if strings.Contains(r.output.String(), "failed to exit gracefully") {
		r.t.Errorf("the provider had to be killed:\n%s", r.output)
	}
	if left := r.group(); left != "" {
		r.t.Errorf("still running: %s", left)
	}
}

// group lists the processes in the run's process group.
func (r *cliRun) group() string {
	r.t.Helper()
	list, err := exec.CommandContext(r.ctx, "ps", "-A", "-o", "pgid=", "-o", "args=").Output()
	if err != nil {
		r.t.Fatal(err)
	}
	var members []string
	for line := range strings.Lines(string(list)) {
		id, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		if id == strconv.Itoa(r.cmd.Process.Pid) {
			members = append(members, command)
		}
	}
	return strings.Join(members, "\n")
}

// watched is an output that tests can wait for.
type watched struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines int
	words []string
	shown chan struct{} // nil if nobody waits
}

// shows returns a channel that is closed once the output has as many lines that
// contain all of the words. A log writes its fields in any order.
func (w *watched) shows(lines int, words ...string) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	shown := make(chan struct{})
	w.lines, w.words, w.shown = lines, words, shown
	w.look()
	return shown
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Write(p)
	w.look()
	return len(p), nil
}

// look is called with the lock held.
func (w *watched) look() {
	if w.shown == nil {
		return
	}
	found := 0
	for line := range strings.Lines(w.text.String()) {
		lacks := func(word string) bool { return !strings.Contains(line, word) }
		if !slices.ContainsFunc(w.words, lacks) {
			found++
		}
	}
	if found >= w.lines {
		close(w.shown)
		w.shown = nil
	}
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}
