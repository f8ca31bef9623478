// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

// ServiceAccount authenticates with OAuth2 client credentials (RFC 6749, section 4.4). The requests
// are made here and not with golang.org/x/oauth2: its token sources hold on to the first caller's
// context, know one of the two shapes in which Atlas reports errors, and can't share a failure.
type ServiceAccount struct {
	ClientID, ClientSecret string
	Origin                 string
}

// Login names a service account and the Origin.
func (a ServiceAccount) Login() rest.Login {
	return rest.Login{Credential: rest.ServiceAccount, Origin: a.Origin}
}

// New returns what authenticates with the account's tokens.
func (a ServiceAccount) New(c Connection) Authenticator {
	c.Client.Redactor.Add(a.ClientID, a.ClientSecret)
	return &serviceAccount{client: c.Client, retrier: c.Retrier, endpoint: newTokenEndpoint(c, a), refusals: map[string]refusals{}}
}

// maxRefusedTokens is how many tokens in a row a project must refuse until the refusal is final: a
// token may be revoked, or expire early, around its renewal.
const maxRefusedTokens = 3

// serviceAccount keeps one token for all reads of a client.
type serviceAccount struct {
	client   *rest.Client
	retrier  *retry.Retrier
	endpoint *tokenEndpoint

	mu    sync.Mutex
	token *token
	// issued counts the tokens.
	issued int
	// fetching is the fetch under way, for which the other reads wait.
	fetching *fetch
	// refused is the token endpoint's final error: wrong credentials don't become right, and asking
	// again for each read would only cost its limit. Once the client is closed, it says so.
	refused error
	// refusals are the tokens that a project refused since it last let a read through, by project:
	// it may be the project that Atlas objects to, and then its reads must not go on discarding
	// tokens that the other projects' reads need.
	refusals map[string]refusals
}

// refusals are how many tokens a project refused, and the number of the latest.
type refusals struct{ tokens, latest int }

// fetch is an outcome that reads share. It is valid once done is closed.
type fetch struct {
	done  chan struct{}
	token *token
	err   error
}

// Attempt sends with the current token, and with a new one as long as it is refused, until the
// refusal is final.
func (a *serviceAccount) Attempt(ctx context.Context, projectID string, send func(rest.Signer) error) error {
	for tokens := 1; ; tokens++ {
		t, err := a.current(ctx)
		if err != nil {
			return err
		}
		err = send(header{base: a.client.Transport, value: "Bearer " + t.value})
		if !tokenRefused(err) {
			a.accept(projectID, err)
			return err
		}
		if a.refuse(projectID, t) || tokens == maxRefusedTokens {
			return err
		}
	}
}

func tokenRefused(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Kind == rest.KindCredentials
}

// tokenAccepted reports an outcome that only the application, behind authentication, can have
// brought about.
func tokenAccepted(err error) bool {
	var e *rest.Error
	return err == nil || errors.As(err, &e) &&
		(e.Kind == rest.KindNoAccess || e.Kind == rest.KindStatus && !e.Final && !e.Temporary())
}

// accept notes the outcome of a request whose token was not refused.
func (a *serviceAccount) accept(projectID string, err error) {
	if !tokenAccepted(err) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.refusals, projectID)
}

// refuse notes that a project refused a token, and reports whether that is final. Otherwise the
// token goes out of use.
func (a *serviceAccount) refuse(projectID string, t *token) (final bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.refusals[projectID]
	if t.number > r.latest {
		r = refusals{tokens: r.tokens + 1, latest: t.number}
		a.refusals[projectID] = r
	}
	if r.tokens >= maxRefusedTokens {
		return true
	}
	if a.token == t {
		a.token = nil
	}
	return false
}

// current returns a token that is good for a while, fetching one if need be.
func (a *serviceAccount) current(ctx context.Context) (*token, error) {
	for {
		a.mu.Lock()
		if a.refused != nil || a.token.usable(a.client.Clock.Now()) {
			defer a.mu.Unlock()
			return a.token, a.refused
		}
		f := a.fetching
		if f == nil {
			f = &fetch{done: make(chan struct{})}
			a.fetching = f
			a.mu.Unlock()
			return a.fetch(ctx, f)
		}
		a.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, a.retrier.Interrupted(ctx, a.endpoint.job())
		}
		// The read that fetched may have run out of time or been interrupted, which says nothing to
		// the others. Any other outcome is theirs too, also a token that has expired meanwhile: the
		// next one would be like it.
		if f.err == nil || !endedByItself(f.err) {
			return f.token, f.err
		}
	}
}

// fetch fetches a token for this read and all that wait for f.
func (a *serviceAccount) fetch(ctx context.Context, f *fetch) (*token, error) {
	var t *token
	err := a.retrier.Do(ctx, a.endpoint.job(), func(ctx context.Context) (err error) {
		t, err = a.endpoint.fetch(ctx)
		return err
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	defer close(f.done)
	a.fetching = nil
	if err == nil {
		a.issued++
		t.number = a.issued
		a.token, f.token = t, t
		return t, nil
	}
	if e, ok := errors.AsType[*rest.Error](err); ok {
		switch e.Status() {
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
			a.refused = err
		}
	}
	f.err = err
	return nil, err
}

// ownTimeUp reports an end that concerns only the read that met it.
func endedByItself(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && (e.Deadline || e.Kind == rest.KindCanceled)
}

// Close revokes the token, also one that is still on its way, and sees to it that no read which has
// not ended yet fetches another.
func (a *serviceAccount) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	a.mu.Lock()
	a.refused = a.endpoint.closed()
	f := a.fetching
	a.mu.Unlock()
	if f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
		}
	}
	a.mu.Lock()
	t := a.token
	a.token = nil
	a.mu.Unlock()
	if t != nil {
		a.endpoint.revoke(ctx, t)
	}
}
