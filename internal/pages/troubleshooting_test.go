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

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
)

// summaryArgument is where functions take a summary.
var summaryArgument = map[string]int{
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1, "problem": 0,
}

// libraryValidators are the validators of terraform-plugin-framework-validators that have entries, and
// their summaries.
var libraryValidators = map[string]string{"stringvalidator.OneOf": "Invalid Attribute Value Match"}

// operations are what a noun in a summary stands for.
var operations = []atlas.Operation{atlas.Checkpoints, atlas.Snapshots, atlas.RestoreJobs, atlas.Schedules}

// Each summary in the code has an entry on the page about troubleshooting, and each entry above
// those of Terraform's own messages is about a summary and says something about it.
func TestTroubleshooting_everySummary(t *testing.T) {
	ours, _, _ := strings.Cut(read(t, "../../docs/guides/troubleshooting.md"), "\n## Messages of Terraform\n")
	entries := map[string]bool{}
	lines := slices.DeleteFunc(strings.Split(ours+"\n## ", "\n"), func(line string) bool { return line == "" })
	for i, line := range lines {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			entries[heading] = true
			if strings.HasPrefix(lines[i+1], "## ") {
				t.Errorf("%s: the entry is empty", heading)
			}
		}
	}
	known := summaries(t)
	if len(known) < 50 {
		t.Errorf("only %d summaries were found in the code", len(known))
	}
	for summary := range known {
		if !entries[summary] {
			t.Errorf("no entry for %q", summary)
		}
	}
	for entry := range entries {
		if !known[entry] {
			t.Errorf("nothing has the summary %q", entry)
		}
	}
}

// docs/guides/authentication.md says of each status what the errors of that status say.
func TestAuthentication_statuses(t *testing.T) {
	goldens, err := filepath.Glob("../atlasdiag/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var printed []string
	for _, file := range goldens {
		printed = append(printed, strings.Split(read(t, file), "\nError: ")...)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| \[(.+?)\]`).FindAllStringSubmatch(read(t, "../../docs/guides/authentication.md"), -1)
	if len(rows) == 0 {
		t.Fatal("the page has no table of statuses")
	}
	for _, row := range rows {
		if !slices.ContainsFunc(printed, func(text string) bool {
			return strings.HasPrefix(text, row[2]) && strings.Contains(text, " HTTP "+row[1]+" ")
		}) {
			t.Errorf("no error %q is about status %s", row[2], row[1])
		}
	}
}

// summaries are the summaries in the provider's code. It fails for one that it can't read.
func summaries(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	packages := map[string][]*ast.File{}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch entry.Name() {
		case "acctest", "atlas", "atlasmock", "benchcli", "faults", "livecheck", "pages": // no diagnostics of the provider
			return fs.SkipDir
		}
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, parsed := range packages {
		r := reader{t: t, files: files, found: found, named: map[string]ast.Expr{}}
		for _, file := range parsed {
			ast.Inspect(file, r.names)
		}
		for _, file := range parsed {
			ast.Inspect(file, r.summaries)
		}
	}
	return found
}

// reader reads the summaries of one package.
type reader struct {
	t     *testing.T
	files *token.FileSet
	found map[string]bool
	// named are the values of constants and variables.
	named map[string]ast.Expr
}

func (r reader) names(node ast.Node) bool {
	if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
		for i, name := range spec.Names {
			r.named[name.Name] = spec.Values[i]
		}
	}
	return true
}

// summaries finds the arguments and fields that are summaries.
func (r reader) summaries(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.CallExpr:
		name := ""
		switch function := node.Fun.(type) {
		case *ast.SelectorExpr:
			name = function.Sel.Name
			if from, ok := function.X.(*ast.Ident); ok && strings.HasSuffix(from.Name, "validator") {
				r.library(from.Name + "." + name)
			}
		case *ast.Ident:
			name = function.Name
		}
		if at, ok := summaryArgument[name]; ok {
			r.add(node.Args[at])
		}
	case *ast.CompositeLit:
		// What explains errors begins with the summary, also in a map, which may leave out the type.
		if isExplanation(node.Type) && len(node.Elts) > 0 {
			r.add(node.Elts[0])
		}
		if m, ok := node.Type.(*ast.MapType); ok && isExplanation(m.Value) {
			for _, element := range node.Elts {
				if literal, ok := element.(*ast.KeyValueExpr).Value.(*ast.CompositeLit); ok {
					r.add(literal.Elts[0])
				}
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := node.Key.(*ast.Ident); ok && key.Name == "summary" {
			r.add(node.Value)
		}
	}
	return true
}

// library adds the summary of a validator of HashiCorp's, whose packages are called so.
func (r reader) library(validator string) {
	summary, ok := libraryValidators[validator]
	if !ok {
		r.t.Errorf("the summary of %s is not known", validator)
		return
	}
	r.found[summary] = true
}

func isExplanation(expression ast.Expr) bool {
	name, ok := expression.(*ast.Ident)
	return ok && name.Name == "explanation"
}

// add adds a summary, with each noun that it can have, unless the expression only passes one on.
func (r reader) add(expression ast.Expr) {
	switch expression := expression.(type) {
	case *ast.Ident:
		if value, ok := r.named[expression.Name]; ok {
			r.add(value)
			return
		}
		if expression.Name == "summary" { // a parameter of what is in summaryArgument
			return
		}
	case *ast.SelectorExpr:
		if expression.Sel.Name == "summary" {
			return
		}
	case *ast.CallExpr:
		if function, ok := expression.Fun.(*ast.SelectorExpr); ok && function.Sel.Name == "Summary" {
			return
		}
	case *ast.BasicLit:
		text, err := strconv.Unquote(expression.Value)
		if err != nil {
			r.t.Fatal(err)
		}
		r.found[text] = true
		return
	case *ast.BinaryExpr: // text + noun + text
		left, ok := expression.X.(*ast.BinaryExpr)
		if !ok {
			break
		}
		before, beforeOK := left.X.(*ast.BasicLit)
		after, afterOK := expression.Y.(*ast.BasicLit)
		if !beforeOK || !afterOK {
			break
		}
		for _, op := range operations {
			if text := strings.Trim(before.Value, `"`) + op.Noun + strings.Trim(after.Value, `"`); !op.Single || !strings.HasPrefix(text, "No ") {
				r.found[text] = true // a cluster has one schedule, which is not filtered
			}
		}
		return
	}
	r.t.Errorf("%s: this summary can't be read", r.files.Position(expression.Pos()))
}
