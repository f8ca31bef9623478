// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

const (
	// itemsPerPage is the most that Atlas puts on one page.
	itemsPerPage = 500
	// maxPage bounds one page of a list, and maxDocument a document.
	maxPage     = 32 << 20
	maxDocument = 8 << 20
)

// page is what a page of a list says beside its results.
type page struct {
	next  bool // carries a link to a next page
	total int  // the totalCount, 0 without one
}

// decodePage reads a page of a list, calling item at each of its results: item
// must decode one value. Nothing of the page is kept here, so that memory grows
// with what the caller keeps.
func decodePage(body io.Reader, item func(index int, dec *json.Decoder) error) (page, error) {
	var p page
	dec := json.NewDecoder(body)
	found := false
	err := decodeObject(dec, func(key string) error {
		switch key {
		case "results":
			if found {
				return errors.New("duplicate field results")
			}
			found = true
			return decodeArray(dec, "results", func(index int) error { return item(index, dec) })
		case "links":
			return decodeArray(dec, "links", func(int) error {
				var l Link
				err := dec.Decode(&l)
				p.next = p.next || l.Rel != nil && *l.Rel == "next"
				return err
			})
		case "totalCount":
			var total json.RawMessage
			if err := dec.Decode(&total); err != nil {
				return rest.JSONProblem(err)
			}
			p.total, _ = strconv.Atoi(string(total)) // an estimate: what is no number says nothing
			return nil
		default:
			return skipValue(dec)
		}
	})
	if err != nil {
		return p, err
	}
	if !found {
		return p, errors.New("not a list: it has no results")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return p, orReceive(err, "not a JSON object: something follows it")
	}
	return p, nil
}

// decodeObject walks through an object, with field standing at each value.
func decodeObject(dec *json.Decoder, field func(key string) error) error {
	if err := delimiter(dec, '{', "object"); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return rest.JSONProblem(err)
		}
		if err := field(key.(string)); err != nil { //nolint:forcetypeassert // the decoder lets nothing else be a key
			return err
		}
	}
	return closing(dec)
}

// decodeArray walks through an array. Links may be null; results are required.
func decodeArray(dec *json.Decoder, field string, element func(index int) error) error {
	token, err := dec.Token()
	if err != nil {
		return rest.JSONProblem(err)
	}
	if token == nil && field == "links" {
		return nil
	}
	if token == nil {
		return fmt.Errorf("not a list: %s is null", field)
	}
	if token != json.Delim('[') {
		return fmt.Errorf("not a list: %v where an array should be", token)
	}
	for index := 0; dec.More(); index++ {
		if err := element(index); err != nil {
			return err
		}
	}
	return closing(dec)
}

func delimiter(dec *json.Decoder, want json.Delim, noun string) error {
	token, err := dec.Token()
	if err != nil {
		return rest.JSONProblem(err)
	}
	if token != want {
		return fmt.Errorf("not a JSON %s", noun)
	}
	return nil
}

func closing(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return rest.JSONProblem(err)
	}
	return nil
}

// skipValue reads over a value of any depth without keeping it.
func skipValue(dec *json.Decoder) error {
	for depth := 0; ; {
		token, err := dec.Token()
		if err != nil {
			return rest.JSONProblem(err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// orReceive is a failure to receive if err is one, and the problem otherwise.
func orReceive(err error, problem string) error {
	if rest.IsReceive(err) {
		return err
	}
	return errors.New(problem)
}
