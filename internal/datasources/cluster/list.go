// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
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
	Since types.String `tfsdk:"since"`
	Until types.String `tfsdk:"until"`
	// MaxResults is a number since the framework blames the provider for a fraction in an int64.
	MaxResults types.Number `tfsdk:"max_results"`
}

// AddFilters describes the Filters of a list of nouns, of which an attribute is compared with since
// and until.
func AddFilters(attributes map[string]schema.Attribute, nouns, attribute string) {
	attributes["since"] = schema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " with a `" + attribute + "` at or after this time, in RFC 3339.",
		Optional:            true,
		Validators:          []validator.String{validators.Time()},
	}
	attributes["until"] = schema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " with a `" + attribute + "` at or before this time, in RFC 3339.",
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

// AgeLimit is the argument of a list whose documents are points in time to restore to.
type AgeLimit struct {
	MaxAge types.String `tfsdk:"max_age"`
}

// AddAgeLimit describes the AgeLimit of a list of nouns, whose age is counted from an attribute.
func AddAgeLimit(attributes map[string]schema.Attribute, nouns, attribute string) {
	attributes["max_age"] = schema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " with a `" + attribute + "` that is at most this old when Atlas is read: a Go duration above zero, " +
			"such as `1h` or `90m`. Age is counted by the clock of the machine that runs Terraform.",
		Optional:   true,
		Validators: []validator.String{validators.PositiveDuration()},
	}
}

// Duration is the longest age; 0 means any. The argument's validator has found what is wrong with
// it.
func (l AgeLimit) Duration() time.Duration {
	age, _ := validators.ParsePositiveDuration(path.Root("max_age"), l.MaxAge)
	return age
}

// maxSkew is the difference between two clocks from which ages are called wrong.
const maxSkew = 5 * time.Minute

// warnOfSkew warns if this machine's clock and that of Atlas disagree.
func warnOfSkew(skew atlas.Skew) diag.Diagnostics {
	off := skew.Local.Sub(skew.Atlas)
	if off.Abs() <= maxSkew {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("max_age"), "This machine's clock differs from that of Atlas",
		fmt.Sprintf("It is %s by this machine's clock, and %s by the response of Atlas. Ages are counted by this machine's clock: each of "+
			"them is wrong by %s.\n\nWhat to do: Set this machine's clock.",
			skew.Local.UTC().Format(time.RFC3339), skew.Atlas.UTC().Format(time.RFC3339), off.Abs().Round(time.Second)))}
}

// Paging is what the descriptions of lists say of pages.
func Paging(noun string) string {
	return "A list is read in pages of 500, and can change meanwhile: when Atlas deletes a " + noun + " while it is read, the " +
		"following ones move up and one may be missed."
}

// Matches reports whether a value passes a filter: one that is not set lets all pass, and a value
// that Atlas does not report passes no other.
func Matches[T comparable](filter, value *T) bool {
	return filter == nil || value != nil && *value == *filter
}

// List holds the attributes that every list has beside its arguments.
type List[E any] struct {
	ID         types.String `tfsdk:"id"`
	TotalCount types.Int64  `tfsdk:"total_count"`
	Latest     *E           `tfsdk:"latest"`
	Results    []E          `tfsdk:"results"`
}

// AddList describes the List of a cluster's documents. TotalCount, latest and results say what is
// counted, which document is the latest one, and what the results are.
func AddList(attributes map[string]schema.Attribute, totalCount, latest, results string, element map[string]schema.Attribute) {
	attributes["id"] = String("`project_id` and `cluster_name`, with a slash between them.")
	attributes["total_count"] = Int64(totalCount + ": counted, not Atlas' estimate.")
	attributes["latest"] = schema.SingleNestedAttribute{
		MarkdownDescription: latest,
		Computed:            true,
		Attributes:          element,
	}
	attributes["results"] = schema.ListNestedAttribute{
		MarkdownDescription: results + " Empty if there are none, never null.",
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: element},
	}
}

