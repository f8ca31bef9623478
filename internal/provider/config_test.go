// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"math/big"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
)

func TestUnknownArguments(t *testing.T) {
	t.Parallel()

	const summary = "Provider argument not known yet"
	tests := map[string]struct {
		block config
		want  []diagnostic
	}{
		"public_key": {
			block: config{"public_key": unknown, "private_key": "prv"},
			want: []diagnostic{{summary: summary, detail: []string{"public_key depends on", "public_key depends on something that Terraform has not created yet",
				"terraform apply -target",
				"leave public_key out and set MONGODB_ATLAS_PUBLIC_API_KEY in the environment",
			}}},
		},
		"private_key": {
			block: config{"private_key": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"private_key depends on", "set MONGODB_ATLAS_PRIVATE_API_KEY"}}},
		},
		"client_id": {
			block: config{"client_id": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"client_id depends on", "set MONGODB_ATLAS_CLIENT_ID"}}},
		},
		"client_secret": {
			block: config{"client_secret": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"client_secret depends on", "set MONGODB_ATLAS_CLIENT_SECRET"}}},
		},
		"access_token": {
			block: config{"access_token": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"access_token depends on", "set MONGODB_ATLAS_ACCESS_TOKEN"}}},
		},
		"a credential that another method outranks": {
			block: config{"access_token": "tok", "public_key": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"public_key depends on"}}},
		},
		"base_url": {
			block: config{"base_url": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"base_url depends on", "set MONGODB_ATLAS_BASE_URL"}}},
		},
		"is_mongodbgov_cloud": {
			block: config{"is_mongodbgov_cloud": unknown, "base_url": "https://gateway.example.com"},
			want:  []diagnostic{{summary: summary, detail: []string{"is_mongodbgov_cloud depends on"}}},
		},
		"envelope": {
			block: config{"envelope": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"envelope depends on"}}},
		},
		"pretty": {
			block: config{"pretty": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"pretty depends on", "its address, or use a value that is known while planning."}}},
		},
		"request_timeout": {
			block: config{"request_timeout": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"request_timeout depends on"}}},
		},
		"retry": {
			block: config{"retry": unknown},
			want:  []diagnostic{{summary: summary, detail: []string{"retry depends on"}}},
		},
		"all of retry": {
			block: config{"retry": map[string]any{"max_attempts": unknown, "min_delay": unknown, "max_delay": unknown}},
			want: []diagnostic{
				{summary: summary, detail: []string{"retry.max_attempts depends on"}},
				{summary: summary, detail: []string{"retry.min_delay depends on"}},
				{summary: summary, detail: []string{"retry.max_delay depends on"}},
			},
		},
		// The known delay alone would be above the default of the unknown one.
		"one delay": {
			block: config{"retry": map[string]any{"min_delay": "2m", "max_delay": unknown}},
			want:  []diagnostic{{summary: summary, detail: []string{"retry.max_delay depends on"}}},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			environment := map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "tok"}
			terraform := newRPC(t, environment)
			assertDiagnostics(t, terraform.validate(test.block))
			assertDiagnostics(t, terraform.configure(test.block), test.want...)
			if n := len(terraform.provider.clients); n != 0 {
				t.Errorf("made %d clients", n)
			}
		})
	}
}

