// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
)

// Model holds the attributes of one checkpoint, as Attributes describes them.
type Model struct {
	ID         types.String      `tfsdk:"id"`
	ClusterID  types.String      `tfsdk:"cluster_id"`
	Started    timetypes.RFC3339 `tfsdk:"started"`
	Completed  timetypes.RFC3339 `tfsdk:"completed"`
	Timestamp  timetypes.RFC3339 `tfsdk:"timestamp"`
	Restorable types.Bool        `tfsdk:"restorable"`
	Parts      []partModel       `tfsdk:"parts"`
	Links      []linkModel       `tfsdk:"links"`
}

type partModel struct {
	ReplicaSetName  types.String         `tfsdk:"replica_set_name"`
	ShardName       types.String         `tfsdk:"shard_name"`
	TypeName        types.String         `tfsdk:"type_name"`
	TokenDiscovered types.Bool           `tfsdk:"token_discovered"`
	TokenTimestamp  *tokenTimestampModel `tfsdk:"token_timestamp"`
}

type tokenTimestampModel struct {
	Date      timetypes.RFC3339 `tfsdk:"date"`
	Increment types.Int64       `tfsdk:"increment"`
}

type linkModel struct {
	Href types.String `tfsdk:"href"`
	Rel  types.String `tfsdk:"rel"`
}

// NewModel maps a checkpoint of the API. What the API leaves out is null; lists
// are empty instead, so that for expressions and length work on them.
func NewModel(c *atlas.Checkpoint) Model {
	m := Model{
		ID:         types.StringPointerValue(c.ID),
		ClusterID:  types.StringPointerValue(c.ClusterID),
		Started:    timeValue(c.Started),
		Completed:  timeValue(c.Completed),
		Timestamp:  timeValue(c.Timestamp),
		Restorable: types.BoolPointerValue(c.Restorable),
		Parts:      make([]partModel, len(c.Parts)),
		Links:      make([]linkModel, len(c.Links)),
	}
	for i, p := range c.Parts {
		m.Parts[i] = partModel{
			ReplicaSetName:  types.StringPointerValue(p.ReplicaSetName),
			ShardName:       types.StringPointerValue(p.ShardName),
			TypeName:        types.StringPointerValue(p.TypeName),
			TokenDiscovered: types.BoolPointerValue(p.TokenDiscovered),
		}
		if t := p.TokenTimestamp; t != nil {
			m.Parts[i].TokenTimestamp = &tokenTimestampModel{
				Date:      timeValue(t.Date),
				Increment: increment(t.Increment),
			}
		}
	}
	for i, l := range c.Links {
		m.Links[i] = linkModel{Href: types.StringPointerValue(l.Href), Rel: types.StringPointerValue(l.Rel)}
	}
	return m
}

func increment(n *uint32) types.Int64 {
	if n == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*n))
}

// timeValue writes a time in UTC with "Z", so that whole seconds sort as strings.
func timeValue(t *atlas.Time) timetypes.RFC3339 {
	if t == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.RFC3339{StringValue: types.StringValue(t.Format(time.RFC3339Nano))}
}
