// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/retry"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// model is the provider block.
type model struct {
	PublicKey         types.String `tfsdk:"public_key"`
	PrivateKey        types.String `tfsdk:"private_key"`
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	AccessToken       types.String `tfsdk:"access_token"`
	BaseURL           types.String `tfsdk:"base_url"`
	IsMongoDBGovCloud types.Bool   `tfsdk:"is_mongodbgov_cloud"`
	Envelope          types.Bool   `tfsdk:"envelope"`
	Pretty            types.Bool   `tfsdk:"pretty"`
	RequestTimeout    types.String `tfsdk:"request_timeout"`
	Retry             types.Object `tfsdk:"retry"`
}

// retryModel is the retry argument.
type retryModel struct {
	MaxAttempts types.Number `tfsdk:"max_attempts"`
	MinDelay    types.String `tfsdk:"min_delay"`
	MaxDelay    types.String `tfsdk:"max_delay"`
}

// validate checks the provider block alone. Unknown values pass: they are known when Configure is
// called, or the error of the first read.
func validate(ctx context.Context, m model) diag.Diagnostics {
	noEnvironment := func(string) string { return "" }

	diags := validateCredentials(m)
	_, more := resolveBaseURL(m, noEnvironment)
	diags.Append(more...)
	_, more = validators.ParsePositiveDuration(path.Root("request_timeout"), m.RequestTimeout)
	diags.Append(more...)
	_, more = resolveRetry(ctx, m.Retry)
	diags.Append(more...)
	return diags
}

// resolve turns the provider block and the environment into what a client needs to know of them.
func resolve(ctx context.Context, m model, getenv func(string) string) (atlas.Config, diag.Diagnostics) {
	credentials, diags := resolveCredentials(m, getenv)
	base, more := resolveBaseURL(m, getenv)
	diags.Append(more...)
	timeout, more := validators.ParsePositiveDuration(path.Root("request_timeout"), m.RequestTimeout)
	diags.Append(more...)
	policy, more := resolveRetry(ctx, m.Retry)
	diags.Append(more...)

	return atlas.Config{
		BaseURL:        base,
		Credentials:    credentials,
		Envelope:       m.Envelope.ValueBool(),
		Pretty:         m.Pretty.ValueBool(),
		RequestTimeout: timeout,
		Retry:          policy,
	}, diags
}

// resolveRetry fills what the retry argument leaves out with the defaults.
func resolveRetry(ctx context.Context, argument types.Object) (retry.Policy, diag.Diagnostics) {
	policy := retry.DefaultPolicy
	if argument.IsNull() || argument.IsUnknown() {
		return policy, nil
	}

	var block retryModel
	diags := argument.As(ctx, &block, basetypes.ObjectAsOptions{})
	at := path.Root("retry")
	minDelay, more := validators.ParsePositiveDuration(at.AtName("min_delay"), block.MinDelay)
	diags.Append(more...)
	maxDelay, more := validators.ParsePositiveDuration(at.AtName("max_delay"), block.MaxDelay)
	diags.Append(more...)
	if diags.HasError() || block.MinDelay.IsUnknown() || block.MaxDelay.IsUnknown() {
		return policy, diags
	}

	if !block.MaxAttempts.IsNull() {
		policy.MaxAttempts = validators.Int(block.MaxAttempts)
	}
	if minDelay > 0 {
		policy.MinDelay = minDelay
	}
	if maxDelay > 0 {
		policy.MaxDelay = maxDelay
	}
	if policy.MinDelay > policy.MaxDelay {
		diags.Append(conflictingDelays(policy, block))
	}
	return policy, diags
}

// conflictingDelays says which of two delays is a default.
func conflictingDelays(policy retry.Policy, block retryModel) diag.Diagnostic {
	minimum := fmt.Sprintf("min_delay (%s)", policy.MinDelay)
	maximum := fmt.Sprintf("max_delay (%s)", policy.MaxDelay)
	switch {
	case block.MaxDelay.IsNull():
		maximum = fmt.Sprintf("the default max_delay (%s)", policy.MaxDelay)
	case block.MinDelay.IsNull():
		minimum = fmt.Sprintf("the default min_delay (%s)", policy.MinDelay)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("retry"), "min_delay exceeds max_delay", fmt.Sprintf(
		"In retry, %s is above %s. Set both, with min_delay at most max_delay.", minimum, maximum))
}

// refuseUnknown demands that every value is known: reads happen while planning, so the client is
// needed by then.
func refuseUnknown(arguments types.Object) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, at := range unknownPaths(path.Empty(), arguments) {
		advice := "or use a value that is known while planning"
		if names := variables[at.String()]; len(names) > 0 {
			advice += fmt.Sprintf(", or leave %s out and set %s in the environment", at, names[0])
		}
		diags.AddAttributeError(at, "Provider argument not known yet", fmt.Sprintf(
			"%s depends on something that Terraform has not created yet, but the provider reads from Atlas while "+
				"planning. Create that first, with terraform apply -target and its address, %s.", at, advice))
	}
	return diags
}

// unknownPaths returns where an object has unknown values, in alphabetical order.
func unknownPaths(at path.Path, object types.Object) []path.Path {
	var unknown []path.Path
	attributes := object.Attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if nested, ok := value.(types.Object); ok && !value.IsUnknown() {
			unknown = append(unknown, unknownPaths(at.AtName(name), nested)...)
		} else if value.IsUnknown() {
			unknown = append(unknown, at.AtName(name))
		}
	}
	return unknown
}
