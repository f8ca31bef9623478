// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Field is a name that is read of an object, with the fields of the object, or
// of the objects in the list, that it holds.
type Field struct {
	name  []byte
	inner []Field
}

// FieldsOf returns the fields that encoding/json reads into a type.
func FieldsOf(t reflect.Type) []Field {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]Field) //nolint:forcetypeassert // nothing else is stored
	}
	fields := readFields(t)
	fieldsOf.Store(t, fields)
	return fields
}

var fieldsOf sync.Map // by reflect.Type

func readFields(t reflect.Type) []Field {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	var fields []Field
	for f := range t.Fields() {
		if f.Anonymous {
			fields = append(fields, FieldsOf(f.Type)...)
			continue
		}
		fields = append(fields, Field{[]byte(f.Tag.Get("json")), FieldsOf(f.Type)})
	}
	return fields
}

// find returns the index of the field that encoding/json takes a quoted name
// for, which need not be in the same case; -1 if it is none.
func find(fields []Field, quoted []byte) int {
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		var text string
		_ = json.Unmarshal(quoted, &text) // valid, as all that is scanned
		name = []byte(text)
	}
	return slices.IndexFunc(fields, func(f Field) bool { return bytes.EqualFold(f.name, name) })
}

// Repeated returns the path of a field that stands twice in an object, empty if
// there is none. The data must be valid JSON. encoding/json would take the last
// value of two, or mix them if they are objects or lists.
func Repeated(data []byte, fields []Field) string {
	return (&scan{data}).value(fields)
}

// scan is a way through valid JSON.
type scan struct{ rest []byte }

// next moves to the next byte that matters: in valid JSON, commas and colons
// say no more than white space does.
func (s *scan) next() byte {
	s.rest = bytes.TrimLeft(s.rest, " \t\r\n,:")
	return s.rest[0]
}

func (s *scan) value(fields []Field) (twice string) {
	switch s.next() {
	case '{':
		return s.object(fields)
	case '[':
		return s.list(fields)
	case '"':
		s.text()
	default:
		s.rest = bytes.TrimLeft(s.rest, "+-.0123456789Eaeflnrstu")
	}
	return ""
}

func (s *scan) object(fields []Field) (twice string) {
	var seen uint64 // a bit for each field
	for s.rest = s.rest[1:]; s.next() != '}'; {
		i := find(fields, s.text())
		if i < 0 {
			_ = s.value(nil)
			continue
		}
		if seen&(1<<i) != 0 {
			return string(fields[i].name)
		}
		seen |= 1 << i
		if twice = s.value(fields[i].inner); twice != "" {
			return string(fields[i].name) + "." + twice
		}
	}
	s.rest = s.rest[1:]
	return ""
}

func (s *scan) list(fields []Field) (twice string) {
	for s.rest = s.rest[1:]; s.next() != ']'; {
		if twice = s.value(fields); twice != "" {
			return twice
		}
	}
	s.rest = s.rest[1:]
	return ""
}

// text returns a string in its quotes.
func (s *scan) text() []byte {
	for i := 1; ; i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '"':
			text := s.rest[:i+1]
			s.rest = s.rest[i+1:]
			return text
		}
	}
}

// JSONProblem says what is wrong in terms of the document, where encoding/json
// speaks of Go types.
func JSONProblem(err error) error {
	var wrongType *json.UnmarshalTypeError
	if !errors.As(err, &wrongType) {
		return fmt.Errorf("not a JSON object: %w", err)
	}
	if wrongType.Field == "" {
		return fmt.Errorf("not a JSON object: %s", wrongType.Value)
	}
	return fmt.Errorf("field %s can't be %s", strings.TrimPrefix(wrongType.Field, "Identity."), wrongType.Value)
}
