// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// summaryArgument is where functions take a summary.
var summaryArgument = map[string]int{
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1, "problem": 0,
}

// libraryValidators are the packages of terraform-plugin-framework-validators whose summaries have
// entries, and those summaries.
var libraryValidators = map[string]string{"stringvalidator": "Invalid Attribute Value Match"}

var sentence = regexp.MustCompile(`^[A-Z].* `)

// Each summary in the code has an entry on the page about troubleshooting, and each entry above
// those of Terraform's own messages is about a summary.
func TestTroubleshooting_everySummary(t *testing.T) {
	ours, _, _ := strings.Cut(read(t, "../../docs/guides/troubleshooting.md"), "\n## Messages of Terraform\n")
	var headings []string
	for _, heading := range regexp.MustCompile(`(?m)^### (.+)$`).FindAllStringSubmatch(ours, -1) {
		headings = append(headings, heading[1])
	}
	var known []*regexp.Regexp
	for _, folder := range []string{"../atlasdiag", "../datasources", "../provider", "../validators"} {
		for _, summary := range summaries(t, folder) {
			known = append(known, summary)
			if !slices.ContainsFunc(headings, summary.MatchString) {
				t.Errorf("no entry for %s", summary)
			}
		}
	}
	if len(known) < 50 {
		t.Errorf("only %d summaries were found in the code", len(known))
	}
	for _, heading := range headings {
		if !slices.ContainsFunc(known, func(summary *regexp.Regexp) bool { return summary.MatchString(heading) }) {
			t.Errorf("nothing has the summary %q", heading)
		}
	}
}

// summaries finds the summaries in the code below a folder. What is not constant in one matches
// anything.
func summaries(t *testing.T, folder string) []*regexp.Regexp {
	t.Helper()
	var found []*regexp.Regexp
	add := func(expression ast.Expr) {
		if pattern := patternOf(expression); strings.Trim(pattern, ".*") != "" {
			found = append(found, regexp.MustCompile("^"+pattern+"$"))
		}
	}
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, imported := range file.Imports {
			_, name, isLibrary := strings.Cut(strings.Trim(imported.Path.Value, `"`), "/terraform-plugin-framework-validators/")
			if summary, known := libraryValidators[name]; known {
				found = append(found, regexp.MustCompile(summary))
			} else if isLibrary {
				t.Errorf("%s: the summaries of %s are not known", path, name)
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				name := ""
				switch function := node.Fun.(type) {
				case *ast.SelectorExpr:
					name = function.Sel.Name
				case *ast.Ident:
					name = function.Name
				}
				if at, ok := summaryArgument[name]; ok && at < len(node.Args) {
					add(node.Args[at])
				}
			case *ast.CompositeLit: // perhaps an explanation
				if len(node.Elts) == 3 && sentence.MatchString(patternOf(node.Elts[0])) {
					add(node.Elts[0])
				}
			case *ast.KeyValueExpr:
				if key, ok := node.Key.(*ast.Ident); ok && key.Name == "summary" {
					add(node.Value)
				}
			case *ast.ValueSpec:
				if name := node.Names[0].Name; (name == "summary" || name == "refused") && len(node.Values) > 0 {
					add(node.Values[0])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func patternOf(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(expression.Value)
		return regexp.QuoteMeta(text)
	case *ast.BinaryExpr:
		return patternOf(expression.X) + patternOf(expression.Y)
	default:
		return ".*"
	}
}
