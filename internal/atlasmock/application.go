// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	serviceVersion = "gitHash=6f0c2e9b1d7a4385c0be; versionString=v20240101"

	// deprecated is the day that Atlas writes for this version: one digit, which HTTP's own date
	// format does not allow.
	deprecated = "Mon, 5 Aug 2024 00:00:00 GMT"

	oldestVersion = "2023-01-01"
	mediaType     = "application/vnd.atlas." + oldestVersion + "+json;charset=utf-8"
)

// application responds to an authenticated request.
func (s *Server) application(r *http.Request, path string) response {
	t := parseTarget(path)
	v, viewErr := parseView(r.URL.Query())

	header, refusal := s.budget.spend(t.project, s.config.now())
	if refusal != nil {
		return s.present(v, refusal.document()).with(header)
	}
	return s.underFault(r, afterAuth, v, func() response {
		doc := s.document(r, t, v, viewErr)
		return s.present(v, doc)
	}).with(header)
}

// document finds what was requested, or says why not.
func (s *Server) document(r *http.Request, t target, v view, viewErr *apiError) document {
	if apiErr := admit(r, t); apiErr != nil {
		return apiErr.document()
	}
	if viewErr != nil {
		return viewErr.document()
	}

	var (
		doc    document
		apiErr *apiError
	)
	if t.list {
		doc, apiErr = s.page(r, t, v)
	} else {
		doc.body, apiErr = s.store.get(t)
	}
	if apiErr != nil {
		return apiErr.document()
	}

	doc.status = http.StatusOK
	doc.header = http.Header{}
	doc.header.Set("Content-Type", mediaType)
	if s.config.sunset != "" {
		doc.header.Set("Deprecation", deprecated)
		doc.header.Set("Sunset", s.config.sunset)
	}
	return doc
}

// admit refuses what can be refused before anything is looked up.
func admit(r *http.Request, t target) *apiError {
	switch {
	case !t.known:
		return errResourceNotFound(t.path)
	case r.Method != http.MethodGet:
		return errMethodNotAllowed()
	case !acceptsVersion(r.Header.Values("Accept")):
		return errNotAcceptable()
	case !t.wellFormed():
		return errMalformedPath(t.path)
	}
	return nil
}

// acceptsVersion reports whether one of the media types names a version that the operation has: a
// date later than the operation's own is served with the newest version not after it.
func acceptsVersion(accept []string) bool {
	for media := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		media, _, _ = strings.Cut(media, ";")
		date, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(media)), "application/vnd.atlas.")
		if !ok {
			continue
		}
		date, ok = strings.CutSuffix(date, "+json")
		if !ok {
			continue
		}
		if _, err := time.Parse(time.DateOnly, date); err == nil && date >= oldestVersion {
			return true
		}
	}
	return false
}

// parseBool reads a query parameter that is either true or false; absent means fallback.
func parseBool(values map[string][]string, name string, fallback bool) (bool, *apiError) {
	given, ok := values[name]
	if !ok {
		return fallback, nil
	}
	switch given[0] {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return fallback, errQueryParameter(name, "must be true or false")
}

// parseInt reads a query parameter that is a number within bounds; absent means fallback.
func parseInt(values map[string][]string, name string, fallback, low, high int) (int, *apiError) {
	given, ok := values[name]
	if !ok {
		return fallback, nil
	}
	n, err := strconv.Atoi(given[0])
	if err != nil || n < low || n > high {
		return fallback, errQueryParameter(name,
			"must be a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return n, nil
}