func TestDurationsAndAttempts_refused(t *testing.T) {
	t.Parallel()

	const contrary = "min_delay exceeds max_delay"
	retryArgument := func(arguments map[string]any) config { return config{"access_token": "tok", "retry": arguments} }
	tests := map[string]struct {
		block config
		want  diagnostic
	}{
		"request_timeout without a unit": {
			block: config{"access_token": "tok", "request_timeout": "45"},
			want: diagnostic{summary: "Invalid duration", at: "request_timeout",
				detail: []string{`request_timeout is "45"`, "Expected a duration above zero"}},
		},
		"empty request_timeout": {
			block: config{"access_token": "tok", "request_timeout": ""},
			want: diagnostic{summary: "Invalid duration", at: "request_timeout",
				detail: []string{`request_timeout is ""`}},
		},
		"negative min_delay": {
			block: retryArgument(map[string]any{"min_delay": "-1s"}),
			want: diagnostic{summary: "Invalid duration", at: "retry",
				detail: []string{`retry.min_delay is "-1s"`}},
		},
		"zero max_delay": {
			block: retryArgument(map[string]any{"max_delay": "0s"}),
			want: diagnostic{summary: "Invalid duration", at: "retry",
				detail: []string{`retry.max_delay is "0s"`}},
		},
		"min_delay above max_delay": {
			block: retryArgument(map[string]any{"min_delay": "3s", "max_delay": "2s"}),
			want: diagnostic{summary: contrary, at: "retry",
				detail: []string{"min_delay (3s) is above max_delay (2s)"}},
		},
		"min_delay above the default max_delay": {
			block: retryArgument(map[string]any{"min_delay": "2m"}),
			want: diagnostic{summary: contrary, at: "retry",
				detail: []string{"min_delay (2m0s) is above the default max_delay (1m0s)"}},
		},
		"max_delay below the default min_delay": {
			block: retryArgument(map[string]any{"max_delay": "500ms"}),
			want: diagnostic{summary: contrary, at: "retry",
				detail: []string{"the default min_delay (1s) is above max_delay (500ms)"}},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			terraform := newRPC(t, nil)
			assertDiagnostics(t, terraform.validate(test.block), test.want)
			assertDiagnostics(t, terraform.configure(test.block), test.want)
		})
	}
}

func TestMaxAttempts_refused(t *testing.T) {
	t.Parallel()

	for attempts, shown := range map[float64]string{0: "is 0", -1: "is -1", 1.5: "is 1.5"} {
		block := config{"access_token": "tok", "retry": map[string]any{"max_attempts": attempts}}
		assertDiagnostics(t, newRPC(t, nil).validate(block), diagnostic{
			summary: "Invalid number", at: "retry",
			detail: []string{"retry.max_attempts " + shown + ". Expected a whole number of at least 1."},
		})
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()

	retryArgument := func(attempts types.Number, minDelay, maxDelay types.String) types.Object {
		return types.ObjectValueMust(
			map[string]attr.Type{
				"max_attempts": types.NumberType, "min_delay": types.StringType, "max_delay": types.StringType,
			},
			map[string]attr.Value{"max_attempts": attempts, "min_delay": minDelay, "max_delay": maxDelay},
		)
	}
	none := retryArgument(types.NumberNull(), types.StringNull(), types.StringNull())
	tests := map[string]struct {
		block model
		want  atlas.Config
	}{
		"nothing set": {
			want: atlas.Config{Retry: retry.Policy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: time.Minute}},
		},
		"empty retry": {
			block: model{Retry: none},
			want:  atlas.Config{Retry: retry.DefaultPolicy},
		},
		"everything set": {
			block: model{
				Envelope:       types.BoolValue(true),
				Pretty:         types.BoolValue(true),
				RequestTimeout: types.StringValue("1m30s"),
				Retry:          retryArgument(types.NumberValue(big.NewFloat(1)), types.StringValue("2s"), types.StringValue("2s")),
			},
			want: atlas.Config{
				Envelope:       true,
				Pretty:         true,
				RequestTimeout: 90 * time.Second,
				Retry:          retry.Policy{MaxAttempts: 1, MinDelay: 2 * time.Second, MaxDelay: 2 * time.Second},
			},
		},
		"one of retry set": {
			block: model{
				Envelope: types.BoolValue(false),
				Pretty:   types.BoolValue(false),
				Retry:    retryArgument(types.NumberNull(), types.StringNull(), types.StringValue("2m")),
			},
			want: atlas.Config{
				Retry: retry.Policy{MaxAttempts: 5, MinDelay: time.Second, MaxDelay: 2 * time.Minute},
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			test.block.AccessToken = types.StringValue("tok")
			got, diags := resolve(t.Context(), test.block, func(string) string { return "" })
			if len(diags) != 0 {
				t.Fatal(diags)
			}
			if got.Envelope != test.want.Envelope || got.Pretty != test.want.Pretty ||
				got.RequestTimeout != test.want.RequestTimeout || got.Retry != test.want.Retry {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
