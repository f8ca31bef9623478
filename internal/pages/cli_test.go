// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package pages_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// newExample is a copy of an example in front of a mock with recent backups, or with those of the example's
// own.
func newExample(t *testing.T, folder string) *acctest.CLI {
	t.Helper()
	options := []atlasmock.Option{atlasmock.WithFreshness(5 * time.Minute)}
	if own := filepath.Join(folder, "fixtures"); exists(t, own) {
		options = append(options, atlasmock.WithFixtures(os.DirFS(own)))
	}
	return exampleAt(t, acctest.New(t, acctest.APIKey, acctest.WithMock(options...)), folder)
}

// exampleAt is a copy of an example in front of a mock.
func exampleAt(t *testing.T, s *acctest.Scene, folder string) *acctest.CLI {
	t.Helper()
	cli := cliAt(t, s, "")
	cli.Copy(folder)
	return cli
}

// cliAt is the CLI in front of a mock, with the mock's API key.
func cliAt(t *testing.T, s *acctest.Scene, config string) *acctest.CLI {
	t.Helper()
	env := maps.Clone(acctest.APIKey.Env)
	env["MONGODB_ATLAS_BASE_URL"] = s.URL
	cli := acctest.NewCLI(t, config, env)
	standIn(t, cli)
	return cli
}

// count counts what matches in some files of a folder.
func count(t *testing.T, folder, pattern string, what *regexp.Regexp) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		n += len(what.FindAllString(read(t, file), -1))
	}
	return n
}

func exists(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// putCheckpoint puts a checkpoint, of which only this is known, and returns its id.
func putCheckpoint(s *acctest.Scene, n int, restorable bool, timestamp string) string {
	id := fmt.Sprintf("%024x", n)
	s.Atlas.Put(atlasmock.ProjectID, atlasmock.ShardedCluster, atlasmock.Checkpoints, id,
		fmt.Appendf(nil, `{"id":%q,"restorable":%t,"timestamp":%q}`, id, restorable, timestamp))
	return id
}

// prints tells whether an output has a quoted text, however the CLI has framed and wrapped it.
func prints(output, quote string) bool {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(quote), "\n\n") {
		_, rest, found := strings.Cut(plain(output), plain(paragraph))
		if !found {
			return false
		}
		output = rest
	}
	return true
}

func plain(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(text)), " ")
}
