// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
	"github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

// Test runs the steps with the real CLI, which gets a provider of its own.
func (s *Scene) Test(steps ...resource.TestStep) {
	s.t.Helper()
	resource.UnitTest(s.t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"atlas": func() (tfprotov6.ProviderServer, error) {
				return provider.New("1.2.3", s.options()...).Server(), nil
			},
		},
		Steps: steps,
	})
}

// HCL is a configuration with a provider block for the scene, which may have more arguments, and
// what follows it.
func (s *Scene) HCL(arguments string, blocks ...string) string {
	return fmt.Sprintf("provider \"atlas\" {\n  base_url = %q\n  %s\n}\n", s.URL, arguments) + strings.Join(blocks, "\n")
}

// Data is a data source block named test, with arguments of the sharded cluster and more.
func Data(dataSource, arguments string) string {
	return fmt.Sprintf("data %q \"test\" {\n  project_id = %q\n  cluster_name = %q\n  %s\n}\n",
		dataSource, atlasmock.ProjectID, atlasmock.ShardedCluster, arguments)
}

// Object is what an object of a list must be.
type Object = map[string]knownvalue.Check

// List expects these objects and no others.
func List(objects ...Object) knownvalue.Check {
	checks := make([]knownvalue.Check, len(objects))
	for i, o := range objects {
		checks[i] = knownvalue.ObjectExact(o)
	}
	return knownvalue.ListExact(checks)
}

// Known expects a value of null, booleans, strings, whole numbers, lists and objects, written in
// Go.
func Known(want any) knownvalue.Check {
	switch want := want.(type) {
	case nil:
		return knownvalue.Null()
	case bool:
		return knownvalue.Bool(want)
	case string:
		return knownvalue.StringExact(want)
	case int:
		return knownvalue.Int64Exact(int64(want))
	case []any:
		elements := make([]knownvalue.Check, len(want))
		for i, element := range want {
			elements[i] = Known(element)
		}
		return knownvalue.ListExact(elements)
	case map[string]any:
		members := Object{}
		for name, member := range want {
			members[name] = Known(member)
		}
		return knownvalue.ObjectExact(members)
	default:
		panic(fmt.Sprintf("no check for a %T", want)) // a mistake in the test
	}
}

// State expects these attributes in the state of what is at the address.
func State(address string, attributes map[string]any) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), Known(want)))
	}
	return checks
}

// ErrorAt matches an error with this summary that quotes the line which begins with a word: an
// argument's name, or data for the whole block.
func ErrorAt(summary, word string) *regexp.Regexp {
	return regexp.MustCompile(`Error: ` + regexp.QuoteMeta(summary) + `\n\n +with data\.[^\n]+\n +on [^\n]+, in data [^\n]+:\n +\d+: +` + word + ` `)
}
