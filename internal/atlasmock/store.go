// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"bytes"
	"slices"
	"sync"
)

// store holds the documents as bytes, by project, cluster, collection and id.
type store struct {
	mu       sync.RWMutex
	projects map[string]clusters
}

type (
	clusters    map[string]collections
	collections map[string]documents
	documents   map[string][]byte
)

func newStore() *store {
	return &store{projects: map[string]clusters{}}
}

// cluster returns the cluster's collections, and makes project and cluster if they are new.
func (s *store) cluster(project, cluster string) collections {
	if s.projects[project] == nil {
		s.projects[project] = clusters{}
	}
	if s.projects[project][cluster] == nil {
		s.projects[project][cluster] = collections{}
	}
	return s.projects[project][cluster]
}

// put is called before anybody else uses the store, or with its lock held.
func (s *store) put(project, cluster, collection, id string, body []byte) {
	found := s.cluster(project, cluster)
	if found[collection] == nil {
		found[collection] = documents{}
	}
	found[collection][id] = compact(bytes.TrimSpace(body))
}

func (s *store) get(t target) ([]byte, *apiError) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, apiErr := s.find(t)
	if apiErr != nil {
		return nil, apiErr
	}
	body, ok := found[t.id]
	if !ok {
		return nil, errDocumentNotFound(t)
	}
	return body, nil
}

// all returns the collection's documents in the order of their ids.
func (s *store) all(t target, compare func(a, b string) int) ([][]byte, *apiError) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, apiErr := s.find(t)
	if apiErr != nil {
		return nil, apiErr
	}
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, compare)
	bodies := make([][]byte, 0, len(ids))
	for _, id := range ids {
		bodies = append(bodies, found[id])
	}
	return bodies, nil
}

func (s *store) find(t target) (documents, *apiError) {
	known, ok := s.projects[t.project]
	if !ok {
		return nil, errGroupNotFound(t.project)
	}
	found, ok := known[t.cluster]
	if !ok {
		return nil, errClusterNotFound(t.cluster, t.project)
	}
	return found[t.collection], nil
}

// edit replaces every document by what change makes of it.
func (s *store) edit(change func(collection string, body []byte) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.projects {
		for _, found := range known {
			for collection, documents := range found {
				for id, body := range documents {
					documents[id] = change(collection, body)
				}
			}
		}
	}
}

// Put makes or replaces a document of a collection, and the project and cluster around it; the
// Schedule has no id. JSON is served compacted and otherwise byte for byte; a body that is not JSON
// is served as it is.
func (s *Server) Put(projectID, clusterName, collection, id string, body []byte) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.put(projectID, clusterName, collection, id, body)
}

// PutCluster makes a cluster without documents, and the project around it.
func (s *Server) PutCluster(projectID, clusterName string) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.cluster(projectID, clusterName)
}

// Delete removes a document. Project and cluster stay.
func (s *Server) Delete(projectID, clusterName, collection, id string) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	delete(s.store.projects[projectID][clusterName][collection], id)
}
