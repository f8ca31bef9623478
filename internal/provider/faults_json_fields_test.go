// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// jsonPath leads to a value in a document: names, and indexes of lists.
type jsonPath []any

// dotted is the path as an error names it.
func (p jsonPath) dotted() string {
	var names []string
	for _, step := range p {
		if name, ok := step.(string); ok {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

// attribute leads to the same value among the attributes.
func (p jsonPath) attribute() jsonPath {
	path := slices.Clone(p)
	for i, step := range path {
		if name, ok := step.(string); ok {
			path[i] = snakeCase(name)
		}
	}
	return path
}

func snakeCase(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// jsonPaths returns the path of every value inside of a value.
func jsonPaths(value any) []jsonPath {
	var paths []jsonPath
	under := func(step, value any) {
		paths = append(paths, jsonPath{step})
		for _, path := range jsonPaths(value) {
			paths = append(paths, append(jsonPath{step}, path...))
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			under(name, value[name])
		}
	case []any:
		for i, element := range value {
			under(i, element)
		}
	}
	return paths
}

func jsonAt(value any, path jsonPath) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

// jsonSet returns a copy of a value with another one at the path.
func jsonSet(value any, path jsonPath, to any) any {
	if len(path) == 0 {
		return to
	}
	if index, ok := path[0].(int); ok {
		list := slices.Clone(value.([]any))
		list[index] = jsonSet(list[index], path[1:], to)
		return list
	}
	name, object := path[0].(string), maps.Clone(value.(map[string]any))
	object[name] = jsonSet(object[name], path[1:], to)
	return object
}

func jsonWithout(value any, path jsonPath) any {
	last := len(path) - 1
	object := maps.Clone(jsonAt(value, path[:last]).(map[string]any))
	delete(object, path[last].(string))
	return jsonSet(value, path[:last], object)
}

func jsonText(t *testing.T, value any) string {
	t.Helper()

	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// jsonScenario is the fixture, taken apart, and what a healthy read makes of it.
func jsonScenario(t *testing.T) (document any, healthy map[string]any) {
	t.Helper()

	scene := newJSONScene(t)
	fixture := jsonFixture(t)
	if err := json.Unmarshal([]byte(fixture), &document); err != nil {
		t.Fatal(err)
	}
	scene.serve(fixture)
	healthy, diagnostics := scene.single()
	assertDiagnostics(t, diagnostics)
	return document, healthy
}

// absent returns the attributes when a field is null or missing: null, but a
// list is empty, the id is the one asked for, and the project is none of them.
func absent(healthy map[string]any, path jsonPath, document any) map[string]any {
	var value any
	switch jsonAt(document, path).(type) {
	case []any:
		value = []any{}
	case map[string]any:
		if path[len(path)-1] != "tokenTimestamp" {
			value = map[string]any{} // an element, whose attributes are all null
			for name := range jsonAt(healthy, path.attribute()).(map[string]any) {
				value.(map[string]any)[name] = nil
			}
		}
	}
	switch path.dotted() {
	case "id", "groupId":
		return healthy
	}
	return jsonSet(healthy, path.attribute(), value).(map[string]any)
}

// An answer may lack anything.
func TestFaults_json_null(t *testing.T) {
	t.Parallel()

	document, healthy := jsonScenario(t)
	for _, path := range jsonPaths(document) {
		t.Run(fmt.Sprint(path), func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			if path.dotted() == "id" {
				scene.refuses(jsonText(t, jsonSet(document, path, nil)), "not a checkpoint: it has no id")
				return
			}
			scene.gives(jsonText(t, jsonSet(document, path, nil)), absent(healthy, path, document))
		})
	}
}

func TestFaults_json_missing(t *testing.T) {
	t.Parallel()

	document, healthy := jsonScenario(t)
	for _, path := range jsonPaths(document) {
		name, isField := path[len(path)-1].(string)
		if !isField || name == "id" {
			continue
		}
		t.Run(fmt.Sprint(path), func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			scene.gives(jsonText(t, jsonWithout(document, path)), absent(healthy, path, document))
		})
	}
	t.Run("id", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).refuses(jsonText(t, jsonWithout(document, jsonPath{"id"})), "not a checkpoint: it has no id")
	})
	t.Run("empty id", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).refuses(jsonText(t, jsonSet(document, jsonPath{"id"}, "")), "not a checkpoint: it has no id")
	})
	t.Run("all", func(t *testing.T) {
		t.Parallel()

		newJSONScene(t).refuses(`{}`, "not a checkpoint: it has no id")
	})
}

// jsonTypes are values of every type that JSON has but null.
var jsonTypes = map[string]any{
	"string": "text", "number": json.Number("5"), "bool": true, "object": map[string]any{"a": 1}, "array": []any{1},
}

func jsonType(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	case map[string]any:
		return "object"
	default:
		return "array"
	}
}

// A value of another type than the documented one is an error that names the field.
func TestFaults_json_types(t *testing.T) {
	t.Parallel()

	document, _ := jsonScenario(t)
	for _, path := range jsonPaths(document) {
		for name, other := range jsonTypes {
			if name == jsonType(jsonAt(document, path)) {
				continue
			}
			t.Run(fmt.Sprint(path, name), func(t *testing.T) {
				t.Parallel()

				scene := newJSONScene(t)
				last := path[len(path)-1]
				fact := "field " + path.dotted() + " can't be " + name
				if slices.Contains([]any{"started", "completed", "timestamp", "date"}, last) {
					fact = "is " + jsonText(t, other) + ", which is not an RFC 3339 time"
				}
				scene.refuses(jsonText(t, jsonSet(document, path, other)), fact)
			})
		}
	}
	for name, body := range map[string]string{
		"null": `null`, "string": `"text"`, "number": `5`, "bool": `true`, "array": `[{}]`, "nothing": ``,
		"two objects": `{}{}`, "object and more": `{} x`,
	} {
		t.Run("document "+name, func(t *testing.T) {
			t.Parallel()

			scene := newJSONScene(t)
			whole := atlasmock.FaultBody(200, "application/json", body)
			scene.atlas.Fail(whole, whole)
			_, single := scene.single()
			scene.refused(body, single, "checkpoint", "not a JSON object")
			_, list := scene.list()
			scene.refused(body, list, "checkpoints", "Problem: not a ")
		})
	}
}
