// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// marks are parts of base URLs that may be secret, and must not be shown.
var marks = acctest.Login{
	Env:     acctest.AccessToken.Env,
	Secrets: []acctest.Secret{{Value: "s3cret"}, {Value: "eyJhbGciOiJub25lIn0"}, {Value: "b3f3b1a2"}},
}

// What is said of a base URL, in the provider block and in the environment. One that may hold a
// secret is neither quoted nor pointed at, since Terraform prints the line.
func TestBaseURL_texts(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for _, raw := range []string{
		" https://cloud.mongodb.com",
		"https://cloud.mongodb.com\n",
		"https://cloud.mongodb .com",
		"https://cloud.mongodb.com/a\tb",
		"https://cloud.mongodb.com/a\x00b",
		"https://cloud.mongodb.com/a\u200bb",
		"cloud.mongodb.com",
		"cloud.mongodb.com:443/atlas",
		"localhost:8080",
		"//cloud.mongodb.com",
		"https:cloud.mongodb.com",
		"https:/cloud.mongodb.com",
		"https://",
		"://cloud.mongodb.com",
		"ftp://cloud.mongodb.com",
		"mongodb://cloud.mongodb.com",
		"unix:///var/run/atlas.sock",
		"mdb_sa_sk_s3cret",
		"b3f3b1a2-6d07-4a8e-9f36-5f4f7e0a1c2d",
		"eyJhbGciOiJub25lIn0.eyJzdWIiOiJzM2NyZXQifQ.c2",
		"user:s3cret@cloud.mongodb.com",
		"https://user:s3cret@cloud.mongodb.com",
		"https://s3cret@cloud.mongodb.com:x/?q#f",
		"https://@cloud.mongodb.com",
		"https://user:s3cret%40cloud.mongodb.com",
		"https://user:s3cret",
		"https://cloud.mongodb.com?token=s3cret",
		"https://cloud.mongodb.com/?",
		"https://cloud.mongodb.com#s3cret",
		"https://cloud.mongodb.com/#",
		"https:///atlas",
		"https://:443",
		"https://[]",
		"https://cloud.mongodb.com:",
		"https://cloud.mongodb.com:0",
		"https://cloud.mongodb.com:65536",
		"https://cloud.mongodb.com:https",
		"https://[::1",
		"https://cloud.mongodb.com/%zz",
		"https://cloud%2emongodb.com",
		"https://[fe80::1%25eth0]",
		"https://bücher.example",
		`https://"quoted".example`,
		"https://a..b",
		"https://-a.example",
		"http://cloud.mongodb.com",
		"http://localhost.",
		"http://atlas.localhost",
		"http://localhost.example.com",
		"http://127.1",
		"http://128.0.0.1",
		"http://0.0.0.0",
		"http://[::]:8080",
		"http://[::ffff:127.0.0.1]",
		"https://gateway.example.com/../atlas",
		"https://gateway.example.com/atlas/./",
		"https://gateway.example.com//atlas",
		"https://gateway.example.com/a//b",
		"https://gateway.example.com/%2e%2E/atlas",
		"https://gateway.example.com/a%2Fb",
		"https://gateway.example.com/a%2F",
		`https://gateway.example.com/a\b`,
		"https://gateway.example.com/a%0ab",
		"https://cloud.mongodb.com/api/atlas/v2",
		"https://cloud.mongodb.com/api/atlas/v1.0/",
		"https://cloud.mongodb.com/api/atlas",
		"https://cloud.mongodb.com/api/",
		"https://cloud.mongodb.com/api/atlas/v2/groups",
		"https://Gateway.example.com:8443/a/api",
		`"https://cloud.mongodb.com"`,
		"https://" + strings.Repeat("a", 400),
	} {
		name := fmt.Sprintf("%.60q", raw)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environment := acctest.WithEnv(map[string]string{"MONGODB_ATLAS_BASE_URL": raw})
			golden.Is(t, name, says(acctest.New(t, marks), acctest.Config{"base_url": raw})+
				says(acctest.New(t, marks, environment), acctest.Config{"base_url": nil}))
		})
	}
}

