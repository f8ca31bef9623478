// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// maxRenewals bounds how often in one attempt a nonce may become invalid between being issued and
// being used: it expires, or net/http uses it twice.
const maxRenewals = 3

// errRepeated is the failure of an attempt in which no connection lasted for a signed request and
// its response.
var errRepeated = errors.New("the server closed each connection on a signed request")

// digestTransport responds to digest challenges (RFC 7616). Parallel requests share one handshake:
// the first one makes it while the others wait, and a nonce is used again with a rising count until
// the server refuses it.
//
// It is not icholy's Transport, which with nonces that a server takes only once fails 87 of 1,000
// parallel requests with a false 401, and loses the body of a 401 without a challenge. 1,000 reads
// take 1,001 requests with nonces that may be used again, and 2,000 with those that may not.
//
// Only a refusal of a nonce that was issued to the very request, and used by nobody else, is about
// the credentials, and only as long as it has not accepted them. Everything else may concern the
// nonce, and is responded with a fresh one.
type digestTransport struct {
	base               http.RoundTripper
	redactor           *rest.Redactor
	username, password string

	mu       sync.Mutex
	accepted bool // the key, by the server
	current  *session
	// leading is closed when the handshake under way has ended; nil without one.
	handshake chan struct{}
}

// session is a nonce that requests share.
type session struct {
	nonce
	count int // uses so far, the nc of the last one
}

// nonce is a challenge, and the cookie that came with it: a load balancer may have set it to lead
// to the server that knows the nonce.
type nonce struct {
	challenge *digest.Challenge
	cookie    string
}

// signature is what one request uses to sign itself: nothing yet, a shared session, or a challenge
// issued to this request alone.
type signature struct {
	nonce
	count  int
	shared *session
	// leads is true if other requests wait for this one's handshake.
	handshaking bool
}

func (d *digestTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	s, err := d.begin(req.Context())
	if err != nil {
		return nil, err
	}
	defer func() { d.end(s) }()
	for renewals := 0; ; {
		resp, repeated, err := d.send(req, s)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusUnauthorized {
			d.share(s)
			return resp, nil
		}
		code := rest.KeepBody(resp)
		fresh := strongestChallenge(resp.Header)
		if fresh == nil || s.challenge != nil && accessRefused(code) {
			// If credentials were sent, authentication has let them through.
			d.share(s)
			return resp, nil
		}
		if s.challenge != nil {
			renew := fresh.Stale || repeated || d.wasAccepted()
			if renew {
				renewals++
			}
			switch {
			case renewals == maxRenewals && repeated && !fresh.Stale:
				return nil, errRepeated
			case renewals == maxRenewals, !renew && s.shared == nil:
				return resp, nil
			}
			s = d.retire(s)
		}
		s.nonce, s.count, s.shared = nonce{fresh, cookies(resp)}, 1, nil
	}
}

// begin returns how to sign a request: with the shared session, waiting for a handshake that makes
// one, or not at all, which begins a handshake.
func (d *digestTransport) begin(ctx context.Context) (signature, error) {
	for waited := false; ; waited = true {
		d.mu.Lock()
		handshake := d.handshake
		switch {
		case d.current != nil:
			d.current.count++
			s := signature{nonce: d.current.nonce, count: d.current.count, shared: d.current}
			d.mu.Unlock()
			return s, nil
		case waited:
			// A handshake that ended without a session says nothing about this request, and
			// queueing for one at a time would never end.
			d.mu.Unlock()
			return signature{}, nil
		case handshake == nil:
			s := d.beginHandshake(signature{})
			d.mu.Unlock()
			return s, nil
		}
		d.mu.Unlock()
		if err := await(ctx, handshake); err != nil {
			return signature{}, err
		}
	}
}

// await waits until another request's handshake has ended, but for half of this request's time at
// most: if that handshake hangs, the other half is for one of its own.
func await(ctx context.Context, handshake <-chan struct{}) error {
	half := ctx
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		half, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	select {
	case <-handshake:
	case <-half.Done():
	}
	return ctx.Err()
}

// beginHandshake makes s the one that others wait for. d.mu is held.
func (d *digestTransport) beginHandshake(s signature) signature {
	d.handshake, s.handshaking = make(chan struct{}), true
	return s
}

