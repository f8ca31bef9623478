// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package cluster

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/validators"
)

// String describes a string of a document.
func String(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// Bool describes a boolean of a document.
func Bool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// Int64 describes a whole number of a document.
func Int64(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

// IDArgument describes the argument for the id of one document.
func IDArgument(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the " + noun + ": 24 lower-case hexadecimal digits.",
		Required:            true,
		Validators:          []validator.String{validators.ObjectID()},
	}
}

// TimeAttribute describes a time.
func TimeAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + ". RFC 3339 in UTC, such as `2023-05-01T12:00:00Z`.",
		Computed:            true,
		CustomType:          timetypes.RFC3339Type{},
	}
}

// Time writes a time in UTC with "Z", so that whole seconds sort as strings.
func Time(t *atlas.Time) timetypes.RFC3339 {
	if t == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.RFC3339{StringValue: types.StringValue(t.Format(time.RFC3339Nano))}
}

// BSONTimestamp is the position of an oplog entry.
type BSONTimestamp struct {
	Date      timetypes.RFC3339 `tfsdk:"date"`
	Increment types.Int64       `tfsdk:"increment"`
}

// BSONTimestampAttribute describes a BSONTimestamp.
func BSONTimestampAttribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		Attributes: map[string]schema.Attribute{
			"date":      TimeAttribute("The second in which the entry was written"),
			"increment": Int64("Ordinal of the entry within that second, from 0 to 4294967295."),
		},
	}
}

// NewBSONTimestamp maps a timestamp of the API.
func NewBSONTimestamp(t *atlas.BSONTimestamp) *BSONTimestamp {
	if t == nil {
		return nil
	}
	increment := types.Int64Null()
	if t.Increment != nil {
		increment = types.Int64Value(int64(*t.Increment))
	}
	return &BSONTimestamp{Date: Time(t.Date), Increment: increment}
}

// Link points to a related resource of the API.
type Link struct {
	Href types.String `tfsdk:"href"`
	Rel  types.String `tfsdk:"rel"`
}

// LinksAttribute describes Links of a document that is called by the noun.
func LinksAttribute(noun string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: "Links to related resources of the API, in the API's order. Never null.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"href": String("Address of the resource."),
			"rel":  String("How the resource is related to the " + noun + ", such as `self`."),
		}},
	}
}

// NewLinks maps the links of the API. The list is never nil.
func NewLinks(links []atlas.Link) []Link {
	mapped := make([]Link, len(links))
	for i, l := range links {
		mapped[i] = Link{Href: types.StringPointerValue(l.Href), Rel: types.StringPointerValue(l.Rel)}
	}
	return mapped
}