// ReadList reads all documents of a cluster with a query, and maps those that are selected.
func ReadList[T, E any, D atlas.Document[T]](
	ctx context.Context, r *Reader, op atlas.Operation, a Arguments, query url.Values, s *Selection[T], element func(*T) E,
) (List[E], diag.Diagnostics) {
	var (
		total int
		now   time.Time
		skew  atlas.Skew
	)
	diags := r.read(ctx, op, a, types.StringNull(), func(ctx context.Context, client *atlas.Client, of atlas.Target) (err error) {
		total, err = atlas.Each[T, D](ctx, client, op, of, query, s.Offer)
		now, skew = client.Now(), client.Skew()
		return err
	})
	if diags.HasError() {
		return List[E]{}, diags
	}
	if s.rules.MaxAge > 0 {
		s.dropOlder(now.Add(-s.rules.MaxAge))
		diags.Append(warnOfSkew(skew)...)
	}
	return newList(a, total, s, element), diags
}

// newList maps a selection of so many documents.
func newList[T, E any](a Arguments, total int, s *Selection[T], element func(*T) E) List[E] {
	l := List[E]{ID: a.ID(), TotalCount: types.Int64Value(int64(total)), Results: make([]E, len(s.Documents))}
	for i, doc := range s.Documents {
		l.Results[i] = element(doc)
	}
	if s.Latest != nil {
		latest := element(s.Latest)
		l.Latest = &latest
	}
	return l
}

// Rules say how a list's documents are selected, beside its Filters.
type Rules[T any] struct {
	// Time is what documents are filtered and sorted by.
	Time func(*T) *atlas.Time
	// ID breaks ties.
	ID func(*T) *string
	// Passes reports whether a document passes the filters other than Filters; nil means that all
	// do.
	Passes func(*T) bool
	// MaxAge is the longest age, by Time, when Atlas is read; 0 means any.
	MaxAge time.Duration
	// Latest reports whether a document can be the latest one; nil means that all can.
	Latest func(*T) bool
}

// Selection keeps the documents that pass the filters, newest first, and of those no more than
// requested.
type Selection[T any] struct {
	// Documents are those that were selected.
	Documents []*T
	// Latest is the newest that passes the filters and can be the latest one.
	Latest *T

	rules        Rules[T]
	since, until *time.Time
	limit        int // 0 means no limit
}

// NewSelection returns a selection by the filters and rules.
func NewSelection[T any](f Filters, rules Rules[T]) *Selection[T] {
	return &Selection[T]{
		rules: rules,
		since: validators.ParseTime(f.Since), until: validators.ParseTime(f.Until),
		limit: validators.Int(f.MaxResults),
	}
}

// Offer is called with each document of the cluster.
func (s *Selection[T]) Offer(doc *T) {
	if !s.inTime(s.rules.Time(doc)) || s.rules.Passes != nil && !s.rules.Passes(doc) {
		return
	}
	if (s.rules.Latest == nil || s.rules.Latest(doc)) && (s.Latest == nil || s.newestFirst(doc, s.Latest) < 0) {
		s.Latest = doc
	}
	at, _ := slices.BinarySearchFunc(s.Documents, doc, s.newestFirst)
	s.Documents = slices.Insert(s.Documents, at, doc)
	if s.limit > 0 {
		s.Documents = s.Documents[:min(len(s.Documents), s.limit)]
	}
}

// dropOlder drops the documents from before a time, and those without one.
func (s *Selection[T]) dropOlder(oldest time.Time) {
	older := func(doc *T) bool {
		at := s.rules.Time(doc)
		return at == nil || at.Before(oldest)
	}
	s.Documents = slices.DeleteFunc(s.Documents, older)
	if s.Latest != nil && older(s.Latest) {
		s.Latest = nil
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
	at, bt := s.rules.Time(a), s.rules.Time(b)
	if at == nil && bt != nil {
		return 1
	}
	if at != nil && bt == nil {
		return -1
	}
	byID := cmp.Compare(*s.rules.ID(a), *s.rules.ID(b))
	if at == nil {
		return byID
	}
	return cmp.Or(bt.Compare(at.Time), byID)
}
