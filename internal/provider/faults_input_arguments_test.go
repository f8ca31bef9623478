// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

var tokenEnv = map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}

// validUTF8 leaves what Terraform can hold.
func validUTF8(inputs map[string]string) map[string]string {
	valid := maps.Clone(inputs)
	maps.DeleteFunc(valid, func(_, input string) bool { return !utf8.ValidString(input) })
	return valid
}

// What ends up in the path is refused by its pattern, at its argument.
func TestFaults_input_identifiers(t *testing.T) {
	t.Parallel()
	for _, dataSource := range []string{"atlas_legacy_backup_checkpoint", "atlas_legacy_backup_checkpoints"} {
		for argument, summary := range map[string]string{
			"project_id":    "Invalid Atlas id",
			"cluster_name":  "Invalid Atlas cluster name",
			"checkpoint_id": "Invalid Atlas id",
		} {
			if dataSource == "atlas_legacy_backup_checkpoints" && argument == "checkpoint_id" {
				continue // it takes none
			}
			for kind, odd := range validUTF8(oddInputs) {
				t.Run(strings.Join([]string{dataSource, argument, kind}, "/"), func(t *testing.T) {
					t.Parallel()
					if kind == "very long" {
						odd = strings.Repeat("é", 100_000)
					}
					scene := newInputScene(t, tokenEnv)
					arguments := checkpointArguments(config{argument: odd})
					if dataSource == "atlas_legacy_backup_checkpoints" {
						delete(arguments, "checkpoint_id")
					}
					got := scene.validateDataSource(dataSource, arguments)
					assertDiagnostics(t, got, diagnostic{summary: summary, at: argument})
					assertBrief(t, got)
				})
			}
		}
	}
}

// Even without validation, a value stays the one segment of the path that it
// stands in, byte for byte.
func TestFaults_input_segments(t *testing.T) {
	t.Parallel()
	for segment, argument := range map[int]string{5: "project_id", 7: "cluster_name", 9: "checkpoint_id"} {
		for kind, odd := range validUTF8(oddInputs) {
			t.Run(argument+"/"+kind, func(t *testing.T) {
				t.Parallel()
				scene := newInputScene(t, tokenEnv)
				assertDiagnostics(t, scene.configure(scene.at(nil)))
				got := scene.readUnvalidated(t.Context(), config{argument: odd})
				if len(got) != 1 {
					t.Errorf("got %d diagnostics, want one", len(got))
				}

				want := strings.Split("/api/atlas/v2/groups/"+atlasmock.ProjectID+"/clusters/"+atlasmock.ShardedCluster+
					"/backupCheckpoints/"+atlasmock.ShardedCheckpointID, "/")
				want[segment] = odd
				requests := scene.mock.Requests()
				if kind == "empty" || kind == "dots" {
					scene.assertSilence()
					return
				}
				if len(requests) != 1 {
					t.Fatalf("got %d requests, want 1", len(requests))
				}
				if requests[0].RawQuery != "" {
					t.Errorf("got query %q", requests[0].RawQuery)
				}
				segments := strings.Split(requests[0].Path, "/")
				if len(segments) != len(want) {
					t.Fatalf("got path %q", requests[0].Path)
				}
				for i, s := range segments {
					if decoded, err := url.PathUnescape(s); err != nil || decoded != want[i] {
						t.Errorf("segment %d is %q, want %q", i, s, want[i])
					}
				}
			})
		}
	}
}

