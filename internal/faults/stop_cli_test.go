// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package faults_test

import (
	"context"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// A signal reaches Terraform and the provider while a read waits for its headers: the read ends,
// the token is given back, and no process and no secret is left.
func TestAccStop(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		signal syscall.Signal
		revoke []atlasmock.Fault
	}{
		"interrupt": {signal: syscall.SIGINT},
		// A canceled job of a pipeline ends the whole process group.
		"terminated": {signal: syscall.SIGTERM},
		// A terminal that is closed ends Terraform without a word to the provider.
		"hangup": {signal: syscall.SIGHUP},
		// Giving the token back is worth a second, not more.
		"revocation hangs": {
			signal: syscall.SIGINT, revoke: []atlasmock.Fault{atlasmock.FaultHang().On(atlasmock.MatchRevoke).Early()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.ServiceAccount)
			reached := make(chan struct{})
			reach := sync.OnceFunc(func() { close(reached) })
			s.Atlas.Fail(append(tc.revoke, atlasmock.FaultHang().On(func(r *http.Request) bool {
				if !atlasmock.MatchAPI(r) {
					return false
				}
				reach()
				return true
			}))...)
			// Nothing of the provider's own ends the read, and a run that hangs is ended far from
			// what any run takes.
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cli := acctest.NewCLI(t, s.HCL(`request_timeout = "3h"`, acctest.Data(checkpoint,
				`checkpoint_id = "`+atlasmock.ShardedCheckpointID+`"`+"\n  timeouts = { read = \"3h\" }")), acctest.ServiceAccount.Env)
			cli.Env = append(cli.Env, "TF_LOG=TRACE")
			// A process group of its own, as a terminal's foreground job has.
			cmd := cli.Command(ctx, "plan")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				_ = cmd.Wait()
				close(ended)
			}()
			select {
			case <-reached:
			case <-ended:
				t.Fatalf("the run ended before the signal:\n%s", cli.Output.String())
			}

			if all := group(ctx, t, cmd); !strings.Contains(all, "terraform-provider-atlas") {
				t.Errorf("the provider is not in the CLI's process group, which is %q", all)
			}
			if err := syscall.Kill(-cmd.Process.Pid, tc.signal); err != nil {
				t.Fatal(err)
			}
			<-ended

			output := cli.Output.String()
			if tc.signal == syscall.SIGHUP {
				for group(ctx, t, cmd) != "" { // Terraform does not wait for the provider
					runtime.Gosched()
				}
			} else if strings.Count(output, "Error: The read was interrupted") != 1 || cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("want one interrupted read and exit status 1, got %s:\n%s", cmd.ProcessState, output)
			}
			if left := group(ctx, t, cmd); left != "" || strings.Contains(output, "failed to exit gracefully") {
				t.Errorf("still running, or killed: %s\n%s", left, output)
			}
			if got := arrived(s); got != tokenGivenBack {
				t.Errorf("Atlas got %s", got)
			}
			hides(t, output, acctest.ServiceAccount.Secrets[0].Forms())
		})
	}
}

// group lists the processes in the group of a run.
func group(ctx context.Context, t *testing.T, run *exec.Cmd) string {
	t.Helper()
	list, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pgid=", "-o", "args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for line := range strings.Lines(string(list)) {
		id, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		if id == strconv.Itoa(run.Process.Pid) {
			members = append(members, command)
		}
	}
	return strings.Join(members, "\n")
}
