// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
)

// resolveBaseURL takes base_url from the provider block, else from the environment, else the
// default that is_mongodbgov_cloud chooses.
func resolveBaseURL(m model, getenv func(string) string) (*url.URL, diag.Diagnostics) {
	government := m.IsMongoDBGovCloud.ValueBool()
	configured, ok := fromBlock(m)["base_url"]
	if !ok {
		configured, ok = fromEnvironment(getenv)["base_url"]
	}
	if !ok && government {
		return &url.URL{Scheme: "https", Host: atlas.GovernmentHost}, nil
	}
	if !ok {
		return &url.URL{Scheme: "https", Host: atlas.Host}, nil
	}

	base, err := parseBaseURL(configured.value)
	if err != nil {
		return nil, diag.Diagnostics{invalidBaseURL(configured, err)}
	}
	if government && base.String() != "https://"+atlas.GovernmentHost {
		return nil, diag.Diagnostics{otherThanGovernment(configured)}
	}
	return base, nil
}

// parseBaseURL reads the address that API paths are appended to, in its canonical form: the host in
// lower case, no default port, no trailing slash. Its errors are predicates that never quote the
// address, which may hold a password.
func parseBaseURL(raw string) (*url.URL, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	scheme = strings.ToLower(scheme)
	authority, _, _ := strings.Cut(rest, "/")
	switch {
	case strings.TrimSpace(raw) != raw:
		return nil, errors.New("has white space around it")
	case strings.Trim(raw, quotationMarks) != raw:
		return nil, errors.New("has a quotation mark at its beginning or end, which is no part of an address: remove it")
	case !utf8.ValidString(raw), strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) }):
		return nil, errors.New("contains white space, a control character or an invisible character")
	case rest == "" || scheme != "https" && scheme != "http":
		return nil, errors.New("does not begin with https:// and a host")
	case strings.Contains(authority, "@"):
		return nil, errors.New("holds user info, the part before the @: credentials have arguments of their own")
	case strings.ContainsAny(raw, "?#"):
		return nil, errors.New("has a query or a fragment, which begin at ? and #")
	case authority == "":
		return nil, errors.New("has no host")
	}

	// The parser's own errors quote the address.
	parsed, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("is not a valid URL: look at its host, its port and its percent signs")
	}
	host, err := canonicalHost(scheme, authority, parsed)
	if err != nil {
		return nil, err
	}
	if err := validatePrefix(parsed); err != nil {
		return nil, err
	}
	return &url.URL{
		Scheme:  scheme,
		Host:    host,
		Path:    strings.TrimRight(parsed.Path, "/"),
		RawPath: strings.TrimRight(parsed.RawPath, "/"),
	}, nil
}

// hostName is a DNS name, but for its length. Go would also take quotes and other characters that
// no resolver knows.
var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$`)

// maxHostName is the longest DNS name (RFC 1035, section 2.3.4), without its final dot.
const maxHostName = 253

func canonicalHost(scheme, authority string, parsed *url.URL) (string, error) {
	name := strings.ToLower(parsed.Hostname())
	address, err := netip.ParseAddr(name)
	isAddress := err == nil
	switch {
	case name == "":
		return "", errors.New("has no host")
	case strings.Contains(authority, "%"), !isAddress && !isHostName(name):
		return "", errors.New("has a host that is neither a DNS name nor an IP address; " +
			"write an international name in its xn-- form")
	case scheme == "http" && !isLoopback(name, address):
		return "", errors.New("begins with http://, which is not encrypted: " +
			"it is allowed for loopback addresses only (127.0.0.0/8, ::1, localhost)")
	}

	if isAddress && address.Is6() {
		name = "[" + name + "]"
	}
	port, err := canonicalPort(scheme, parsed)
	return name + port, err
}

func isHostName(name string) bool {
	return len(strings.TrimSuffix(name, ".")) <= maxHostName && hostName.MatchString(name)
}

// canonicalPort returns the port with its colon, or nothing for the scheme's default.
func canonicalPort(scheme string, parsed *url.URL) (string, error) {
	if parsed.Port() == "" && !strings.HasSuffix(parsed.Host, ":") {
		return "", nil
	}
	port, err := strconv.ParseUint(parsed.Port(), 10, 16)
	if err != nil || port == 0 {
		return "", errors.New("has a port that is not a number from 1 to 65535")
	}
	if scheme == "https" && port == 443 || scheme == "http" && port == 80 {
		return "", nil
	}
	return fmt.Sprintf(":%d", port), nil
}

// isLoopback does not take "localhost." or names below localhost: a resolver may look those up in
// the network.
func isLoopback(name string, address netip.Addr) bool {
	return name == "localhost" || address == netip.IPv6Loopback() || address.Is4() && address.IsLoopback()
}

// apiPath is what the client appends itself, or the beginning of it, with all that follows it.
var apiPath = regexp.MustCompile(`/api(/atlas(/v[0-9.]+(/.*)?)?)?$`)

// apiPathError is the error of an address that has the API's own path.
type apiPathError struct{ use string }

func (e *apiPathError) Error() string {
	return "has the API's own path, which the provider appends"
}

// validatePrefix refuses a path under which the API's paths would not be what they say.
func validatePrefix(parsed *url.URL) error {
	prefix := strings.TrimRight(parsed.EscapedPath(), "/")
	if prefix == "" {
		return nil
	}
	if own := apiPath.FindStringIndex(prefix); own != nil {
		return &apiPathError{use: strings.ToLower(parsed.Scheme+"://"+parsed.Host) + prefix[:own[0]]}
	}
	for segment := range strings.SplitSeq(prefix[1:], "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." || strings.ContainsAny(decoded, `/\`) ||
			strings.ContainsFunc(decoded, invisible) {
			return errors.New("has a path with an empty segment, a dot segment, a backslash, an encoded slash or an " +
				"encoded control character")
		}
	}
	return nil
}

func invalidBaseURL(configured setting, err error) diag.Diagnostic {
	if own, ok := errors.AsType[*apiPathError](err); ok && !configured.confidential() {
		return configured.problem("Invalid Atlas base URL", fmt.Sprintf("%s %s. Use %q.", shown(configured), err, own.use))
	}
	return configured.problem("Invalid Atlas base URL", fmt.Sprintf(
		"%s %s. Expected an address such as https://%s or, for a gateway, "+
			"https://gateway.example.com/atlas.", shown(configured), err, atlas.Host))
}

func otherThanGovernment(configured setting) diag.Diagnostic {
	return configured.problem("Conflicting Atlas base URLs", fmt.Sprintf(
		"is_mongodbgov_cloud = true means https://%s, but %s is another address. Remove one of the two.",
		atlas.GovernmentHost, shown(configured)))
}

// maxShown is the longest address that an error quotes: longer, it is no address but something that
// was passed by mistake.
const maxShown = 300

// shown names a setting, with its value unless that is confidential or very long.
func shown(s setting) string {
	if s.confidential() || len(s.value) > maxShown {
		return s.String()
	}
	return fmt.Sprintf("%s (%q)", s, s.value)
}

// harmless is what an address looks like that has no place for a secret: no user info, query,
// fragment or escapes, and a port of digits. Without a scheme it must look like a host name, since
// it could be anything that was put into the wrong argument.
var harmless = regexp.MustCompile(`^\s*([A-Za-z]+://(\[[0-9A-Fa-f:.]*\]|[A-Za-z0-9._-]*)|` +
	`[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+|localhost)(:[0-9]*)?(/[A-Za-z0-9._~/-]*)?\s*$`)