// Durations and times are refused where they stand.
func TestFaults_input_durationsAndTimes(t *testing.T) {
	t.Parallel()
	for kind, odd := range validUTF8(oddInputs) {
		t.Run("request_timeout/"+kind, func(t *testing.T) {
			t.Parallel()
			scene := newInputScene(t, tokenEnv)
			got := scene.validate(scene.at(config{"request_timeout": odd}))
			assertDiagnostics(t, got, diagnostic{summary: "Invalid duration", at: "request_timeout"})
			assertBrief(t, got)
		})
		for _, member := range []string{"min_delay", "max_delay"} {
			t.Run("retry."+member+"/"+kind, func(t *testing.T) {
				t.Parallel()
				scene := newInputScene(t, tokenEnv)
				got := scene.validate(scene.at(config{"retry": map[string]any{member: odd}}))
				assertDiagnostics(t, got, diagnostic{summary: "Invalid duration", at: "retry." + member})
				assertBrief(t, got)
			})
		}
		t.Run("timeouts.read/"+kind, func(t *testing.T) {
			t.Parallel()
			scene := newInputScene(t, tokenEnv)
			got := scene.read(config{"timeouts": map[string]any{"read": odd}})
			assertDiagnostics(t, got, diagnostic{summary: "Invalid duration", at: "timeouts.read"})
			assertBrief(t, got)
		})
		for _, argument := range []string{"since", "until"} {
			t.Run(argument+"/"+kind, func(t *testing.T) {
				t.Parallel()
				scene := newInputScene(t, tokenEnv)
				arguments := checkpointArguments(config{argument: odd})
				delete(arguments, "checkpoint_id")
				got := scene.validateDataSource("atlas_legacy_backup_checkpoints", arguments)
				assertDiagnostics(t, got, diagnostic{summary: "Invalid time", at: argument})
				assertBrief(t, got)
			})
		}
	}
}

// A base URL is refused, or its path arrives byte for byte in front of the API's.
func TestFaults_input_baseURL(t *testing.T) {
	t.Parallel()
	for kind, odd := range oddInputs {
		for _, place := range []string{"base_url", "MONGODB_ATLAS_BASE_URL"} {
			if place != "base_url" && kind == "NUL" || place == "base_url" && kind == "not UTF-8" {
				continue // no environment can hold the one, nor Terraform the other
			}
			refused := diagnostic{summary: "Invalid Atlas base URL", detail: []string{place}}
			if place == "base_url" && harmless.MatchString(odd) {
				refused.at = place
			}
			configure := func(env map[string]string, value string) config {
				if place == "base_url" {
					return config{"base_url": value}
				}
				env[place] = value
				return config{}
			}
			t.Run(place+"/whole/"+kind, func(t *testing.T) {
				t.Parallel()
				env := map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}
				scene := newInputScene(t, env)
				got := scene.configure(configure(env, odd))
				if kind == "empty" {
					assertDiagnostics(t, got) // counts as unset
					return
				}
				assertDiagnostics(t, got, refused)
				assertBrief(t, got)
			})
			t.Run(place+"/path/"+kind, func(t *testing.T) {
				t.Parallel()
				env := map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}
				scene := newInputScene(t, env, atlasmock.WithPathPrefix("/gateway"))
				got := scene.configure(configure(env, scene.url+"/gateway/"+odd))
				switch kind {
				case "empty", "quotes", "non-ASCII", "very long":
					assertDiagnostics(t, got)
				default:
					if len(got) != 1 || got[0].Summary != "Invalid Atlas base URL" {
						t.Errorf("got %v", got)
					}
					assertBrief(t, got)
					return
				}
				scene.read(nil)
				want := strings.TrimRight("/gateway/"+odd, "/") + "/api/atlas/v2/"
				for _, r := range scene.mock.Requests() {
					if decoded, err := url.PathUnescape(r.Path); err != nil || !strings.HasPrefix(decoded, want) {
						t.Errorf("got path %.200q, want it to begin with %.200q", r.Path, want)
					}
				}
				if n := len(scene.mock.Requests()); n != 1 {
					t.Errorf("got %d requests, want 1", n)
				}
			})
			t.Run(place+"/host/"+kind, func(t *testing.T) {
				t.Parallel()
				env := map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}
				scene := newInputScene(t, env)
				got := scene.configure(configure(env, "https://"+odd))
				if len(got) != 1 || got[0].Summary != "Invalid Atlas base URL" {
					t.Errorf("got %v", got)
				}
				assertBrief(t, got)
			})
		}
	}
}
