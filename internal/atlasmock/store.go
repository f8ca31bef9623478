// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"bytes"
	"slices"
	"sync"
)

// store holds the documents as bytes, by project, cluster and checkpoint.
type store struct {
	mu       sync.RWMutex
	projects map[string]clusters
}

type (
	clusters    map[string]checkpoints
	checkpoints map[string][]byte
)

func newStore() *store {
	return &store{projects: map[string]clusters{}}
}

// cluster returns the cluster's documents, and makes project and cluster if they are new.
func (s *store) cluster(project, cluster string) checkpoints {
	if s.projects[project] == nil {
		s.projects[project] = clusters{}
	}
	if s.projects[project][cluster] == nil {
		s.projects[project][cluster] = checkpoints{}
	}
	return s.projects[project][cluster]
}

func (s *store) get(project, cluster, checkpoint string) ([]byte, *apiError) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, apiErr := s.find(project, cluster)
	if apiErr != nil {
		return nil, apiErr
	}
	body, ok := found[checkpoint]
	if !ok {
		return nil, errCheckpointNotFound(checkpoint, cluster)
	}
	return body, nil
}

// all returns the cluster's documents in the order of their ids.
func (s *store) all(project, cluster string, compare func(a, b string) int) ([][]byte, *apiError) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, apiErr := s.find(project, cluster)
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

func (s *store) find(project, cluster string) (checkpoints, *apiError) {
	known, ok := s.projects[project]
	if !ok {
		return nil, errGroupNotFound(project)
	}
	found, ok := known[cluster]
	if !ok {
		return nil, errClusterNotFound(cluster, project)
	}
	return found, nil
}

// edit replaces every document by what change makes of it.
func (s *store) edit(change func([]byte) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.projects {
		for _, found := range known {
			for id, body := range found {
				found[id] = change(body)
			}
		}
	}
}

// Put makes or replaces a document, and the project and cluster around it. JSON is served compacted
// and otherwise byte for byte; a body that is not JSON is served as it is. An empty id makes only the
// project and the cluster.
func (s *Server) Put(projectID, clusterName, checkpointID string, body []byte) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	found := s.store.cluster(projectID, clusterName)
	if checkpointID != "" {
		found[checkpointID] = compact(bytes.TrimSpace(body))
	}
}

// Delete removes a document. Project and cluster stay.
func (s *Server) Delete(projectID, clusterName, checkpointID string) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	delete(s.store.projects[projectID][clusterName], checkpointID)
}
