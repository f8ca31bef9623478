// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Config holds arguments; those that it leaves out are null.
type Config map[string]any

func dynamic(schema *tfprotov6.Schema, arguments Config) *tfprotov6.DynamicValue {
	typ := schema.ValueType()
	value, err := tfprotov6.NewDynamicValue(typ, terraform(typ, map[string]any(arguments)))
	if err != nil {
		panic(err) // a mistake in the test
	}
	return &value
}

// terraform turns nil, Unknown, scalars and maps into a value of the type.
func terraform(typ tftypes.Type, value any) tftypes.Value {
	object, ok := typ.(tftypes.Object)
	members, isMap := value.(map[string]any)
	if !ok || !isMap {
		return tftypes.NewValue(typ, value)
	}
	for name := range members {
		if _, ok := object.AttributeTypes[name]; !ok {
			panic("no such argument: " + name)
		}
	}
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		values[name] = terraform(typ, members[name])
	}
	return tftypes.NewValue(typ, values)
}

// plain turns a value of the protocol into one of Go; a number into its digits.
func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		return as[string](t, value)
	case typ.Is(tftypes.Bool):
		return as[bool](t, value)
	case typ.Is(tftypes.Number):
		return as[*big.Float](t, value).Text('f', -1)
	case typ.Is(tftypes.List{}):
		elements := []any{}
		for _, element := range as[[]tftypes.Value](t, value) {
			elements = append(elements, plain(t, element))
		}
		return elements
	default:
		members := map[string]any{}
		for name, member := range as[map[string]tftypes.Value](t, value) {
			members[name] = plain(t, member)
		}
		return members
	}
}

func as[T any](t *testing.T, value tftypes.Value) (to T) {
	t.Helper()
	if err := value.As(&to); err != nil {
		t.Error(err)
	}
	return to
}
