// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// oddInputs are what arguments and variables are set to by mistake, or on purpose.
var oddInputs = map[string]string{
	"empty":              "",
	"white space":        " \t",
	"white space around": " abc ",
	"newline":            "abc\ndef",
	"carriage return":    "abc\rdef",
	"NUL":                "abc\x00def",
	"encoded slash":      "abc%2fdef",
	"encoded dots":       "%2e%2e",
	"dots":               "..",
	"slash":              "abc/../def",
	"quotes":             `"abc"'def'`,
	"backslash":          `abc\"def`,
	"format":             "%s%d${abc}",
	"non-ASCII":          "clé-密钥",
	"no-break space":     "abc\u00a0def",
	"zero-width space":   "abc\u200bdef",
	"not UTF-8":          "abc\xffdef",
	"very long":          strings.Repeat("a", 100_000),
}

// refusedCredentials are those that no credential can be.
var refusedCredentials = map[string]bool{
	"white space": true, "white space around": true, "newline": true, "carriage return": true, "NUL": true,
	"no-break space": true, "zero-width space": true, "not UTF-8": true,
}

// A credential is refused before any request, or proves itself to a server that
// knows it by exactly these bytes.
func TestFaults_input_credentials(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		argument *argument
		with     *argument // the other half
		accept   func(odd string) atlasmock.Option
	}{
		"public_key": {publicKey, privateKey, func(odd string) atlasmock.Option {
			return atlasmock.WithAPIKey(odd, "other half")
		}},
		"private_key": {privateKey, publicKey, func(odd string) atlasmock.Option {
			return atlasmock.WithAPIKey("other half", odd)
		}},
		"client_id": {clientID, clientSecret, func(odd string) atlasmock.Option {
			return atlasmock.WithServiceAccount(odd, "other half")
		}},
		"client_secret": {clientSecret, clientID, func(odd string) atlasmock.Option {
			return atlasmock.WithServiceAccount("other half", odd)
		}},
		"access_token": {accessToken, nil, atlasmock.WithAccessToken},
	} {
		// The empty name stands for the provider block.
		for _, variable := range append([]string{""}, tc.argument.variables...) {
			for kind, odd := range oddInputs {
				switch {
				case variable != "" && kind == "NUL":
					continue // no environment can hold it
				case variable == "" && kind == "not UTF-8":
					continue // nor Terraform this
				case name == "public_key" && strings.ContainsAny(odd, `"`):
					continue // TestFaults_input_quotedPublicKey: the mock knows no such key
				}
				t.Run(strings.Join([]string{name, variable, kind}, "/"), func(t *testing.T) {
					t.Parallel()
					block, env := config{}, map[string]string{}
					if tc.with != nil {
						env[tc.with.variables[0]] = "other half"
					}
					source := variable
					if variable == "" {
						source, block[tc.argument.name] = tc.argument.name+" in the provider block", odd
					} else {
						env[variable] = odd
					}
					var accept []atlasmock.Option
					if odd != "" {
						accept = append(accept, tc.accept(odd))
					}
					scene := newInputScene(t, env, accept...)
					got := scene.configure(scene.at(block))

					switch {
					case kind == "empty" && tc.with == nil:
						assertDiagnostics(t, got, diagnostic{summary: "No Atlas credentials"})
					case kind == "empty":
						assertDiagnostics(t, got, diagnostic{
							summary: "Incomplete Atlas credentials", detail: []string{"but " + tc.argument.name + " is missing"},
						})
					case refusedCredentials[kind]:
						want := diagnostic{summary: "Invalid Atlas credential", detail: []string{source}}
						if variable == "" && !tc.argument.secret {
							want.at = tc.argument.name
						}
						assertDiagnostics(t, got, want)
						if shown := strings.TrimSpace(odd); shown != "" {
							assertHides(t, got, odd, shown)
						}
					default:
						assertDiagnostics(t, got)
						assertDiagnostics(t, scene.read(nil))
						return
					}
					scene.assertSilence()
				})
			}
		}
	}
}

// A user name is quoted in a digest's header, so that its own quotes are escaped.
func TestFaults_input_quotedPublicKey(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"quotes", "backslash"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			atlas := &standIn{}
			r := newRPC(t, nil, WithTransport(atlas))
			assertDiagnostics(t, r.configure(config{"public_key": oddInputs[kind], "private_key": "private"}))
			assertDiagnostics(t, r.read())
			if got, want := atlas.authorizations("private"), []string{"", "Digest " + oddInputs[kind] + ":private"}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// inputScene is a provider and the mock that it is configured for.
type inputScene struct {
	*rpc
	mock *atlasmock.Server
	url  string
}

func newInputScene(t *testing.T, env map[string]string, opts ...atlasmock.Option) *inputScene {
	t.Helper()
	mock, err := atlasmock.New(append([]atlasmock.Option{atlasmock.WithAccessToken("token")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	return &inputScene{newRPC(t, env), mock, server.URL}
}

// at completes a provider block with the mock's address, and no patience.
func (s *inputScene) at(block config) config {
	full := config{"base_url": s.url, "retry": map[string]any{"max_attempts": 1}}
	maps.Copy(full, block)
	return full
}

// read does what Terraform does: it validates, and reads what is valid.
func (s *inputScene) read(more config) []*tfprotov6.Diagnostic {
	s.t.Helper()
	arguments := checkpointArguments(more)
	if got := s.validateDataSource("atlas_legacy_backup_checkpoint", arguments); len(got) > 0 {
		return got
	}
	_, got := s.get(s.t.Context(), "atlas_legacy_backup_checkpoint", arguments)
	return got
}

func checkpointArguments(more config) config {
	arguments := config{
		"project_id": atlasmock.ProjectID, "cluster_name": atlasmock.ShardedCluster, "checkpoint_id": atlasmock.ShardedCheckpointID,
	}
	maps.Copy(arguments, more)
	return arguments
}

func (s *inputScene) validateDataSource(name string, arguments config) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.server.ValidateDataResourceConfig(s.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name, Config: s.dynamic(s.schemas.DataSourceSchemas[name], arguments),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

func (s *inputScene) readUnvalidated(ctx context.Context, more config) []*tfprotov6.Diagnostic {
	_, got := s.get(ctx, "atlas_legacy_backup_checkpoint", checkpointArguments(more))
	return got
}

func (s *inputScene) assertSilence() {
	s.t.Helper()
	for _, r := range s.mock.Requests() {
		s.t.Errorf("%s %s was sent", r.Method, r.Path)
	}
}

// assertBrief is for errors that show the value: not a whole file of it.
func assertBrief(t *testing.T, got []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range got {
		if len(text(d)) > 2000 {
			t.Errorf("an error of %d bytes: %.300s…", len(text(d)), text(d))
		}
	}
}
