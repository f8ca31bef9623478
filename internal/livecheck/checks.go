// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// check compares one assumption of the mock with Atlas.
type check struct {
	name string
	// reads and sends are how many requests it makes at most, with and without credentials.
	reads, sends int
	// needs is the way to authenticate that it is about, if it is about one.
	needs string
	// look returns what the mock assumes, and what Atlas says. If it cannot tell, it calls
	// session.fail.
	look look
}

type look func(context.Context, *session) (assumed, observed string)

// observe looks at a response.
type observe func(*reply) string

// What exists in no account.
const (
	unknownID   = "0123456789abcdef01234567"
	unknownName = "livecheck-no-such-cluster"
)

func allChecks(s settings) []check {
	checkpoints := collections[0]
	path := func(collection, id string) string { return target(s.project, s.cluster, collection, id) }
	noCluster, malformed := target(s.project, unknownName, checkpoints.name, ""), path(checkpoints.name, "malformed")

	var checks []check
	for _, c := range collections {
		checks = append(checks, check{name: c.nouns + ": read", reads: 1, look: c.read})
		if !c.single {
			checks = append(checks,
				check{name: c.nouns + ": single reads", reads: s.documents, look: c.singles},
				response(c.nouns+": unknown id", c.noID, accept,
					errorText(404, c.missing, c.detail, unknownID, s.cluster), describe))
		}
		checks = append(checks,
			check{name: c.nouns + ": fields", look: c.each("the fields of its fixtures", fields.unlike)},
			check{name: c.nouns + ": times", look: c.each(timeForm, fields.times)},
			check{name: c.nouns + ": null fields", look: c.each("none", fields.nulls)})
	}
	checks = append(checks,
		check{name: "snapshots: complete ones by default", reads: 1, look: completeByDefault},
		check{name: "list: order", look: listOrder},
		seen("list: members", "{links, results, totalCount}", members),
		response("list: members with includeCount=false", several("&includeCount=false"), accept, "{links, results}", members),
		response("list: links of the first of several pages", several(""), accept, "next, self", relations),
		response("errors: unknown project", fixed(target(unknownID, s.cluster, checkpoints.name, "")), accept,
			errorText(404, "GROUP_NOT_FOUND", "No group with ID %s exists.", unknownID), describe),
		response("errors: unknown cluster", fixed(noCluster), accept,
			errorText(404, "CLUSTER_NOT_FOUND", "No cluster named %s exists in group %s.", unknownName, s.project), describe),
		response("errors: malformed id", fixed(malformed), accept,
			errorText(400, "PATH_PARAM_PARSE_ERROR", "One or more path parameter in the request URI %s is malformed.", malformed), describe),
		response("errors: headers", fixed(noCluster), accept,
			"Content-Type: application/json, X-Error-Code: CLUSTER_NOT_FOUND", headers("Content-Type", "X-Error-Code")),
		response("envelope of a document", sample("?envelope=true"), accept, "HTTP 200 {content, status: 200}", envelope),
		response("envelope of a list", several("&envelope=true"), accept,
			"HTTP 200 {links, results, status: 200, totalCount}", envelope),
		response("envelope of an error", fixed(noCluster+"?envelope=true"), accept, "HTTP 404 {content, status: 404}", envelope),
		response("version: none in Accept", fixed(path(checkpoints.name, "")), "application/json", "406", status),
		response("version: a later date in Accept", sample(""), "application/vnd.atlas.2025-03-12+json",
			"Content-Type: "+mediaType, headers("Content-Type")),
		seen("headers: Content-Type", "Content-Type: "+mediaType, headers("Content-Type")),
		seen("headers: Deprecation and Sunset", "no Deprecation, no Sunset", headers("Deprecation", "Sunset")),
		check{name: "401 without credentials", sends: 1, look: unauthorized},
		check{name: "digest: challenge", sends: 1, look: challengeForm})
	for _, n := range nonceChecks {
		checks = append(checks, check{name: n.name, sends: 1 + len(n.counts), needs: apiKey, look: n.look})
	}
	cloud := check{name: "Cloud Backups", look: cloudBackups}
	if s.cloudCluster != "" {
		cloud.reads = len(collections)
	}
	return append(checks,
		check{name: "rate limit: headers", look: rateLimitHeaders},
		check{name: "rate limit: refill", reads: 2, look: refill},
		check{name: "rate limit: what a 401 spends", reads: 2, sends: burst, look: spending},
		check{name: "service account: token", needs: serviceAccount, look: token},
		cloud)
}

const mediaType = accept + ";charset=utf-8"

