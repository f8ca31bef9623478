// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	anchor    = regexp.MustCompile(`<a id="([^"]+)">`)
	codeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	// repository is the address of this one's files.
	repository = regexp.MustCompile(`^https://github\.com/legacybackup/terraform-provider-atlas/(?:blob|tree)/main/`)
)

// Each link between pages leads to a file, and to a heading in it.
func TestLinks(t *testing.T) {
	n := 0
	for _, page := range pages(t) {
		text := codeBlock.ReplaceAllString(read(t, page), "")
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target := match[1]
			file, fragment, _ := strings.Cut(target, "#")
			switch local := repository.ReplaceAllString(file, "../../"); {
			case local != file:
				file = local
			case strings.Contains(file, "://"):
				continue
			case file == "":
				file = page
			default:
				file = filepath.Join(filepath.Dir(page), file)
			}
			n++
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %s: %v", page, target, err)
			} else if fragment != "" && !anchors(read(t, file))[fragment] {
				t.Errorf("%s: %s: no such heading", page, target)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d links were found", n)
	}
}

// Each page says what it is not for, wherever a reader comes from. docs/index.md is where the link leads.
func TestPages_cloudBackups(t *testing.T) {
	for _, page := range pages(t) {
		if (strings.Contains(page, "/docs/") || strings.Contains(page, "/examples/")) && !strings.Contains(read(t, page), "\nNot for Cloud Backups: [Is this for me?](") {
			t.Errorf("%s does not say that it is not for Cloud Backups", page)
		}
	}
}

// A page shows about so many characters of code; the rest has to be scrolled.
func TestCode_fits(t *testing.T) {
	const width = 100
	for _, page := range pages(t) {
		for _, block := range codeBlock.FindAllString(read(t, page), -1) {
			if strings.HasPrefix(block, "```mermaid") { // drawn, not shown
				continue
			}
			for line := range strings.Lines(block) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s: %d characters: %s", page, n, line)
				}
			}
		}
	}
}

// pages are the files in Markdown.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "design/*.md", "examples/*.md", "examples/*/*.md"} {
		files, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, files...)
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors are those that GitHub and the registries give to headings, and those that a page sets.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, match := range anchor.FindAllStringSubmatch(page, -1) {
		found[match[1]] = true
	}
	for _, match := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(page, ""), -1) {
		name := strings.ToLower(strings.TrimSpace(match[1]))
		name = regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(name, "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	return found
}
