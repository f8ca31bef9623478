// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

func wantTokens(t *testing.T, mock *atlasmock.Server, want int) {
	t.Helper()
	atlastest.WantCount(t, "token requests", mock.Count(http.MethodPost, atlastest.TokenPath), want)
}

// Without an expiry that can be read, it is used until it is refused.
func TestServiceAccount_tokenIsUsedUntilShortlyBeforeItExpires(t *testing.T) {
	const never = 0
	for expiry, useFor := range map[string]time.Duration{
		`"expires_in":3600`:                    59 * time.Minute,
		`"expires_in":600`:                     9 * time.Minute,
		`"expires_in":60`:                      54 * time.Second,
		`"expires_in":1`:                       900 * time.Millisecond,
		`"expires_in":"3600"`:                  59 * time.Minute, // as some servers write it
		`"expires_in":99999999999`:             rest.LongestWait - time.Minute,
		`"expires_in":99999999999999999999999`: never,
		`"expires_in":0`:                       never,
		`"expires_in":-3600`:                   never,
		`"expires_in":3600.5`:                  never,
		`"expires_in":3.6e3`:                   never,
		`"expires_in":"an hour"`:               never,
		`"expires_in":null`:                    never,
		`"expires_in":{}`:                      never,
		`"expires":3600`:                       never,
	} {
		t.Run(expiry, func(t *testing.T) {
			clock := atlastest.NewClock()
			server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == atlastest.TokenPath {
					atlastest.Respond(http.StatusOK, `{"access_token":"!~",`+expiry+`}`)(w, r)
					return
				}
				atlastest.RespondWithDocument(w, r)
			})
			client := atlastest.InProcess(server, atlastest.ServiceAccount, atlastest.WithClock(clock))
			atlastest.MustRead(t, client)
			if useFor == never {
				clock.Advance(2 * rest.LongestWait)
			} else {
				clock.Advance(useFor - 1)
			}
			atlastest.MustRead(t, client)
			atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), 1)
			if useFor != never {
				clock.Advance(1)
				atlastest.ReadParallel(t, 10, client)
				atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), 2)
			}
		})
	}
}

// scriptedTokens issues numbered tokens and lets a test respond to the reads with each of them.
func scriptedTokens(reads func(token int, w http.ResponseWriter, r *http.Request)) *atlastest.Recorder {
	var issued atomic.Int64
	return atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == atlastest.TokenPath {
			atlastest.Respond(http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":3600}`, issued.Add(1)))(w, r)
			return
		}
		token, _ := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-"))
		reads(token, w, r)
	})
}

// A 401 to every read of a project, as if each token were wrong, is final with the third token, and
// costs the other projects nothing.
func TestServiceAccount_projectWithoutAccessCausesNoStorm(t *testing.T) {
	for name, atATime := range map[string]int{"one read after the other": 1, "parallel reads": 50} {
		t.Run(name, func(t *testing.T) {
			server := scriptedTokens(func(_ int, w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, atlastest.OtherProjectID) {
					atlastest.Respond(http.StatusUnauthorized, unauthorizedBody)(w, r)
					return
				}
				atlastest.RespondWithDocument(w, r)
			})
			client := atlastest.InProcess(server, atlastest.ServiceAccount)
			for range 100 / atATime {
				atlastest.Parallel(2*atATime, func(i int) error {
					if i%2 == 0 {
						atlastest.WantNoError(t, atlastest.Read(t.Context(), client))
					} else {
						wantRefusal(t, client)
					}
					return nil
				})
			}
			atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), 3)
			before := server.Count("")
			wantRefusal(t, client)
			atlastest.WantCount(t, "requests once it is final", server.Count("")-before, 1)
		})
	}
}

// wantRefusal reads from the project without access. The token request succeeded.
func wantRefusal(t *testing.T, client *atlas.Client) {
	t.Helper()
	err := atlastest.ReadOf(t.Context(), client, atlastest.OtherProjectID)
	atlastest.WantKindAsync(t, err, rest.KindCredentials)
	var e *rest.Error
	if errors.As(err, &e) && e.Token {
		t.Errorf("blames the token request: %v", e)
	}
}

// However many reads find a token revoked, it is one refused token.
func TestServiceAccount_tokenRevokedMidRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := scriptedTokens(func(token int, w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second) //nolint:forbidigo // in a bubble; all reads are under way with the first token
			if token == 1 {
				atlastest.Respond(http.StatusUnauthorized, unauthorizedBody)(w, r)
				return
			}
			atlastest.RespondWithDocument(w, r)
		})
		atlastest.ReadParallel(t, 50, atlastest.InProcess(server, atlastest.ServiceAccount))
		atlastest.WantCount(t, "requests", server.Count(""), 2+2*50)
	})
}