// response is a check that reads one target.
func response(name string, target func(*session) string, accept, assumed string, observe observe) check {
	return check{name: name, reads: 1, look: func(ctx context.Context, s *session) (string, string) {
		path := target(s)
		got := s.get(ctx, path, accept)
		// An envelope would only repeat what the error without it says.
		if !strings.Contains(path, "envelope=") {
			s.keep(name, got)
		}
		return assumed, observe(got)
	}}
}

// seen is a check of a response that was read already: a list's, or else the schedule's.
func seen(name, assumed string, observe observe) check {
	return check{name: name, look: func(_ context.Context, s *session) (string, string) {
		for _, c := range collections {
			if got := s.lists[c.name]; got != nil && got.status == http.StatusOK {
				return assumed, observe(got)
			}
		}
		s.fail("nothing could be read")
		return "", ""
	}}
}

func fixed(path string) func(*session) string {
	return func(*session) string { return path }
}

// sample is the target of one document.
func sample(query string) func(*session) string {
	return func(s *session) string {
		for _, c := range collections {
			for _, d := range s.documents[c.name] {
				if d.single != nil {
					return c.target(s, d.id) + query
				}
			}
		}
		s.fail("no document could be read")
		return ""
	}
}

// several is the target of the first page of a list with two or more documents, one on each page.
func several(query string) func(*session) string {
	return func(s *session) string {
		for _, c := range collections {
			if len(s.documents[c.name]) > 1 {
				return c.target(s, "") + strings.Replace(c.all, "500", "1", 1) + query
			}
		}
		s.fail("no list of several documents")
		return ""
	}
}

func (c collection) noID(s *session) string {
	if list := s.lists[c.name]; list != nil && onCloud(list) {
		s.fail("the cluster has Cloud Backups")
	}
	return c.target(s, unknownID)
}

// target is the path of a cluster's collection, or of a document in it.
func target(project, cluster, collection, id string) string {
	path := apiPath + project + "/clusters/" + cluster + "/" + collection
	if id != "" {
		path += "/" + id
	}
	return path
}

func (c collection) target(s *session, id string) string {
	return target(s.settings.project, s.settings.cluster, c.name, id)
}

// read reads all documents, for the checks that follow: the list, of which the newest ones are read
// singly later, or the single one.
func (c collection) read(ctx context.Context, s *session) (string, string) {
	got := s.get(ctx, c.target(s, "")+c.all, accept)
	if len(s.lists) == 0 && (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden) {
		// Nothing was read so far, and all that follows would be refused as well.
		s.api.ended = errors.New("the credentials were rejected: " + describe(got))
		s.fail(s.api.ended.Error())
	}
	if s.failed != nil {
		return "", ""
	}
	s.lists[c.name] = got
	s.names.learn(got.body)
	s.keep(c.nouns, got)
	switch results := results(got); {
	case onCloud(got):
		s.fail("the cluster has Cloud Backups: " + describe(got))
	case got.status != http.StatusOK:
	case c.single:
		if value := decode(got.body); value != nil {
			s.documents[c.name] = []document{{single: value}}
		}
	case results == nil:
		return "200", "200 without results"
	default:
		var found []document
		for _, element := range results {
			found = append(found, document{id: text(element, "id"), element: element})
		}
		// An id begins with the time at which it was made.
		slices.SortFunc(found, func(a, b document) int { return strings.Compare(b.id, a.id) })
		s.documents[c.name] = found[:min(len(found), s.settings.documents)]
	}
	for _, d := range s.documents[c.name] {
		if project := text(d.value(), "groupId"); project != s.settings.project && project != "" {
			return "200", "200 with another groupId"
		}
	}
	return "200", describe(got)
}

// singles reads each document by its id, and compares it with the list.
func (c collection) singles(ctx context.Context, s *session) (string, string) {
	found := observations{}
	for i, d := range c.known(s) {
		if !objectID.MatchString(d.id) {
			found.add("an element without a valid id")
			continue
		}
		got := s.get(ctx, c.target(s, d.id), accept)
		if says := describe(got); says != "200" {
			found.add("%s for a document of the list", says)
			continue
		}
		d.single = decode(got.body)
		s.documents[c.name][i] = d
		for _, path := range differing(d.element, d.single, "") {
			found.add("%s differs", cmp.Or(path, "all"))
		}
	}
	const equal = "single reads that equal the list"
	return equal, cmp.Or(found.String(), equal)
}

// each looks at all documents of the collection.
func (c collection) each(assumed string, unlike func(fields, any, observations)) look {
	return func(_ context.Context, s *session) (string, string) {
		found := observations{}
		for _, d := range c.known(s) {
			unlike(c.fields, d.value(), found)
		}
		return assumed, cmp.Or(found.String(), assumed)
	}
}

// known are the documents that were read; without any the check fails.
func (c collection) known(s *session) []document {
	list := s.lists[c.name]
	switch {
	case list == nil:
		s.fail("nothing was read")
	case list.status != http.StatusOK:
		s.fail("nothing to read: " + status(list))
	case len(s.documents[c.name]) == 0:
		s.fail("there is none")
	}
	return s.documents[c.name]
}

