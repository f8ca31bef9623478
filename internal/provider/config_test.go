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
