// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Option sets up a [Server].
type Option func(*config) error

type config struct {
	apiKeys      map[string]string
	accounts     map[string]string
	accessTokens map[string]bool
	digest       Digest
	challenges   *[]string

	tokenLifetime    time.Duration
	claimedExpiresIn *int
	withoutExpiresIn bool

	rateLimit rateLimit
	now       func() time.Time
	latency   time.Duration
	observer  func(Request)

	fixtures  fs.FS
	freshness *time.Duration

	envelopeKey  string
	hiddenStatus bool
	sunset       string
	pathPrefix   string
	listing      listing
}

func newConfig(opts []Option) (config, error) {
	cfg := config{
		apiKeys:       map[string]string{},
		accounts:      map[string]string{},
		accessTokens:  map[string]bool{},
		digest:        Digest{}.withDefaults(),
		tokenLifetime: time.Hour,
		now:           time.Now,
		fixtures:      DefaultFixtures(),
		envelopeKey:   "content",
		listing:       listing{compare: strings.Compare},
	}
	var errs []error
	for _, opt := range opts {
		errs = append(errs, opt(&cfg))
	}
	if err := errors.Join(errs...); err != nil {
		return config{}, fmt.Errorf("invalid mock configuration:\n%w", err)
	}
	return cfg, nil
}

// WithAPIKey accepts an API key through HTTP Digest. It may be given several times.
func WithAPIKey(public, private string) Option {
	return func(c *config) error {
		if public == "" || private == "" || strings.ContainsAny(public, `:"`) {
			return fmt.Errorf("API key %q: both halves are needed, the public one without colon or quote", public)
		}
		c.apiKeys[public] = private
		return nil
	}
}

// WithServiceAccount lets a service account fetch and revoke tokens. It may be given several times.
func WithServiceAccount(clientID, clientSecret string) Option {
	return func(c *config) error {
		if clientID == "" || clientSecret == "" {
			return fmt.Errorf("service account %q: both halves are needed", clientID)
		}
		c.accounts[clientID] = clientSecret
		return nil
	}
}

// WithAccessToken accepts a bearer token that never expires. It may be given several times.
func WithAccessToken(token string) Option {
	return func(c *config) error {
		if token == "" {
			return errors.New("access token: empty")
		}
		c.accessTokens[token] = true
		return nil
	}
}

// WithDigest changes how HTTP Digest is done.
func WithDigest(d Digest) Option {
	return func(c *config) error {
		c.digest = d.withDefaults()
		return c.digest.validate()
	}
}

// WithChallenges replaces the WWW-Authenticate fields of a 401, one field for each argument and
// none at all without arguments. In them %nonce% stands for a live nonce and %stale% for true or
// false. The server goes on to verify what [WithDigest] says.
func WithChallenges(fields ...string) Option {
	return func(c *config) error {
		c.challenges = &fields
		return nil
	}
}

// WithRateLimit gives each project a token bucket. Requests that fail authentication cost nothing.
func WithRateLimit(capacity int, refillPerSecond float64) Option {
	return func(c *config) error {
		if capacity < 1 || refillPerSecond <= 0 {
			return fmt.Errorf("rate limit: capacity %d and refill %g must be above zero", capacity, refillPerSecond)
		}
		c.rateLimit = rateLimit{capacity: capacity, refill: refillPerSecond}
		return nil
	}
}

// WithClock replaces the clock by which nonces and tokens age, buckets refill and [WithFreshness]
// counts. Delays on the wire take real time all the same.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("clock: nil")
		}
		c.now = now
		return nil
	}
}

// WithLatency holds every response back, a refusal too, as a distant server would.
func WithLatency(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return fmt.Errorf("latency: %s is negative", d)
		}
		c.latency = d
		return nil
	}
}

// WithObserver has f called with each request when its response has ended. Calls may be concurrent.
func WithObserver(f func(Request)) Option {
	return func(c *config) error {
		c.observer = f
		return nil
	}
}

// WithFixtures serves <project id>/<cluster name>/<collection>/<id>.json instead of the embedded
// fixtures. Empty folders make projects and clusters without checkpoints.
func WithFixtures(fsys fs.FS) Option {
	return func(c *config) error {
		if fsys == nil {
			return errors.New("fixtures: nil")
		}
		c.fixtures = fsys
		return nil
	}
}

// WithoutFixtures starts with nothing at all to read.
func WithoutFixtures() Option {
	return func(c *config) error {
		c.fixtures = nil
		return nil
	}
}

// WithFreshness shifts all times in the fixtures alike, so that the newest checkpoint completed age
// ago.
func WithFreshness(age time.Duration) Option {
	return func(c *config) error {
		c.freshness = &age
		return nil
	}
}

// WithTokenLifetime changes how long a service account's token is accepted (default one hour).
func WithTokenLifetime(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("token lifetime: %s is not above zero", d)
		}
		c.tokenLifetime = d
		return nil
	}
}

// WithExpiresIn makes token responses claim this many seconds, whatever the true lifetime. Zero and
// less are allowed.
func WithExpiresIn(seconds int) Option {
	return func(c *config) error {
		c.claimedExpiresIn = &seconds
		return nil
	}
}

// WithoutExpiresIn leaves expires_in out of token responses.
func WithoutExpiresIn() Option {
	return func(c *config) error {
		c.withoutExpiresIn = true
		return nil
	}
}

// WithEnvelopeKey names the member that holds the document when envelope=true: "content" (default)
// or "envelope".
func WithEnvelopeKey(key string) Option {
	return func(c *config) error {
		if key != "content" && key != "envelope" {
			return fmt.Errorf(`envelope key: %q is neither "content" nor "envelope"`, key)
		}
		c.envelopeKey = key
		return nil
	}
}

// WithHiddenStatus makes every application response to envelope=true an HTTP 200: only the body
// tells the true status. Refused authentication still shows as 401.
func WithHiddenStatus() Option {
	return func(c *config) error {
		c.hiddenStatus = true
		return nil
	}
}

// WithSunset marks the version deprecated: documents carry a Sunset header with this text, whether
// it is a date or not, and a Deprecation header.
func WithSunset(date string) Option {
	return func(c *config) error {
		if date == "" {
			return errors.New("sunset: empty")
		}
		c.sunset = date
		return nil
	}
}

// WithPathPrefix puts the API under a path, as behind a gateway. Nothing is served outside of it.
func WithPathPrefix(prefix string) Option {
	return func(c *config) error {
		if !strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/") {
			return fmt.Errorf("path prefix: %q must begin with a slash and not end with one", prefix)
		}
		c.pathPrefix = prefix
		return nil
	}
}
