// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"reflect"
	"strings"
	"testing"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
)

func TestRepeated(t *testing.T) {
	deep := strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)
	for body, want := range map[string]string{
		`{}`:                               "",
		`{"id":"a","id":"a"}`:              "id",
		`{"id":null,"id":"a"}`:             "id",
		`{"id":"a","ID":"b"}`:              "id",
		`{"id":"a","\u0069d":1}`:           "id",
		`{"linKs":[],"linKs":[]}`:          "links", // the sign of the unit kelvin, which Unicode folds to a k
		`{"started":"a\"","started":"\\"}`: "started",
		`{"links" : [ ] ,	"restorable" : true , "links" : [ ] }`:                     "links",
		`{"parts":[{},{"shardName":"a","typeName":"b","shardName":"a"}]}`:            "parts.shardName",
		`{"parts":[{"tokenTimestamp":{"date":"a","increment":-1.5e+9,"date":"b"}}]}`: "parts.tokenTimestamp.date",
		`{"links":[{"href":"a"},{"href":"a","rel":"b","rel":"c"}]}`:                  "links.rel",

		// As often as there are objects.
		`{"parts":[{"typeName":"a"},{"typeName":"a"}],"links":[{"rel":"a"},{"rel":"a"}]}`: "",
		`{"id":"a","parts":[{"id":"a"}],"new":{"id":"a"}}`:                                "",
		// Nobody reads these.
		`{"new":1,"new":2,"":1,"":2}`: "",
		`{"new":{"id":1,"id":2,"parts":[{"date":1,"date":2}]},"started":{"x":1,"x":2}}`: "",
		`{"new":` + deep + `,"restorable":true}`:                                        "",
		`{"new":` + deep + `,"restorable":true,"restorable":true}`:                      "restorable",
	} {
		if got := rest.Repeated([]byte(body), rest.FieldsOf(reflect.TypeFor[Checkpoint]())); got != want {
			t.Errorf("%.100s: got %q, want %q", body, got, want)
		}
	}
}
