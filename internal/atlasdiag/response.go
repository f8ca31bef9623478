// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasdiag

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// received describes what came back: Atlas' own words where there are any, the problem on the way
// otherwise, and the attempts.
func received(e *rest.Error) string {
	var lines []string
	switch {
	case e.Response != nil && !e.Earlier:
		lines = append(lines, sentence("Atlas responded with "+e.Response.String()))
		if e.Target != "" {
			lines = append(lines, sentence("It points to "+e.Target))
		}
		if e.Problem != "" {
			lines = append(lines, sentence("Problem: "+e.Problem))
		}
		lines = append(lines, responseLines(e.Response)...)
	case e.Kind.Network():
		lines = append(lines, sentence("No complete response: "+e.Problem))
	default:
		lines = append(lines, sentence(e.Problem))
	}
	if e.Earlier {
		lines = append(lines, sentence("An earlier attempt got "+e.Response.String()))
		lines = append(lines, responseLines(e.Response)...)
	}
	return strings.Join(append(lines, attemptLines(e)...), "\n")
}

// responseLines are what a response contains besides its status, code and detail.
func responseLines(a *rest.Response) []string {
	var lines []string
	if a.Detail == "" && a.Reason != "" && a.Reason != http.StatusText(a.Status) {
		lines = append(lines, "Reason: "+a.Reason)
	}
	known := func(p string) bool { return p == "" || strings.Contains(a.Detail, p) }
	if parameters := slices.DeleteFunc(slices.Clone(a.Parameters), known); len(parameters) > 0 {
		lines = append(lines, "Parameters: "+strings.Join(parameters, ", "))
	}
	for _, f := range a.Fields {
		if field := nonEmpty(f.Field, f.Description); len(field) > 0 {
			lines = append(lines, "Bad field: "+strings.Join(field, ": "))
		}
	}
	if a.Excerpt != "" {
		lines = append(lines, "The response begins: "+a.Excerpt)
	}
	if a.RetryAfter > 0 {
		lines = append(lines, fmt.Sprintf("Retry-After: %s", a.RetryAfter))
	}
	return lines
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" })
}

// attemptLines are how often and how long a read was tried, and what ended that.
func attemptLines(e *rest.Error) []string {
	if e.Attempts == 0 && (e.Wait > 0 || e.Waited > 0) {
		return []string{"That response was to another read. " + notSent(e)}
	}
	var lines []string
	if e.Attempts > 1 || e.Waited > 0 || e.Status() == http.StatusTooManyRequests {
		waiting := ", without waiting"
		if e.Waited > 0 {
			waiting = fmt.Sprintf(" and %s of waiting", rounded(e.Waited))
		}
		bound := ""
		if e.OutOfAttempts {
			bound = " (retry.max_attempts)"
		}
		lines = append(lines, fmt.Sprintf("Stopped after %s%s%s.", attempts(e.Attempts), waiting, bound))
	}
	if e.Wait > 0 {
		return append(lines, fmt.Sprintf("The next attempt would have had to wait %s, longer than the time left for this read "+
			"(timeouts.read).", rounded(e.Wait)))
	}
	// The problem of a read that got no further than its first attempt says so itself.
	if e.Deadline && (e.Kind != rest.KindTimeout || e.Attempts > 1) {
		lines = append(lines, "The time for this read (timeouts.read) ran out.")
	}
	return lines
}

// notSent is why a read that had to wait for others sent no request.
func notSent(e *rest.Error) string {
	text := "This one was not sent: "
	if e.Wait > 0 {
		if e.Waited > 0 {
			return text + fmt.Sprintf("after %s of waiting, it would have to wait %s more, longer than the time left for it (timeouts.read).",
				rounded(e.Waited), rounded(e.Wait))
		}
		return text + fmt.Sprintf("it would have to wait %s, longer than the time left for it (timeouts.read).", rounded(e.Wait))
	}
	text += fmt.Sprintf("it waited %s for its turn", rounded(e.Waited))
	if e.Deadline {
		text += ", until the time for it (timeouts.read) ran out"
	}
	return text + "."
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}

// rounded keeps what matters of a duration: nobody reads nanoseconds.
func rounded(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}

// sentence makes one of a text, whether or not it is one already.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".!?…", last) {
		return text
	}
	return text + "."
}
