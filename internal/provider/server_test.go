// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The framework alone keeps what a call's context holds until the provider stops.
func TestServer_keepsNothingOfACall(t *testing.T) {
	server := New("1.2.3").Server()
	for name, call := range map[string]func(context.Context) (any, error){
		"validate a data source": func(ctx context.Context) (any, error) {
			return server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
		},
		"read a data source": func(ctx context.Context) (any, error) {
			return server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
		},
		"validate an ephemeral resource": func(ctx context.Context) (any, error) {
			return server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{})
		},
		"open an ephemeral resource": func(ctx context.Context) (any, error) {
			return server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			type key struct{}
			value := new([1 << 10]byte)
			kept := weak.Make(value)
			if _, err := call(context.WithValue(t.Context(), key{}, value)); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if kept.Value() != nil {
				t.Error("what the context held is still in memory")
			}
		})
	}
	runtime.KeepAlive(server)
}

// While a call runs, its context is the caller's; afterwards it is a canceled one.
func TestLend(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	var lent context.Context
	_, err := lend(ctx, "request", func(ctx context.Context, req string) (any, error) {
		lent = ctx
		if req != "request" || ctx.Value(key{}) != "value" || ctx.Err() != nil {
			t.Errorf("got %q, %v, %v", req, ctx.Value(key{}), ctx.Err())
		}
		child, stop := context.WithCancel(ctx)
		defer stop()
		cancel()
		<-child.Done()
		return nil, child.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the caller's cancellation did not arrive: %v", err)
	}
	if lent.Value(key{}) != nil || !errors.Is(lent.Err(), context.Canceled) {
		t.Errorf("after the call: %v, %v", lent.Value(key{}), lent.Err())
	}
}
