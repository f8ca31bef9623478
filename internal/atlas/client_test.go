// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func TestClient_request(t *testing.T) {
	mock := atlastest.NewMock(t)
	atlastest.MustRead(t, atlastest.InProcess(mock, atlastest.AccessToken))
	r := mock.Requests()[0]
	want := http.Header{
		"Accept": {"application/vnd.atlas.2023-01-01+json"}, "User-Agent": {"test"}, "Authorization": {"Bearer " + atlastest.AccessToken.Token},
	}
	if !reflect.DeepEqual(r.Header, want) {
		t.Errorf("header %v, want %v", r.Header, want)
	}
	if r.Method != http.MethodGet || r.Host != "atlas.test" || r.RawQuery != "" || r.Body != "" {
		t.Errorf("got %+v", r)
	}
	if want := "/api/atlas/v2/groups/" + atlastest.ProjectID + "/clusters/" + atlastest.ClusterName + "/backupCheckpoints/" + atlastest.CheckpointID; r.Path != want {
		t.Errorf("path %s, want %s", r.Path, want)
	}
}

// Whatever the faults: reads are GET, and POST goes to the two token paths alone.
func TestClient_onlyReads(t *testing.T) {
	for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount, atlastest.AccessToken} {
		mock := atlastest.NewMock(t)
		client := atlastest.InProcess(mock, credentials, atlastest.WithoutWaits)
		mock.Fail(
			atlasmock.FaultStatus(429, "", "").With("Retry-After", "1"), atlasmock.FaultHTML(502), atlasmock.FaultReset(),
			atlasmock.FaultRedirect(307, "/elsewhere").On(atlasmock.MatchToken),
		)
		_ = atlastest.Read(t.Context(), client)
		atlastest.MustRead(t, client)
		mock.ExpireNonces()
		mock.RevokeTokens()
		atlastest.MustRead(t, client)
		_ = atlastest.ReadOf(t.Context(), client, atlastest.OtherProjectID)
		client.Close(t.Context())
		for _, r := range mock.Requests() {
			isToken := r.Path == atlastest.TokenPath || r.Path == atlastest.RevokePath
			if isToken && r.Method == http.MethodPost && r.RawQuery == "" {
				continue
			}
			if isToken || r.Method != http.MethodGet || r.Body != "" || !strings.HasPrefix(r.Path, "/api/atlas/v2/groups/") {
				t.Errorf("sent %s %s?%s %q", r.Method, r.Path, r.RawQuery, r.Body)
			}
		}
	}
}

func TestClient_query(t *testing.T) {
	for want, set := range map[string]atlastest.Option{
		"":                          func(*atlas.Config) {},
		"envelope=true":             atlastest.WithEnvelope,
		"pretty=true":               func(c *atlas.Config) { c.Pretty = true },
		"envelope=true&pretty=true": func(c *atlas.Config) { c.Envelope, c.Pretty = true, true },
	} {
		t.Run(want, func(t *testing.T) {
			mock := atlastest.NewMock(t)
			atlastest.MustRead(t, atlastest.InProcess(mock, atlastest.APIKey, set))
			for _, r := range mock.Requests() {
				if r.RawQuery != want {
					t.Errorf("query %q, want %q", r.RawQuery, want)
				}
			}
		})
	}
}

func TestClient_valuesReachNoOtherPath(t *testing.T) {
	const prefix = "/api/atlas/v2/groups/"
	for name, test := range map[string]struct{ project, cluster, want string }{
		"slash":            {"a/b", "c", "a%2Fb/clusters/c"},
		"dots and slashes": {"../../../../oauth/token", "c", "..%2F..%2F..%2F..%2Foauth%2Ftoken/clusters/c"},
		"escaped slash":    {"a%2fb", "c", "a%252fb/clusters/c"},
		"query":            {"a?x=1", "c", "a%3Fx=1/clusters/c"},
		"space and quote":  {"a \"b", "c'd", "a%20%22b/clusters/c%27d"},
		"newline":          {"a\r\nHost: x", "c", "a%0D%0AHost:%20x/clusters/c"},
		"other scripts":    {"größe", "大", "gr%C3%B6%C3%9Fe/clusters/%E5%A4%A7"},
		"invalid UTF-8":    {"a\xff", "c", "a%FF/clusters/c"},
		"semicolon":        {"a;b", "c", "a%3Bb/clusters/c"},
		"backslash":        {`..\..`, "c", "..%5C../clusters/c"},
	} {
		t.Run(name, func(t *testing.T) {
			mock := atlastest.NewMock(t)
			client := atlastest.OverTCP(t, mock, atlastest.APIKey)
			_, err := atlastest.Get(t.Context(), client, atlas.Target{ProjectID: test.project, ClusterName: test.cluster, ID: atlastest.CheckpointID})
			e := atlastest.WantKind(t, err, rest.KindStatus) // no refusal: the digest fits the path that was sent
			want := prefix + test.want + "/backupCheckpoints/" + atlastest.CheckpointID
			for _, r := range mock.Requests() {
				if r.Path != want || r.RawQuery != "" || e.Path != want {
					t.Errorf("sent %s?%s, error names %s\nwant %s", r.Path, r.RawQuery, e.Path, want)
				}
			}
		})
	}
}