func TestBaseURL_otherThanGovernment(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	for _, other := range []string{
		"https://cloud.mongodb.com", "https://cloud.mongodbgov.com/prefix", "https://cloud.mongodbgov.com:8443",
		"https://gateway.example.com/s3cret@path",
	} {
		block := acctest.Config{"is_mongodbgov_cloud": true, "base_url": other}
		golden.Is(t, other, says(acctest.New(t, marks), block))
		environment := acctest.WithEnv(map[string]string{"MONGODB_ATLAS_BASE_URL": other})
		golden.Is(t, other+" in the environment", says(acctest.New(t, marks, environment),
			acctest.Config{"is_mongodbgov_cloud": true, "base_url": nil}))
	}
}

// requests keeps what is sent, and responds with a status only.
type requests struct {
	status int
	sent   []*http.Request
}

func (r *requests) RoundTrip(req *http.Request) (*http.Response, error) {
	r.sent = append(r.sent, req)
	return &http.Response{StatusCode: r.status, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

func TestBaseURL_precedence(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		block       acctest.Config
		environment string
		want        string
	}{
		"default":               {nil, "", "https://cloud.mongodb.com"},
		"block":                 {acctest.Config{"base_url": "https://b.example/x/"}, "https://e.example", "https://b.example/x"},
		"environment":           {nil, "https://e.example/", "https://e.example"},
		"empty counts as unset": {acctest.Config{"base_url": ""}, "https://e.example/", "https://e.example"},
		"faulty, but not used":  {acctest.Config{"base_url": "https://b.example"}, "?", "https://b.example"},
		"government":            {acctest.Config{"is_mongodbgov_cloud": true}, "", "https://cloud.mongodbgov.com"},
		"not government": {
			acctest.Config{"is_mongodbgov_cloud": false, "base_url": "https://cloud.mongodbgov.com"}, "", "https://cloud.mongodbgov.com",
		},
		"government in both arguments": {
			acctest.Config{"is_mongodbgov_cloud": true, "base_url": "https://CLOUD.mongodbgov.com:443/"}, "", "https://cloud.mongodbgov.com",
		},
		"government in argument and variable": {
			acctest.Config{"is_mongodbgov_cloud": true}, "https://cloud.mongodbgov.com/", "https://cloud.mongodbgov.com",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atlas := &requests{status: http.StatusNotFound}
			s := acctest.New(t, acctest.AccessToken, acctest.WithTransport(atlas),
				acctest.WithEnv(map[string]string{"MONGODB_ATLAS_BASE_URL": tc.environment})).MustConfigure(tc.block)
			readSharded(s).One(t, "Atlas has nothing at this address")
			if got := atlas.sent[0].URL.String(); !strings.HasPrefix(got, tc.want+"/api/atlas/v2/groups/"+atlasmock.ProjectID) {
				t.Errorf("got %s", got)
			}
		})
	}
}

