// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"crypto/fips140"
	"net/http"
	"slices"
	"strings"

	"github.com/icholy/digest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

// strongestChallenge returns the digest challenge with the strongest algorithm that this client
// supports, nil if there is none. icholy/digest parses one challenge; splitting a header field into
// challenges is done here, since a server may send several in one field or in several (RFC 9110,
// section 11.6.1).
func strongestChallenge(h http.Header) *digest.Challenge {
	var best *digest.Challenge
	for _, c := range digestChallenges(h) {
		if canDigest(c) && c.Nonce != "" && (best == nil || strength(c) > strength(best)) {
			best = c
		}
	}
	return best
}

// md5Forbidden is true when cryptography other than FIPS 140-3 is forbidden (GODEBUG=fips140=only).
// Then MD5 panics.
var md5Forbidden = fips140.Enforced()

// canDigest reports whether a challenge is supported.
func canDigest(c *digest.Challenge) bool {
	return digest.CanDigest(c) && (!md5Forbidden || strength(c) > strengthMD5)
}

// challengeProblem says why a 401 could not be responded with digest.
func challengeProblem(h http.Header, r *rest.Redactor) string {
	schemes := []string{}
	for _, field := range h.Values("WWW-Authenticate") {
		for _, c := range splitChallenges(field) {
			schemes = append(schemes, c.scheme)
		}
	}
	switch {
	case len(schemes) == 0:
		return "it offers no way to authenticate (no WWW-Authenticate header)"
	case md5Forbidden && slices.ContainsFunc(digestChallenges(h), digest.CanDigest):
		return "its digest challenge asks for MD5, which FIPS 140-3 forbids on this machine (GODEBUG=fips140=only)"
	case len(digestChallenges(h)) > 0:
		return "its digest challenge asks for an algorithm or quality of protection that is not supported, or has no nonce"
	case slices.ContainsFunc(schemes, func(s string) bool { return strings.EqualFold(s, "Digest") }):
		return "its digest challenge is malformed"
	default:
		return "it offers no digest authentication, only " + r.Excerpt(strings.Join(schemes, ", "))
	}
}

const strengthMD5 = 1

// strength orders the algorithms; none means MD5.
func strength(c *digest.Challenge) int {
	return slices.Index([]string{"", "MD5", "SHA-256", "SHA-512-256", "SHA-512"}, strings.ToUpper(c.Algorithm))
}

// digestChallenges returns the well-formed digest challenges.
func digestChallenges(h http.Header) []*digest.Challenge {
	var found []*digest.Challenge
	for _, field := range h.Values("WWW-Authenticate") {
		for _, c := range splitChallenges(field) {
			if !strings.EqualFold(c.scheme, "Digest") {
				continue
			}
			// icholy's parser takes bytes that are not UTF-8 for others.
			parsed, err := digest.ParseChallenge(digest.Prefix + widened(strings.Join(c.params, ", ")))
			if err != nil {
				continue
			}
			parsed.Realm, parsed.Nonce, parsed.Opaque = narrowed(parsed.Realm), narrowed(parsed.Nonce), narrowed(parsed.Opaque)
			for i, qop := range parsed.QOP {
				parsed.QOP[i] = strings.ToLower(strings.TrimSpace(qop))
			}
			found = append(found, parsed)
		}
	}
	return found
}

// challenge is one challenge of a header field, its parameters in the one form that icholy/digest
// reads: lower-case name, quoted value.
type challenge struct {
	scheme string
	params []string
}

// splitChallenges splits a WWW-Authenticate field. Both challenges and their parameters are
// separated by commas; an element begins a new challenge unless it is a parameter, a token followed
// by an equals sign.
func splitChallenges(field string) []challenge {
	var found []challenge
	for _, element := range splitList(field) {
		name, rest := cutToken(element)
		value, isParam := strings.CutPrefix(rest, "=")
		if !isParam {
			found = append(found, challenge{scheme: name})
			if name, rest = cutToken(rest); name == "" {
				continue
			}
			if value, isParam = strings.CutPrefix(rest, "="); !isParam {
				continue
			}
		}
		if name = strings.ToLower(name); len(found) > 0 && readable(name) {
			last := &found[len(found)-1]
			last.params = append(last.params, name+"="+quoted(strings.TrimSpace(value)))
		}
	}
	return found
}

// splitList splits at the commas outside quotes and drops empty elements.
func splitList(field string) []string {
	var (
		elements []string
		start    int
		inQuotes bool
	)
	add := func(element string) {
		if element = strings.TrimSpace(element); element != "" {
			elements = append(elements, element)
		}
	}
	for i := 0; i < len(field); i++ {
		switch c := field[i]; {
		case inQuotes && c == '\\':
			i++
		case c == '"':
			inQuotes = !inQuotes
		case c == ',' && !inQuotes:
			add(field[start:i])
			start = i + 1
		}
	}
	add(field[start:])
	return elements
}

// cutToken splits off a leading token and the white space after it.
func cutToken(s string) (token, rest string) {
	end := strings.IndexAny(s, " \t=\",")
	if end < 0 {
		end = len(s)
	}
	return s[:end], strings.TrimLeft(s[end:], " \t")
}

// readable reports whether icholy/digest can read a parameter of that name. The others are
// extensions, which RFC 7616 (section 3.3) has clients ignore.
func readable(name string) bool {
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func quoted(value string) string {
	if strings.HasPrefix(value, `"`) {
		return value
	}
	return `"` + value + `"`
}

// widened makes a character of each byte, and narrowed a byte of each character.
func widened(s string) string {
	wide := make([]rune, len(s))
	for i := range len(s) {
		wide[i] = rune(s[i])
	}
	return string(wide)
}

func narrowed(s string) string {
	narrow := make([]byte, 0, len(s))
	for _, r := range s {
		narrow = append(narrow, byte(r)) //nolint:gosec // widened made it of a byte
	}
	return string(narrow)
}
