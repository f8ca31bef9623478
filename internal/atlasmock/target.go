// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	objectID    = regexp.MustCompile(`^[a-f0-9]{24}$`)
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)
)

// target is what a path requests.
type target struct {
	path  string
	known bool // the path has the shape of an operation
	list  bool // all documents of the collection, not one

	project, cluster, collection, id string
}

// parseTarget splits before it unescapes: an escaped slash belongs to its segment and can lead to
// no other path.
func parseTarget(path string) target {
	t := target{path: path}
	segments := strings.Split(strings.TrimPrefix(path, apiPath), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return t
		}
		segments[i] = plain
	}
	if len(segments) < 5 || len(segments) > 6 || segments[0] != "groups" || segments[2] != "clusters" {
		return t
	}
	op, known := operations[segments[4]]
	if !known || op.single && len(segments) > 5 {
		return t
	}
	t.known = true
	t.list = len(segments) == 5 && !op.single
	t.project, t.cluster, t.collection = segments[1], segments[3], segments[4]
	if len(segments) > 5 {
		t.id = segments[5]
	}
	return t
}

func (t target) wellFormed() bool {
	return objectID.MatchString(t.project) && clusterName.MatchString(t.cluster) &&
		(t.list || operations[t.collection].single || objectID.MatchString(t.id))
}
