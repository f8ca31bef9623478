// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/icholy/digest"
)

const (
	projectID    = "32b6e34b3d91647abb20e7b8"
	checkpointID = "6f2a1c9d4e5b60718293a4b5"
	document     = `{"id":"` + checkpointID + `","groupId":"` + projectID + `"}`
)

// standIn answers in place of Atlas, without a network, and notes what arrives.
type standIn struct {
	status int                   // of every answer, if set
	revoke func(context.Context) // is called for each revocation, if set

	mu       sync.Mutex
	requests []*http.Request
}

func (s *standIn) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests = append(s.requests, req)
	number := len(s.requests)
	s.mu.Unlock()

	status, body := s.answer(req, number)
	header := http.Header{"Content-Type": {"application/json"}}
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", challenge.String())
	}
	return &http.Response{
		StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)),
		ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)), Request: req,
	}, nil
}

func (s *standIn) answer(req *http.Request, number int) (status int, body string) {
	switch {
	case s.status != 0:
		return s.status, ""
	case strings.HasSuffix(req.URL.Path, "/api/oauth/token"):
		return http.StatusOK, fmt.Sprintf(`{"access_token":"fetched-%d","expires_in":3600,"token_type":"Bearer"}`, number)
	case strings.HasSuffix(req.URL.Path, "/api/oauth/revoke"):
		if s.revoke != nil {
			s.revoke(req.Context())
		}
		return http.StatusOK, ""
	case req.Header.Get("Authorization") == "":
		return http.StatusUnauthorized, `{"error":401,"errorCode":"UNEXPECTED_ERROR"}`
	case req.URL.Query().Get("envelope") == "true":
		return http.StatusOK, `{"status":200,"content":` + document + `}`
	default:
		return http.StatusOK, document
	}
}

var challenge = &digest.Challenge{
	Realm: "MMS Public API", Nonce: "bm9uY2U", Algorithm: "MD5", QOP: []string{"auth"},
}

func (s *standIn) seen() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.requests...)
}

func (s *standIn) urls() []string {
	var urls []string
	for _, req := range s.seen() {
		urls = append(urls, req.URL.String())
	}
	return urls
}
