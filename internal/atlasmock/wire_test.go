// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock_test

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

const (
	version     = "application/vnd.atlas.2023-01-01+json"
	accessToken = "a-static-token"
	publicKey   = "abcdefgh"
	privateKey  = "f81d4fae-7dec-11d0"

	project        = atlasmock.ProjectID
	listPath       = "/api/atlas/v2/groups/" + project + "/clusters/" + atlasmock.ShardedCluster + "/backupCheckpoints"
	checkpointPath = listPath + "/" + atlasmock.ShardedCheckpointID
)

type options = []atlasmock.Option

// site is a mock on the wire.
type site struct {
	*atlasmock.Server

	t      *testing.T
	url    string
	client *http.Client
}

// start serves a mock that accepts accessToken beside what the options say.
func start(t *testing.T, opts ...atlasmock.Option) *site {
	t.Helper()
	mock, err := atlasmock.New(append([]atlasmock.Option{atlasmock.WithAccessToken(accessToken)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	t.Cleanup(mock.Close)
	return &site{Server: mock, t: t, url: server.URL, client: server.Client()}
}

// reply is a response, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// outcome is the status, and the error code if the header has one: "404 CLUSTER_NOT_FOUND".
func (r reply) outcome() string {
	return strings.TrimSpace(fmt.Sprint(r.status, " ", r.header.Get("X-Error-Code")))
}

// request makes a request with header fields given as name, value, name, value.
func (s *site) request(ctx context.Context, method, target, body string, header ...string) *http.Request {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, s.url+target, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return req
}

func (s *site) do(method, target, body string, header ...string) reply {
	s.t.Helper()
	got, err := exchange(s.client, s.request(s.t.Context(), method, target, body, header...))
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// exchange sends a request and reads its response as far as it comes.
func exchange(client *http.Client, req *http.Request) (reply, error) {
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	body, err := io.ReadAll(resp.Body)
	got := reply{status: resp.StatusCode, header: resp.Header, body: string(body)}
	return got, errors.Join(err, resp.Body.Close())
}

// raw sends these bytes over a connection of their own and reads until it ends.
func (s *site) raw(request string) (string, error) {
	s.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		s.t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	return string(answer), errors.Join(err, conn.Close())
}

// get reads with a bearer token that is accepted.
func (s *site) get(target string) reply {
	s.t.Helper()
	return s.do(http.MethodGet, target, "", "Authorization", "Bearer "+accessToken, "Accept", version)
}

// getAs reads with these credentials.
func (s *site) getAs(authorization string) reply {
	s.t.Helper()
	return s.do(http.MethodGet, checkpointPath, "", "Authorization", authorization, "Accept", version)
}

var nonceField = regexp.MustCompile(`nonce="([^"]*)"`)

// nonce fetches a fresh nonce.
func (s *site) nonce() string {
	s.t.Helper()
	return nonceField.FindStringSubmatch(s.getAs("").header.Get("WWW-Authenticate"))[1]
}

// login is a digest response, computed by hand.
type login struct {
	user, password, realm, algorithm string
	qop, nonce, nc, cnonce, opaque   string
	method, uri                      string
}

func (l login) response() string {
	hash := func(text string) string {
		if l.algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(text)))
	}
	ha1 := hash(l.user + ":" + l.realm + ":" + l.password)
	ha2 := hash(l.method + ":" + l.uri)
	if l.qop == "" {
		return hash(ha1 + ":" + l.nonce + ":" + ha2)
	}
	return hash(ha1 + ":" + l.nonce + ":" + l.nc + ":" + l.cnonce + ":" + l.qop + ":" + ha2)
}

func (l login) String() string {
	out := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`,
		l.user, l.realm, l.nonce, l.uri, l.response())
	if l.algorithm != "" {
		out += ", algorithm=" + l.algorithm
	}
	if l.qop != "" {
		out += fmt.Sprintf(`, qop=%s, nc=%s, cnonce="%s"`, l.qop, l.nc, l.cnonce)
	}
	if l.opaque != "" {
		out += fmt.Sprintf(`, opaque="%s"`, l.opaque)
	}
	return out
}

// goodLogin is accepted by a server that does as Atlas does.
func goodLogin(nonce string) login {
	return login{
		user: publicKey, password: privateKey, realm: "MMS Public API", algorithm: "MD5",
		qop: "auth", nonce: nonce, nc: "00000001", cnonce: "0a4f113b",
		method: http.MethodGet, uri: checkpointPath,
	}
}

// put replaces the checkpoint at checkpointPath.
func (s *site) put(body string) {
	s.Put(project, atlasmock.ShardedCluster, atlasmock.Checkpoints, atlasmock.ShardedCheckpointID, []byte(body))
}

// errorBody is an error as the API documents it. The parameters are JSON.
func errorBody(status int, code, detail, parameters string) string {
	if code != "" {
		code = fmt.Sprintf(`"errorCode":%q,`, code)
	}
	return fmt.Sprintf(`{"detail":%q,"error":%d,%s"parameters":[%s],"reason":%q}`,
		detail, status, code, parameters, http.StatusText(status))
}

// equalAPIError checks an error of Atlas' application, header and all.
func (s *site) equalAPIError(target string, status int, code, detail, parameters string) {
	s.t.Helper()
	got := s.get(target)
	equal(s.t, target, got.outcome(), fmt.Sprint(status, " ", code))
	equal(s.t, target, got.header.Get("Content-Type"), "application/json")
	equal(s.t, target, got.body, errorBody(status, code, detail, parameters))
}

// clock stands still until a test advances it.
type clock struct{ elapsed atomic.Int64 }

func (c *clock) Now() time.Time {
	return time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.elapsed.Load()))
}

func (c *clock) advance(d time.Duration) {
	c.elapsed.Add(int64(d))
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