func listOrder(_ context.Context, s *session) (string, string) {
	found := observations{}
	for _, c := range collections {
		var ids []string
		for _, element := range results(s.lists[c.name]) {
			ids = append(ids, text(element, "id"))
		}
		descending := slices.Clone(ids)
		slices.Reverse(descending)
		switch {
		case len(ids) < 2:
		case slices.IsSorted(ids):
			found.add("ascending ids")
		case slices.IsSorted(descending):
			found.add("descending ids of %s", c.nouns)
		default:
			found.add("another order of %s", c.nouns)
		}
	}
	if len(found) == 0 {
		s.fail("no list of several documents")
	}
	return "ascending ids", found.String()
}

func completeByDefault(ctx context.Context, s *session) (string, string) {
	snapshots := collections[1]
	incomplete := func(snapshot any) bool { return member(snapshot, "complete") != true }
	if !slices.ContainsFunc(results(s.lists[snapshots.name]), incomplete) {
		s.fail("no snapshot is in progress")
	}
	got := s.get(ctx, snapshots.target(s, "")+"?itemsPerPage=500", accept)
	if slices.ContainsFunc(results(got), incomplete) {
		return "complete ones only", "others as well"
	}
	return "200", describe(got)
}

func token(_ context.Context, s *session) (string, string) {
	if s.api.token.AccessToken == "" {
		s.fail("there is none")
	}
	const format = "token_type=%s, expires_in=%d"
	return fmt.Sprintf(format, "Bearer", 3600), fmt.Sprintf(format, s.api.token.TokenType, s.api.token.ExpiresIn)
}

func cloudBackups(ctx context.Context, s *session) (string, string) {
	var assumed, observed []string
	for _, c := range collections {
		got := s.lists[c.name]
		if s.settings.cloudCluster != "" {
			got = s.get(ctx, target(s.settings.project, s.settings.cloudCluster, c.name, ""), accept)
			s.keep("Cloud Backups: "+c.nouns, got)
		} else if got == nil || !onCloud(got) {
			continue
		}
		assumed = append(assumed, fmt.Sprintf("%s: 400 %s", c.nouns, c.cloud))
		observed = append(observed, strings.TrimSpace(c.nouns+": "+status(got)+" "+text(decode(got.body), "errorCode")))
	}
	if len(assumed) == 0 {
		s.fail("no cluster with Cloud Backups: name one with CLOUD_CLUSTER_NAME")
	}
	return strings.Join(assumed, ", "), strings.Join(observed, ", ")
}

// onCloud reports that a response comes from a cluster with Cloud Backups.
func onCloud(r *reply) bool {
	code := text(decode(r.body), "errorCode")
	return r.status == http.StatusBadRequest && slices.ContainsFunc(collections, func(c collection) bool { return c.cloud == code })
}

// describe is the status of a response, and the error in it.
func describe(r *reply) string {
	body := decode(r.body)
	switch {
	case body == nil:
		return status(r) + " without a JSON body"
	case r.status == http.StatusOK:
		return "200"
	}
	return errorText(r.status, text(body, "errorCode"), "%s", text(body, "detail"))
}

func errorText(status int, code, detail string, args ...any) string {
	return fmt.Sprintf("%d %s %q", status, cmp.Or(code, "(no errorCode)"), fmt.Sprintf(detail, args...))
}

func status(r *reply) string { return strconv.Itoa(r.status) }

// headers returns a response's headers of these names.
func headers(names ...string) observe {
	return func(r *reply) string {
		var found []string
		for _, name := range names {
			if values := r.header.Values(name); len(values) > 0 {
				found = append(found, name+": "+strings.Join(values, ", "))
			}
		}
		return cmp.Or(strings.Join(found, ", "), "no "+strings.Join(names, ", no "))
	}
}

// results are the documents of a list.
func results(r *reply) []any {
	if r == nil {
		return nil
	}
	results, _ := member(decode(r.body), "results").([]any)
	return results
}

// relations are those of the links.
func relations(r *reply) string {
	found := observations{}
	links, _ := member(decode(r.body), "links").([]any)
	for _, link := range links {
		found.add("%s", text(link, "rel"))
	}
	return found.String()
}

// members are the names of an object's members, in order, and the value of status.
func members(r *reply) string {
	object, _ := decode(r.body).(map[string]any)
	found := observations{}
	for name, value := range object {
		if name == "status" {
			name = fmt.Sprintf("status: %v", value)
		}
		found.add("%s", name)
	}
	return "{" + found.String() + "}"
}

func envelope(r *reply) string { return "HTTP " + status(r) + " " + members(r) }
