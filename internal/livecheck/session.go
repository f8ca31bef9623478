// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// session is one run of the checks, and what was read so far.
type session struct {
	settings  settings
	api       *client
	names     *names
	lists     map[string]*reply
	documents map[string][]document
	refusals  []refusal
	// failed is why the current check cannot tell. Then it sends no more requests.
	failed error
}

// refusal is an error response, which is written with the fixtures.
type refusal struct {
	name string
	*reply
}

func (s *session) fail(why string) {
	s.failed = cmp.Or(s.api.ended, s.failed, errors.New(why))
}

// get reads a target with the credentials. After a failure the reply is empty.
func (s *session) get(ctx context.Context, target, accept string) *reply {
	return s.result(func() (*reply, error) { return s.api.get(ctx, target, accept) })
}

func (s *session) result(send func() (*reply, error)) *reply {
	if s.failed == nil {
		got, err := send()
		if err == nil {
			return got
		}
		s.failed = err
	}
	return &reply{}
}

// keep keeps an error response.
func (s *session) keep(name string, r *reply) {
	if r.status >= http.StatusBadRequest {
		s.refusals = append(s.refusals, refusal{name, r})
	}
}

const (
	apiKey         = "an API key"
	serviceAccount = "a service account"
)

// requests is how many requests the checks make at most: an API key needs two for a read, a service
// account two for its token.
func requests(s settings, checks []check) int {
	total, read := 0, 1
	switch s.credentials.name() {
	case apiKey:
		read = 2
	case serviceAccount:
		total = 2
	}
	for _, c := range checks {
		if c.needs == "" || c.needs == s.credentials.name() {
			total += c.reads*read + c.sends
		}
	}
	return total
}

// report runs the checks and prints a line for each. It returns the exit code.
func (s *session) report(ctx context.Context, checks []check, out io.Writer) int {
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(out, "%s: %s\n", name, s.names.text(fmt.Sprintf(format, args...)))
	}
	// Without a token every check says why it is not checked.
	_ = s.api.login(ctx)
	s.names.secret(s.api.token.AccessToken)
	agree, differ := 0, 0
	for _, c := range checks {
		s.failed = s.api.ended
		var assumed, observed string
		if c.needs == "" || c.needs == s.settings.credentials.name() {
			assumed, observed = c.look(ctx, s)
		} else {
			s.fail("needs " + c.needs)
		}
		switch {
		case s.failed != nil:
			line(c.name, "not checked: %v", s.failed)
		case assumed == observed:
			agree++
			line(c.name, "agrees")
		default:
			differ++
			line(c.name, "differs: the mock assumes %s, Atlas says %s", assumed, cmp.Or(observed, "nothing"))
		}
	}
	ended := s.api.ended
	if ended != nil {
		line("Ended early", "%v", ended)
	}
	if err := s.api.logout(ctx); err != nil {
		line("The access token was not revoked, but expires", "%v", err)
	}
	line("In all", "%d agree, %d differ, %d not checked, by %d requests", agree, differ, len(checks)-agree-differ, s.api.sent)
	if differ > 0 || ended != nil {
		return differed
	}
	return agreed
}
