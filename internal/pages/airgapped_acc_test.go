// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package pages_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"github.com/legacybackup/terraform-provider-atlas/internal/acctest"
)

// machine is the platform of the tests.
const machine = runtime.GOOS + "_" + runtime.GOARCH

// The guide fills a mirror from a registry. From then on nothing asks the registry: the provider is
// installed from the folder, and from the folder behind HTTPS, with the configuration of the page.
func TestAccGuideAirGapped(t *testing.T) {
	t.Parallel()
	page := read(t, "../../docs/guides/air_gapped.md")
	if !strings.Contains(page, "-platform="+machine) {
		page = strings.ReplaceAll(page, "linux_amd64", machine)
	}
	host := "registry.terraform.io"
	if acctest.EngineOf(t).Name == "OpenTofu" {
		host = "registry.opentofu.org"
		page = strings.ReplaceAll(page, "registry.terraform.io", host)
	}
	blocks := configuration.FindAllStringSubmatch(page, -1)
	scripts := shellBlock.FindAllStringSubmatch(page, -1)
	if len(blocks) != 2 || len(scripts) != 2 {
		t.Fatalf("the page has %d blocks and %d scripts", len(blocks), len(scripts))
	}
	fill, lock := scripts[0][1], scripts[1][1]

	packages := newRegistry(t)
	var closed atomic.Bool
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if closed.Load() {
			http.NotFound(w, r)
			return
		}
		packages.ServeHTTP(w, r)
	}))
	t.Cleanup(registry.Close)
	registryOf := func(host string) string {
		return fmt.Sprintf("host %q {\n  services = { \"providers.v1\" = \"%s/\" }\n}\n", host, registry.URL)
	}
	cli := newExample(t, "../../examples/guides/from_curl")
	run := func(name, cliConfig, script string) {
		t.Helper()
		cli.Write("terraformrc", cliConfig)
		if output, err := shell(t, cli.Dir, cli.Env, "rm -rf .terraform; "+script); err != nil {
			t.Fatalf("%s: %v:\n%s", name, err, output)
		}
	}
	const use = "rm -f .terraform.lock.hcl; terraform init && terraform plan"
	run("fill the mirror", registryOf(host), fill)
	closed.Store(true)
	mirror := filepath.Join(cli.Dir, "mirror")
	run("filesystem mirror", strings.ReplaceAll(blocks[0][2], "/usr/share/terraform/providers", mirror), use)
	run("locked", registryOf(host), lock+"grep -c '\"h1:' .terraform.lock.hcl | grep -x 2")

	if runtime.GOOS == "linux" { // elsewhere, SSL_CERT_FILE does not count
		served := httptest.NewTLSServer(http.StripPrefix("/providers", http.FileServer(http.Dir(mirror))))
		t.Cleanup(served.Close)
		authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: served.Certificate().Raw})
		cli.Write("authority.pem", string(authority))
		cli.Env = append(cli.Env, "SSL_CERT_FILE="+filepath.Join(cli.Dir, "authority.pem"))
		run("network mirror", strings.ReplaceAll(blocks[1][2], "https://terraform-mirror.example.com", served.URL), use)
	}

	closed.Store(false)
	const private = "terraform.example.com/mirrored/atlas"
	if !strings.Contains(page, `source = "`+private+`"`) {
		t.Error("the page has another address of a private registry")
	}
	cli.Write("main.tf", strings.ReplaceAll(cli.Read("main.tf"), "legacybackup/atlas", private))
	run("private registry", registryOf("terraform.example.com"), use)
}

// newRegistry is a registry that has the built provider under each name, for this machine, and
// archives without a program for other platforms. Source:
// developer.hashicorp.com/terraform/internals/provider-registry-protocol.
func newRegistry(t *testing.T) http.Handler {
	t.Helper()
	files := map[string][]byte{}
	sums, signature, key := &bytes.Buffer{}, &bytes.Buffer{}, &bytes.Buffer{}
	for _, platform := range []string{"linux_amd64", "darwin_arm64", machine} {
		name := "terraform-provider-atlas_1.0.0_" + platform + ".zip"
		files[name] = archive(t, platform)
		fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	signer, err := openpgp.NewEntity("test", "", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	armored, err := armor.Encode(key, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(openpgp.DetachSign(signature, signer, bytes.NewReader(sums.Bytes()), nil), signer.Serialize(armored), armored.Close())
	if err != nil {
		t.Fatal(err)
	}
	files["sums"], files["sums.sig"] = sums.Bytes(), signature.Bytes()

	mux := http.NewServeMux()
	mux.HandleFunc("/{namespace}/atlas/versions", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"versions": [{"version": "1.0.0", "protocols": ["6.0"]}]}`)
	})
	mux.HandleFunc("/{namespace}/atlas/1.0.0/download/{os}/{arch}", func(w http.ResponseWriter, r *http.Request) {
		name := "terraform-provider-atlas_1.0.0_" + r.PathValue("os") + "_" + r.PathValue("arch") + ".zip"
		_ = json.NewEncoder(w).Encode(map[string]any{
			"protocols": []string{"6.0"}, "os": r.PathValue("os"), "arch": r.PathValue("arch"), "filename": name,
			"download_url": "/files/" + name, "shasum": fmt.Sprintf("%x", sha256.Sum256(files[name])),
			"shasums_url": "/files/sums", "shasums_signature_url": "/files/sums.sig",
			"signing_keys": map[string]any{"gpg_public_keys": []any{
				map[string]string{"key_id": signer.PrimaryKey.KeyIdString(), "ascii_armor": key.String()},
			}},
		})
	})
	mux.HandleFunc("/files/{name}", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(files[r.PathValue("name")]) })
	return mux
}

// archive is a release's archive for a platform.
func archive(t *testing.T, platform string) []byte {
	t.Helper()
	program := []byte("not for this platform")
	if platform == machine {
		var err error
		if program, err = os.ReadFile(acctest.Binary(t)); err != nil {
			t.Fatal(err)
		}
	}
	var content bytes.Buffer
	w := zip.NewWriter(&content)
	header := &zip.FileHeader{Name: "terraform-provider-atlas_v1.0.0"}
	header.SetMode(0o755)
	file, err := w.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.Write(program)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}
