// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// names replaces what must not leave the account. The same original always gets the same
// replacement.
type names struct {
	replaced map[string]string
	// kinds are those of the originals, and counts how many there are of a kind.
	kinds  map[string]string
	counts map[string]int
	// secrets are removed from every text.
	secrets []string
}

func newNames(s settings) *names {
	n := &names{replaced: map[string]string{}, kinds: map[string]string{}, counts: map[string]int{}}
	n.secret(s.credentials.secrets()...)
	// These stay: they are the probes' own, or Atlas'.
	for _, own := range []string{unknownID, unknownName, atlasHost, governmentHost} {
		n.replaced[own] = own
	}
	n.of("id", s.project)
	n.value("name", s.cluster)
	if s.cloudCluster != "" {
		n.value("name", s.cloudCluster)
	}
	return n
}

func (n *names) secret(values ...string) {
	for _, value := range values {
		if value != "" {
			n.secrets = append(n.secrets, value)
		}
	}
}

// replacements have the form of the originals, so that the mock and the client take them.
var replacements = map[string]string{
	"id":      "5e%022x",
	"name":    "Example%d",
	"host":    "host%d.example.com",
	"uuid":    "00000000-0000-4000-8000-%012x",
	"hash":    "%040x",
	"file":    "file%d",
	"secret":  "replaced-secret-%d",
	"url":     "https://example.com/replaced-%d",
	"email":   "user%d@example.com",
	"address": "address-%d",
	"":        "replaced-%d",
}

// of returns the replacement of an original.
func (n *names) of(kind, original string) string {
	known, ok := n.replaced[original]
	if ok {
		return known
	}
	n.counts[kind]++
	made := fmt.Sprintf(replacements[kind], n.counts[kind])
	n.replaced[original], n.kinds[original] = made, kind
	return made
}

// private is what looks private in a text, by kind. Hosts are known by the end of their name: any
// word with a dot would be too much.
var private = []struct{ kind, pattern string }{
	{"link", `https?://[^\s"'<>]+`},
	{"email", `[^\s"'<>:,;()]+@[a-zA-Z0-9.-]+`},
	{"uuid", `\b[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}\b`},
	{"id", `\b[a-fA-F0-9]{24}\b`},
	{"address", `\b\d{1,3}(?:\.\d{1,3}){3}\b`},
	{"address", `\b[a-fA-F0-9]{1,4}(?::[a-fA-F0-9]{0,4}){3,7}`},
	{"host", `\b[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.(?:com|net|org|io|dev|cloud|gov|edu|local|internal|lan|corp|example)\b`},
}

var anyID = regexp.MustCompile(`\b[a-f0-9]{24}\b`)

// learn gives the ids of a list replacements in their own order, in which the mock lists them.
func (n *names) learn(body []byte) {
	found := anyID.FindAllString(string(body), -1)
	slices.Sort(found)
	for _, id := range found {
		n.of("id", id)
	}
}

// text replaces what a text has of what was read, and what looks private.
func (n *names) text(s string) string {
	for _, secret := range n.secrets {
		s = strings.ReplaceAll(s, secret, "REMOVED")
	}
	// In one pass, or a replacement would be replaced.
	var patterns, known []string
	for _, p := range private {
		patterns = append(patterns, "("+p.pattern+")")
	}
	for original, kind := range n.kinds {
		if kind == "name" {
			known = append(known, regexp.QuoteMeta(original))
		}
	}
	// The longest first: one name may be the beginning of another one.
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
	patterns = append(patterns, `\b(?:`+strings.Join(known, "|")+`)\b`)
	all := regexp.MustCompile(strings.Join(patterns, "|"))
	return all.ReplaceAllStringFunc(s, func(found string) string {
		groups := all.FindStringSubmatch(found)
		for i, p := range private {
			if groups != nil && groups[i+1] == found {
				return n.value(p.kind, found)
			}
		}
		return n.of("name", found)
	})
}