func TestClient_valuesThatArePathsOfTheirOwn(t *testing.T) {
	for _, value := range []string{"", ".", ".."} {
		for name, ids := range map[string][3]string{
			"project":    {value, atlastest.ClusterName, atlastest.CheckpointID},
			"cluster":    {atlastest.ProjectID, value, atlastest.CheckpointID},
			"checkpoint": {atlastest.ProjectID, atlastest.ClusterName, value},
		} {
			t.Run(fmt.Sprintf("%s %q", name, value), func(t *testing.T) {
				mock := atlastest.NewMock(t)
				_, err := atlastest.Get(t.Context(), atlastest.InProcess(mock, atlastest.APIKey), atlas.Target{ProjectID: ids[0], ClusterName: ids[1], ID: ids[2]})
				if want := fmt.Sprintf("atlas: %q can't be part of a path", value); err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
				atlastest.WantCount(t, "requests", mock.Count("", ""), 0)
			})
		}
	}
}

func TestClient_baseURLWithAPath(t *testing.T) {
	for prefix, sent := range map[string]string{
		"/gateway":           "/gateway",
		"/gateway/atlas-api": "/gateway/atlas-api",
		"/a%2Fb":             "/a%2Fb",
		"/a b":               "/a%20b",
		"/größe":             "/gr%C3%B6%C3%9Fe",
	} {
		t.Run(prefix, func(t *testing.T) {
			for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount} {
				mock := atlastest.NewMock(t, atlasmock.WithPathPrefix(sent))
				client := atlastest.NewClient("https://atlas.test"+prefix, credentials, atlastest.WithTransport(atlastest.Transport{Handler: mock}))
				atlastest.MustRead(t, client)
				client.Close(t.Context())
				for _, r := range mock.Requests() {
					if !strings.HasPrefix(r.Path, sent+"/api/") {
						t.Errorf("sent %s", r.Path)
					}
				}
			}
		})
	}
}

func TestClient_sendsNothingUntilItReads(t *testing.T) {
	for _, credentials := range []auth.Credentials{atlastest.APIKey, atlastest.ServiceAccount, atlastest.AccessToken} {
		mock := atlastest.NewMock(t)
		atlastest.InProcess(mock, credentials).Close(t.Context())
		atlastest.WantCount(t, "requests", mock.Count("", ""), 0)
	}
}

// Each round's requests are served when all of them are there: they are under way at the same time,
// and need a connection each.
func TestClient_keepsConnectionsForParallelReads(t *testing.T) {
	const n, rounds = 32, 5
	var arrived sync.WaitGroup
	server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		arrived.Done()
		arrived.Wait()
		atlastest.RespondWithDocument(w, r)
	})
	client := atlastest.OverTCP(t, server, atlastest.AccessToken)
	for range rounds {
		arrived.Add(n)
		atlastest.ReadParallel(t, n, client)
	}
	connections := map[string]bool{}
	for _, r := range server.Requests() {
		connections[r.RemoteAddr] = true
	}
	// A connection that net/http was slow to take back, on a busy machine, is replaced.
	atlastest.WantAtMost(t, "connections", len(connections), 2*n)
}

func TestClient_sunset(t *testing.T) {
	const header, day = "Thu, 1 Jul 2027 00:00:00 GMT", "1 July 2027"
	for name, test := range map[string]struct {
		sent, want string
		status     int
	}{
		"none":                {"", "", 200},
		"HTTP date":           {"Thu, 01 Jul 2027 00:00:00 GMT", day, 200},
		"as Atlas writes it":  {header, day, 200},
		"of an error":         {header, day, 404},
		"white space":         {"  " + header + " ", day, 200},
		"no date":             {"soon", "soon", 200},
		"no date, and unruly": {"so\ton\x1b[2J", "so on [2J", 200},
		"no date, and long":   {strings.Repeat("x", 300), strings.Repeat("x", 200) + "…", 200},
	} {
		t.Run(name, func(t *testing.T) {
			client := atlastest.InProcess(atlastest.Script(atlastest.Respond(test.status, atlastest.Document(atlastest.ProjectID), "Sunset: "+test.sent)), atlastest.AccessToken)
			if date, ok := client.Sunset(); ok {
				t.Errorf("announces %q before it has read", date)
			}
			_ = atlastest.Read(t.Context(), client)
			if date, ok := client.Sunset(); date != test.want || ok != (test.want != "") {
				t.Errorf("announces %q (%t), want %q", date, ok, test.want)
			}
			_ = atlastest.Read(t.Context(), client)
			if date, ok := client.Sunset(); ok {
				t.Errorf("announces %q again", date)
			}
		})
	}
}
