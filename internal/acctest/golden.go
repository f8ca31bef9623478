// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest is the harness that the tests of several packages share.
package acctest

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares texts with those of a file, testdata/TEST.txtar, in which each case is one of the
// archive's files. The flag -update writes it anew.
type Golden struct {
	path    string
	secrets []string

	mu   sync.Mutex
	want map[string]string
	got  map[string]string
}

// NewGolden reads the file. At the end of the test, a case that no text was compared with is a
// failure, unless -run left tests out. No text may contain one of the secrets, in any of the Forms.
func NewGolden(t *testing.T, secrets ...Secret) *Golden {
	t.Helper()
	g := &Golden{path: filepath.Join("testdata", t.Name()+".txtar"), want: map[string]string{}, got: map[string]string{}}
	for _, secret := range secrets {
		g.secrets = append(g.secrets, secret.Forms()...)
	}
	if !*update {
		archive, err := txtar.ParseFile(g.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			g.want[f.Name] = string(f.Data)
		}
	}
	t.Cleanup(func() { g.end(t) })
	return g
}

// volatile is what is different in each run.
var volatile = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// Is compares a text with that of a case.
func (g *Golden) Is(t *testing.T, name, text string) {
	t.Helper()
	for _, secret := range g.secrets {
		if strings.Contains(text, secret) {
			t.Errorf("shows %q:\n%s", secret, text)
		}
	}
	text = strings.TrimRight(volatile.ReplaceAllString(text, "127.0.0.1:PORT"), "\n") + "\n"
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, twice := g.got[name]; twice {
		t.Errorf("two texts are called %q", name)
	}
	g.got[name] = text
	want, ok := g.want[name]
	switch {
	case *update:
	case !ok:
		t.Errorf("%s has no case %q; run the test with -update to add it:\n%s", g.path, name, text)
	default:
		if diff := cmp.Diff(want, text); diff != "" {
			t.Errorf("differs from %q in %s (-want +got):\n%s", name, g.path, diff)
		}
	}
}

func (g *Golden) end(t *testing.T) {
	t.Helper()
	filtered := strings.Contains(flag.Lookup("test.run").Value.String(), "/") // leaves out cases of a test
	switch {
	case *update && (filtered || t.Failed()):
		t.Error("-update needs all cases of a test, and none that fails")
	case *update:
		g.write(t)
	case !filtered:
		for name := range g.want {
			if _, ok := g.got[name]; !ok {
				t.Errorf("no test has the case %q of %s", name, g.path)
			}
		}
	}
}

func (g *Golden) write(t *testing.T) {
	t.Helper()
	var archive txtar.Archive
	for name, text := range g.got {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	slices.SortFunc(archive.Files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	if err := os.MkdirAll(filepath.Dir(g.path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(g.path, txtar.Format(&archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