// Values that are not known yet are the business of the first read.
func TestArguments_unknown(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	blocks := map[string]acctest.Config{
		"a credential that another method outranks": {"access_token": "token", "public_key": acctest.Unknown},
		"all of retry": {"retry": map[string]any{
			"max_attempts": acctest.Unknown, "min_delay": acctest.Unknown, "max_delay": acctest.Unknown,
		}},
		// The known delay alone would be above the default of the unknown one.
		"one delay": {"retry": map[string]any{"min_delay": "2m", "max_delay": acctest.Unknown}},
	}
	for _, argument := range []string{
		"access_token", "base_url", "client_id", "client_secret", "envelope", "is_mongodbgov_cloud", "pretty", "private_key",
		"public_key", "request_timeout", "retry",
	} {
		blocks[argument] = acctest.Config{argument: acctest.Unknown}
	}
	for name, block := range blocks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.New(t, acctest.AccessToken)
			golden.Is(t, name, says(s, block))
			if n := s.Atlas.Count("", ""); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

func TestArguments_refused(t *testing.T) {
	t.Parallel()
	golden := acctest.NewGolden(t)
	retry := func(arguments map[string]any) acctest.Config { return acctest.Config{"retry": arguments} }
	for name, block := range map[string]acctest.Config{
		"request_timeout without a unit":        {"request_timeout": "45"},
		"empty request_timeout":                 {"request_timeout": ""},
		"negative min_delay":                    retry(map[string]any{"min_delay": "-1s"}),
		"zero max_delay":                        retry(map[string]any{"max_delay": "0s"}),
		"min_delay above max_delay":             retry(map[string]any{"min_delay": "3s", "max_delay": "2s"}),
		"min_delay above the default max_delay": retry(map[string]any{"min_delay": "2m"}),
		"max_delay below the default min_delay": retry(map[string]any{"max_delay": "500ms"}),
		"no attempts":                           retry(map[string]any{"max_attempts": 0}),
		"fewer than no attempts":                retry(map[string]any{"max_attempts": -1}),
		"attempt and a half":                    retry(map[string]any{"max_attempts": 1.5}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden.Is(t, name, says(acctest.New(t, acctest.AccessToken), block))
		})
	}
}

func TestArguments_reachTheClient(t *testing.T) {
	t.Parallel()
	atlas := &requests{status: http.StatusServiceUnavailable}
	s := acctest.New(t, acctest.AccessToken, acctest.WithTransport(atlas)).MustConfigure(acctest.Config{
		"envelope": true, "pretty": true, "retry": map[string]any{"max_attempts": 3, "min_delay": "7s", "max_delay": "7s"},
	})
	readSharded(s).One(t, "HTTP 503")
	if got, want := atlas.sent[0].UserAgent(), "terraform-provider-atlas/1.2.3 Terraform/1.11.4"; got != want {
		t.Errorf("User-Agent is %q, want %q", got, want)
	}
	if got, want := atlas.sent[0].URL.RawQuery, "envelope=true&pretty=true"; got != want {
		t.Errorf("query is %q, want %q", got, want)
	}
	if n := len(atlas.sent); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	if got, want := s.Clock.Waits(), []time.Duration{7 * time.Second, 7 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("waited %v, want %v", got, want)
	}
}

func TestConfigure_sendsNothing(t *testing.T) {
	t.Parallel()
	for _, login := range []acctest.Login{acctest.APIKey, acctest.ServiceAccount, acctest.AccessToken} {
		s := acctest.New(t, login).MustConfigure(nil)
		if n := s.Atlas.Count("", ""); n != 0 {
			t.Errorf("%d requests", n)
		}
		readSharded(s).None(t)
	}
}

// One process may be configured more than once. Every client's token is revoked, at the same time:
// each revocation waits for the other, for as long as it is given.
func TestClose_closesEveryClient(t *testing.T) {
	t.Parallel()
	var (
		s       *acctest.Scene
		arrived atomic.Int32
		both    = make(chan struct{})
	)
	s = acctest.New(t, acctest.ServiceAccount, acctest.WithHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if atlasmock.MatchRevoke(r) {
			if arrived.Add(1) == 2 {
				close(both)
			}
			select {
			case <-both:
			case <-r.Context().Done():
				t.Error("a revocation waited for another to end")
			}
		}
		s.Atlas.ServeHTTP(w, r)
	})))
	for range 2 {
		s.MustConfigure(nil)
		readSharded(s).None(t)
	}
	s.Provider.Close()
	s.Provider.Close() // has nothing left to close
	if tokens, revoked := s.Atlas.Count(http.MethodPost, "/api/oauth/token"), arrived.Load(); tokens != 2 || revoked != 2 {
		t.Errorf("%d tokens, %d revoked", tokens, revoked)
	}
}
