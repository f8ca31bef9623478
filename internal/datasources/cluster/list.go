// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// Filters are the arguments that every list has.
type Filters struct {
	Since      types.String `tfsdk:"since"`
	Until      types.String `tfsdk:"until"`
	MaxResults types.Number `tfsdk:"max_results"`
}

// AddFilters describes the Filters of a list of nouns. Time is the attribute that
// since and until are compared with.
func AddFilters(attributes map[string]schema.Attribute, nouns, time string) {
	attributes["since"] = schema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " with a `" + time + "` at or after this time, in RFC 3339.",
		Optional:            true,
		Validators:          []validator.String{validators.Time()},
	}
	attributes["until"] = schema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " with a `" + time + "` at or before this time, in RFC 3339.",
		Optional:            true,
		Validators:          []validator.String{validators.Time()},
	}
	attributes["max_results"] = schema.NumberAttribute{
		MarkdownDescription: "At most this many " + nouns + ", the newest: at least 1. Default: all that pass the filters. All pages are read " +
			"in any case, since Atlas does not sort them.",
		Optional:   true,
		Validators: []validator.Number{validators.WholeNumber(1)},
	}
}

// Check returns the error of filters that nothing of the noun can pass.
func (f Filters) Check(noun string) diag.Diagnostics {
	since, until := validators.ParseTime(f.Since), validators.ParseTime(f.Until)
	if since == nil || until == nil || !since.After(*until) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("since"), "No "+noun+" can match",
		fmt.Sprintf("since (%s) is after until (%s). Swap them, or leave one of them out.", f.Since.ValueString(), f.Until.ValueString()))}
}

// Selection keeps the documents that pass the filters, newest first, and of those
// no more than asked for.
type Selection[T any] struct {
	// Documents are those that were selected.
	Documents []*T

	at           func(*T) *atlas.Time
	id           func(*T) *string
	passes       func(*T) bool
	since, until *time.Time
	limit        int // 0 means no limit
}

// NewSelection returns a selection by the filters. At is the time that documents
// are filtered and sorted by, id breaks ties, and passes reports whether a document
// passes the filters other than these.
func NewSelection[T any](f Filters, at func(*T) *atlas.Time, id func(*T) *string, passes func(*T) bool) *Selection[T] {
	return &Selection[T]{
		at: at, id: id, passes: passes,
		since: validators.ParseTime(f.Since), until: validators.ParseTime(f.Until),
		limit: validators.Int(f.MaxResults),
	}
}

// Offer is called with each document of the cluster.
func (s *Selection[T]) Offer(doc *T) {
	if !s.inTime(s.at(doc)) || !s.passes(doc) {
		return
	}
	at, _ := slices.BinarySearchFunc(s.Documents, doc, s.newestFirst)
	if s.limit > 0 && at >= s.limit {
		return
	}
	s.Documents = slices.Insert(s.Documents, at, doc)
	if s.limit > 0 && len(s.Documents) > s.limit {
		s.Documents = slices.Delete(s.Documents, s.limit, len(s.Documents))
	}
}

func (s *Selection[T]) inTime(t *atlas.Time) bool {
	if t == nil {
		return s.since == nil && s.until == nil
	}
	return (s.since == nil || !t.Before(*s.since)) && (s.until == nil || !t.After(*s.until))
}

// newestFirst orders by time, ties by id, and documents without a time last.
func (s *Selection[T]) newestFirst(a, b *T) int {
	at, bt := s.at(a), s.at(b)
	switch {
	case at != nil && bt != nil:
		return cmp.Or(bt.Compare(at.Time), cmp.Compare(*s.id(a), *s.id(b)))
	case at != nil:
		return -1
	case bt != nil:
		return 1
	default:
		return cmp.Compare(*s.id(a), *s.id(b))
	}
}