// A response of the application shows that the token before it was accepted: the refused tokens are
// counted from the beginning then.
func TestServiceAccount_refusalsInARow(t *testing.T) {
	refused := atlastest.Respond(http.StatusUnauthorized, unauthorizedBody)
	for name, test := range map[string]struct {
		between http.HandlerFunc
		tokens  int
	}{
		"success":   {atlastest.RespondWithDocument, 5},
		"error":     {atlastest.Respond(404, `{"errorCode":"GROUP_NOT_FOUND"}`), 5},
		"no access": {atlastest.Respond(401, `{"errorCode":"NOT_IN_GROUP"}`), 5},
		"gateway":   {atlastest.Respond(503, ""), 3},
		"redirect":  {atlastest.Respond(302, "", "Location: /"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			reads := atlastest.Script(refused, refused, test.between, refused, refused, atlastest.RespondWithDocument)
			server := scriptedTokens(func(_ int, w http.ResponseWriter, r *http.Request) { reads.ServeHTTP(w, r) })
			client := atlastest.InProcess(server, atlastest.ServiceAccount, atlastest.WithAttempts(1))
			_ = atlastest.Read(t.Context(), client)
			if err := atlastest.Read(t.Context(), client); (err == nil) != (test.tokens == 5) {
				t.Errorf("the second read got %v", err)
			}
			atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), test.tokens)
		})
	}
}

// A read ends with its third refused token, also if other reads of the project get through.
func TestServiceAccount_refusalsOfOneRead(t *testing.T) {
	var client *atlas.Client
	refusals := 0
	client = atlastest.InProcess(scriptedTokens(func(_ int, w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, atlastest.CheckpointID) {
			atlastest.RespondWithDocument(w, r)
			return
		}
		atlastest.MustRead(t, client)
		if refusals++; refusals > 3 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		atlastest.Respond(http.StatusUnauthorized, unauthorizedBody)(w, r)
	}), atlastest.ServiceAccount)
	_, err := atlastest.Each(t, client, atlastest.Ignore)
	_ = atlastest.WantKind(t, err, rest.KindCredentials)
}

func TestServiceAccount_revokedTokens(t *testing.T) {
	refused := atlastest.Respond(http.StatusUnauthorized, unauthorizedBody)
	for name, test := range map[string]struct {
		// first responds to the second read with the first token, second to the reads with the
		// second.
		first, second http.HandlerFunc
		settings      []atlastest.Option
		tokens        int
	}{
		"first":              {first: refused, second: atlastest.RespondWithDocument, tokens: 2},
		"second too":         {first: refused, second: refused, tokens: 3},
		"second after a 503": {first: refused, second: atlastest.Script(atlastest.Respond(http.StatusServiceUnavailable, ""), refused).ServeHTTP, tokens: 3},
		"in an envelope": {
			first: atlastest.Respond(http.StatusOK, `{"status":401,"content":`+unauthorizedBody+`}`), second: atlastest.RespondWithDocument,
			settings: []atlastest.Option{atlastest.WithEnvelope}, tokens: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var reads atomic.Int64
			server := scriptedTokens(func(token int, w http.ResponseWriter, r *http.Request) {
				switch {
				case token == 1 && reads.Add(1) > 1:
					test.first(w, r)
				case token == 2:
					test.second(w, r)
				default:
					atlastest.RespondWithDocument(w, r)
				}
			})
			client := atlastest.InProcess(server, atlastest.ServiceAccount, append(test.settings, atlastest.WithoutWaits)...)
			for range 3 {
				atlastest.MustRead(t, client)
			}
			atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), test.tokens)
		})
	}
}

// A token that is soon over is good for all that waited for it.
func TestServiceAccount_waitersTakeTheTokenTheyWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == atlastest.TokenPath {
				time.Sleep(5 * time.Second) //nolint:forbidigo // in a bubble
				atlastest.Respond(http.StatusOK, `{"access_token":"fetched","expires_in":1}`)(w, r)
				return
			}
			atlastest.RespondWithDocument(w, r)
		})
		atlastest.ReadParallel(t, 8, atlastest.InProcess(server, atlastest.ServiceAccount))
		atlastest.WantCount(t, "token requests", server.Count(atlastest.TokenPath), 1)
	})
}

// The end of the token endpoint is not that of the backup API.
func TestServiceAccount_sunsetOfTheTokenEndpoint(t *testing.T) {
	server := atlastest.Record(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == atlastest.TokenPath {
			w.Header().Set("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")
		}
		atlastest.RespondWithDocument(w, r)
	})
	client := atlastest.InProcess(server, atlastest.ServiceAccount)
	atlastest.MustRead(t, client)
	if date, ok := client.Sunset(); ok {
		t.Errorf("got %q", date)
	}
}

// Under the race detector: tokens that expire and are revoked while 64 reads run.
func TestServiceAccount_tokensThatEndMeanwhile(t *testing.T) {
	clock := atlastest.NewClock()
	mock := atlastest.NewMock(t, atlasmock.WithClock(clock.Now))
	readInRounds(t, atlastest.InProcess(mock, atlastest.ServiceAccount, atlastest.WithClock(clock)), 64, 8, func(call int) {
		switch call {
		case 150, 350:
			clock.Advance(59 * time.Minute)
		case 250:
			mock.RevokeTokens()
		}
	})
	atlastest.WantAtMost(t, "token requests", mock.Count(http.MethodPost, atlastest.TokenPath), 4)
}