// end releases the requests that waited for this request's handshake.
func (d *digestTransport) end(s signature) {
	if !s.handshaking {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.handshake)
	d.handshake = nil
}

// retire takes a refused session out of use and makes the request that noticed first lead the way
// to the next one.
func (d *digestTransport) retire(s signature) signature {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.shared != nil && d.current == s.shared {
		d.current = nil
		if d.handshake == nil {
			s = d.beginHandshake(s)
		}
	}
	return s
}

// share lets other requests use the nonce that was issued to this one and accepted, unless they
// have one already.
func (d *digestTransport) share(s signature) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accepted = d.accepted || s.challenge != nil
	if s.challenge != nil && s.shared == nil && d.current == nil {
		d.current = &session{nonce: s.nonce, count: s.count}
	}
}

// wasAccepted reports that the server has accepted the key before. Then a refusal is about the
// nonce.
func (d *digestTransport) wasAccepted() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.accepted
}

func cookies(resp *http.Response) string {
	var pairs []string
	for _, c := range resp.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// send reports, too, whether net/http sent a signed request more than once, as it does if a
// connection that it had kept breaks before the response. A server that saw both refuses the second
// one: it repeats a nonce count.
func (d *digestTransport) send(req *http.Request, s signature) (resp *http.Response, repeated bool, err error) {
	if s.challenge == nil {
		resp, err = d.base.RoundTrip(req)
		return resp, false, err
	}
	credentials, err := digest.Digest(s.challenge, digest.Options{
		Method: req.Method, URI: req.URL.RequestURI(), Count: s.count,
		Username: d.username, Password: d.password,
	})
	if err != nil {
		return nil, false, err
	}
	var sent atomic.Int32
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Add(1) },
	})
	signed := authorized(req.WithContext(ctx), authorization(credentials))
	if s.cookie != "" {
		signed.Header.Set("Cookie", s.cookie)
	}
	resp, err = d.base.RoundTrip(signed)
	return resp, sent.Load() > 1, err
}

// authorization writes the header's value. icholy's own writes quoted strings as Go does, which
// changes tabs and bytes that are not ASCII; RFC 9110 (section 5.6.4) has two characters to escape.
func authorization(c *digest.Credentials) string {
	fields := []string{
		"username=" + quotedString(c.Username), "realm=" + quotedString(c.Realm),
		"nonce=" + quotedString(c.Nonce), "uri=" + quotedString(c.URI),
	}
	if c.Algorithm != "" {
		fields = append(fields, "algorithm="+c.Algorithm)
	}
	if c.Opaque != "" {
		fields = append(fields, "opaque="+quotedString(c.Opaque))
	}
	if c.QOP != "" {
		fields = append(fields, "cnonce="+quotedString(c.Cnonce), "qop="+c.QOP, fmt.Sprintf("nc=%08x", c.Nc))
	}
	if c.Userhash {
		fields = append(fields, "userhash=true")
	}
	// Some servers expect it at the end (icholy/digest#8).
	return digest.Prefix + strings.Join(append(fields, "response="+quotedString(c.Response)), ", ")
}

var quotedPairs = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quotedString(s string) string { return `"` + quotedPairs.Replace(s) + `"` }

// Unauthorized says what a final 401 means. Atlas responds with the same error code to no, unknown
// and wrong credentials, so it is the challenge that tells: one that comes back to a signed request
// asks for other credentials, and its absence means that the application, behind authentication,
// refused access.
func (d *digestTransport) Unauthorized(resp *http.Response, code string) (rest.Kind, string) {
	switch {
	case resp.Request.Header.Get("Authorization") == "":
		return rest.KindNoChallenge, challengeProblem(resp.Header, d.redactor)
	case accessRefused(code):
		return rest.KindNoAccess, ""
	case resp.StatusCode != http.StatusUnauthorized: // it is in an envelope, where no challenge can be
		return rest.KindCredentials, ""
	}
	challenge := strongestChallenge(resp.Header)
	switch {
	case challenge == nil:
		return rest.KindNoAccess, ""
	case challenge.Stale:
		return rest.KindStaleNonce, "every nonce, even the newest, was called expired"
	case d.wasAccepted():
		return rest.KindStaleNonce, "a nonce that was just issued was refused, although the key was accepted before"
	default:
		return rest.KindCredentials, ""
	}
}
