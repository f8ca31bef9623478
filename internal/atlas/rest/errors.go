// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind says at which point a request failed.
type Kind int

const (
	// KindStatus is a response with an error status that no other kind describes.
	KindStatus Kind = iota + 1
	// KindCredentials is a 401 that means wrong credentials, or a token that Atlas refuses.
	KindCredentials
	// KindNoAccess is a 401 to credentials that Atlas accepted, but which have no access to the
	// project.
	KindNoAccess
	// KindNoChallenge is a 401 to a request without credentials that offers no digest challenge
	// this client supports.
	KindNoChallenge
	// KindStaleNonce is a 401 that calls even the newest nonce expired. It says nothing about the
	// credentials (RFC 7616, section 3.3, "stale").
	KindStaleNonce
	// KindRedirect is a response that points elsewhere; it is never followed.
	KindRedirect
	// KindMalformed is a complete response that is not the expected document.
	KindMalformed
	// KindTooLarge is a response above the size that is read.
	KindTooLarge
	// KindMismatch is a document about something else than what was requested.
	KindMismatch
	// KindTimeout is an attempt, or a read, that ran out of time.
	KindTimeout
	// KindCanceled is a read that was interrupted from outside.
	KindCanceled

	// The kinds from here on are failures to get a response, by the point at which they happened.

	// KindProxy is a proxy that refuses or can't be reached.
	KindProxy
	// KindNameResolution is a host name that is not resolved.
	KindNameResolution
	// KindConnectionRefused is a port at which nobody listens.
	KindConnectionRefused
	// KindUnreachable is a host that does not respond.
	KindUnreachable
	// KindHandshake is a TLS handshake that is cut off or never completed.
	KindHandshake
	// KindTLS is a TLS handshake or connection that one side refuses.
	KindTLS
	// KindUnknownAuthority is a certificate of an authority that is not trusted.
	KindUnknownAuthority
	// KindHostname is a certificate for another host.
	KindHostname
	// KindCertificate is a certificate that is not valid for another reason.
	KindCertificate
	// KindConnectionLost is a connection that breaks before the response is complete.
	KindConnectionLost
)

// Network reports a failure to get a response.
func (k Kind) Network() bool { return k >= KindProxy }

// Error is the one form in which this package reports that a read failed. Its texts are safe to
// show: cleaned of control characters and of every credential the client holds.
type Error struct {
	Kind Kind
	// Method and Path are those of the failed request; Host is where it went.
	Method, Host, Path string
	// Login is what the client authenticates with.
	Login
	// Token is true when it was the token request that failed.
	Token bool
	// Response is what Atlas sent, or nil when no response came. When the last attempt got none, it
	// is the response of an earlier one and Earlier is true.
	Response *Response
	Earlier  bool
	// Page is the page of a list that could not be read, from 1; 0 for a single document.
	Page int
	// Target is the host that a redirect pointed to.
	Target string
	// Attempts is the number of attempts made, Waited the time spent between them.
	Attempts int
	Waited   time.Duration
	// OutOfAttempts says that retry.Policy.MaxAttempts ended the read.
	OutOfAttempts bool
	// Wait is the wait that the read's deadline left no room for; Deadline says that the deadline,
	// not the number of attempts, ended the read.
	Wait     time.Duration
	Deadline bool
	// Problem says what went wrong, for kinds without a response of Atlas' own.
	Problem string

	// Repeated is true if an earlier read got this error, which is about the credentials.
	Repeated bool
	// Proxy says how the request related to the proxies of the environment.
	Proxy ProxyUse
	// Final marks an error whose retries are over, however it looks.
	Final bool

	// temporary is set for failures to get a response.
	temporary bool
	cause     error
}

// Login says what a client authenticates with, never a value of it.
type Login struct {
	Credential Credential
	// Origin is where the credential comes from.
	Origin string
}

// Credential is a kind of credential, as texts call it.
type Credential string

// The kinds of credentials.
const (
	APIKey         Credential = "API key"
	ServiceAccount Credential = "service account"
	AccessToken    Credential = "access token"
)

// Error describes the failure in one line; package atlasdiag has the words for users.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s", e.Method, e.Host, e.Path)
	if e.Response != nil && !e.Earlier {
		fmt.Fprintf(&b, ": %s", e.Response)
	}
	if e.Problem != "" {
		fmt.Fprintf(&b, ": %s", e.Problem)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (attempt %d)", e.Attempts)
	}
	return b.String()
}

// Unwrap returns the cause, for errors.As on network and TLS errors.
func (e *Error) Unwrap() error { return e.cause }

// Temporary reports whether the same request may succeed a moment later. It is about the failure
// alone: the attempts or the time may be over.
func (e *Error) Temporary() bool {
	switch e.Kind {
	case KindStatus:
		return temporaryStatus(e.Status())
	case KindTimeout, KindStaleNonce:
		return true
	default:
		return e.temporary
	}
}

// temporaryStatus reports the statuses that pass: those of a rate limit and of a timeout, and a
// server's errors, which include those that only CDNs and load balancers have (520 to 530, 598).
func temporaryStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusVariantAlsoNegotiates,
		http.StatusLoopDetected, http.StatusNotExtended, http.StatusNetworkAuthenticationRequired:
		return false // these say that the request itself, or the way it takes, will never do
	}
	return status >= 500 && status <= 599
}

// Status is the status of the response that this error is about, 0 without one.
func (e *Error) Status() int {
	if e.Response == nil || e.Earlier {
		return 0
	}
	return e.Response.Status
}

// Code is Atlas' error code of the response that this error is about.
func (e *Error) Code() string {
	if e.Response == nil || e.Earlier {
		return ""
	}
	return e.Response.Code
}

// Response is what Atlas sent when it refused a request. Every text may be empty.
type Response struct {
	// Status is the HTTP status, or the status inside an envelope.
	Status int
	// Code, Detail and Reason are the API's errorCode, detail and reason; for the token endpoint
	// Code and Detail are error and error_description (RFC 6749, section 5.2).
	Code, Detail, Reason string
	// Parameters are the values that Detail speaks of.
	Parameters []string
	// Fields are the badRequestDetail's fields.
	Fields []FieldError
	// Excerpt is the start of a body that has none of the above.
	Excerpt string
	// RetryAfter is how long Atlas asked to wait; 0 if it did not.
	RetryAfter time.Duration
}

// MismatchError says that a document is about something else than what was requested. It is
// returned by Call.Decode.
type MismatchError struct{ Noun, Requested, Got string }

func (e *MismatchError) Error() string {
	return fmt.Sprintf("requested %s %q, Atlas responded with %s %q", e.Noun, e.Requested, e.Noun, e.Got)
}

// brief is the text without what the document holds.
func (e *MismatchError) brief() string {
	return fmt.Sprintf("requested %s %q, Atlas responded with another %s", e.Noun, e.Requested, e.Noun)
}

// FieldError is what Atlas found wrong with one field of a request.
type FieldError struct{ Field, Description string }

// String is the status, the code and the detail, in one line.
func (a *Response) String() string {
	s := fmt.Sprintf("HTTP %d", a.Status)
	if text := http.StatusText(a.Status); text != "" {
		s += " " + text
	}
	for _, part := range []string{a.Code, a.Detail} {
		if part != "" {
			s += ": " + part
		}
	}
	return s
}