var (
	enum       = regexp.MustCompile(`^[A-Z][A-Z0-9_-]{0,60}$`)
	version    = regexp.MustCompile(`^[0-9]+(\.[0-9]+){0,3}(-(ent|rc[0-9]+))?$`)
	header     = regexp.MustCompile(`^[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+$|^Authorization$`)
	relation   = regexp.MustCompile(`^(self|next|previous|https?://(cloud|mms)\.mongodb(gov)?\.com/[A-Za-z/]{1,40})$`)
	replicaSet = regexp.MustCompile(`(?s)^(.+?)((?:-(?:shard|config)-\d+)*)$`)
	fieldName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,40}$`)
	port       = regexp.MustCompile(`(?s)^(.*?)(:\d+)?$`)
)

// value replaces a string of a document. What is not known to be harmless is replaced.
func (n *names) value(kind, s string) string {
	switch {
	case s == "":
		return s
	case kind == "time" || timeLike.MatchString(s):
		if timeLike.MatchString(s) {
			return s
		}
	case kind == "enum" && enum.MatchString(s), kind == "version" && version.MatchString(s),
		kind == "header" && header.MatchString(s), kind == "rel" && relation.MatchString(s):
		return s
	case kind == "name":
		parts := replicaSet.FindStringSubmatch(s)
		return n.of("name", parts[1]) + parts[2]
	case kind == "host":
		parts := port.FindStringSubmatch(s)
		return n.of("host", parts[1]) + parts[2]
	case kind == "link":
		return n.link(s)
	case kind == "text":
		return n.text(s)
	case objectID.MatchString(s):
		return n.of("id", s)
	case kind != "id" && replacements[kind] != "":
		return n.of(kind, s)
	}
	return n.of("", s)
}

// words are the segments of the API's paths that say nothing of the account.
var words = regexp.MustCompile(`^(|api|atlas|public|v[0-9.]+|groups|clusters|backupCheckpoints|snapshots|restoreJobs|snapshotSchedule)$`)

// link replaces the segments of a link that are ids or names, and leaves the query out but for its
// page.
func (n *names) link(s string) string {
	parsed, err := url.Parse(s)
	if err != nil {
		return n.of("url", s)
	}
	host := n.of("host", parsed.Hostname())
	if parsed.Port() != "" {
		host += ":" + parsed.Port()
	}
	segments := strings.Split(parsed.Path, "/")
	for i, segment := range segments {
		switch {
		case words.MatchString(segment):
		case i > 0 && segments[i-1] == "clusters":
			segments[i] = n.value("name", segment)
		default:
			segments[i] = n.value("", segment)
		}
	}
	made := "https://" + host + strings.Join(segments, "/")
	query := parsed.Query()
	for name, values := range query {
		if !slices.Contains([]string{"pageNum", "itemsPerPage", "includeCount", "completed"}, name) || !plain.MatchString(values[0]) {
			query.Del(name)
		}
	}
	if len(query) > 0 {
		made += "?" + query.Encode()
	}
	return made
}

var plain = regexp.MustCompile(`^([0-9]{1,6}|true|false|all)$`)

// rewrite replaces all that is private in a value.
func (n *names) rewrite(f fields, value any, path string) any {
	switch value := value.(type) {
	case map[string]any:
		made := map[string]any{}
		// In order, or two runs would number their replacements differently.
		for _, name := range slices.Sorted(maps.Keys(value)) {
			member := value[name]
			inner := strings.TrimPrefix(path+"."+name, ".")
			if f[inner] == "" && !fieldName.MatchString(name) || objectID.MatchString(name) {
				name = n.value("", name)
			}
			made[name] = n.rewrite(f, member, inner)
		}
		return made
	case []any:
		made := make([]any, 0, len(value))
		for _, element := range value {
			made = append(made, n.rewrite(f, element, path+"[]"))
		}
		return made
	case string:
		return n.value(f.kind(path), value)
	case json.Number:
		if f.kind(path) != "number" && len(value) > 5 {
			return 0 // it could be the number of an account
		}
	}
	return value
}

// write writes what was read as fixtures for the mock, and the error responses as one text.
func (s *session) write() error {
	folder := filepath.Join(s.settings.fixtures, s.names.of("id", s.settings.project), s.names.value("name", s.settings.cluster))
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, c := range collections {
		for _, d := range s.documents[c.name] {
			if err := s.writeDocument(c, d, folder); err != nil {
				return err
			}
		}
	}
	var all bytes.Buffer
	for _, r := range s.refusals {
		fmt.Fprintf(&all, "%s: %d\n", r.name, r.status)
		for _, name := range []string{"Content-Type", "X-Error-Code", "RateLimit-Limit", "RateLimit-Remaining", "Retry-After"} {
			for _, value := range r.header.Values(name) {
				fmt.Fprintf(&all, "%s: %s\n", name, s.names.text(value))
			}
		}
		if body := decode(r.body); body != nil {
			if err := encode(&all, s.names.rewrite(errorFields, body, "")); err != nil {
				return err
			}
		}
		all.WriteByte('\n')
	}
	// The mock reads nothing that is not called .json.
	return os.WriteFile(filepath.Join(s.settings.fixtures, "errors.txt"), all.Bytes(), 0o600)
}

func (s *session) writeDocument(c collection, d document, folder string) error {
	value := d.value()
	file := filepath.Join(folder, c.name+".json")
	if !c.single {
		file = filepath.Join(folder, c.name, s.names.of("id", d.id)+".json")
	}
	// The mock refuses a document that says it is another one; the report names the difference.
	if text(value, "id") != d.id || !c.single && !objectID.MatchString(d.id) {
		return nil
	}
	if group := text(value, "groupId"); group != "" && group != s.settings.project {
		return nil
	}
	var body bytes.Buffer
	if err := encode(&body, s.names.rewrite(c.fields, value, "")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	return os.WriteFile(file, body.Bytes(), 0o600)
}

// encode writes indented JSON, in the order of the names, without escapes for HTML.
func encode(to *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
