// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"errors"
	"strings"
)

var errParameters = errors.New("malformed authentication parameters")

// parseParameters reads name=value pairs, quoted or not, divided by commas. A name that comes twice
// is an error: the two sides could each believe another one.
func parseParameters(text string) (map[string]string, error) {
	params := map[string]string{}
	for rest := strings.TrimSpace(text); rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := params[name]; !ok || name == "" || twice {
			return nil, errParameters
		}
		value, after, err := parseValue(strings.TrimLeft(after, " \t"))
		if err != nil {
			return nil, err
		}
		params[name] = value

		after = strings.TrimLeft(after, " \t")
		rest = strings.TrimLeft(strings.TrimPrefix(after, ","), " \t")
		if len(after) == len(rest) && rest != "" {
			return nil, errParameters // no comma
		}
	}
	return params, nil
}

// parseValue splits off a token or a quoted string.
func parseValue(text string) (value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:], nil
	}
	var out strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return out.String(), text[i+1:], nil
		case '\\':
			i++
			if i == len(text) {
				return "", "", errParameters
			}
		}
		out.WriteByte(text[i])
	}
	return "", "", errParameters
}
