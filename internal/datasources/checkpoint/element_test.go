// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package checkpoint

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/auth"
	"github.com/legacybackup/terraform-provider-atlas/internal/datasources/cluster"
)

const (
	projectID    = "32b6e34b3d91647abb20e7b8"
	checkpointID = "5c6c64e1fd6c9f0b8e6d4c11"
)

// documents are checkpoints as Atlas sends them, and what becomes of them.
var documents = map[string]struct {
	document string
	want     element
}{
	"sharded cluster": {
		document: `{
			"id": "5c6c64e1fd6c9f0b8e6d4c11",
			"groupId": "32b6e34b3d91647abb20e7b8",
			"clusterId": "5c6c61aaedf75904e4f3a8d2",
			"started": "2023-05-01T11:58:00Z",
			"completed": "2023-05-01T12:01:00Z",
			"timestamp": "2023-05-01T12:00:00Z",
			"restorable": true,
			"links": [
				{"href": "https://cloud.mongodb.com/self", "rel": "self"},
				{"href": "https://cloud.mongodb.com/cluster", "rel": "https://cloud.mongodb.com/cluster"}
			],
			"parts": [
				{
					"replicaSetName": "Cluster0-shard-1", "shardName": "Cluster0-shard-1", "typeName": "REPLICA_SET",
					"tokenDiscovered": true, "tokenTimestamp": {"date": "2023-05-01T12:00:00Z", "increment": 1}
				},
				{
					"replicaSetName": "Cluster0-shard-0", "shardName": "Cluster0-shard-0", "typeName": "REPLICA_SET",
					"tokenDiscovered": true, "tokenTimestamp": {"date": "2023-05-01T12:00:00Z", "increment": 4294967295}
				},
				{
					"replicaSetName": "Cluster0-config-0", "typeName": "CONFIG_SERVER_REPLICA_SET",
					"tokenDiscovered": true, "tokenTimestamp": {"date": "2023-05-01T12:00:00Z", "increment": 0}
				}
			],
			"addedLater": {"unknown": true}
		}`,
		want: element{
			ID:         types.StringValue("5c6c64e1fd6c9f0b8e6d4c11"),
			ClusterID:  types.StringValue("5c6c61aaedf75904e4f3a8d2"),
			Started:    timetypes.NewRFC3339ValueMust("2023-05-01T11:58:00Z"),
			Completed:  timetypes.NewRFC3339ValueMust("2023-05-01T12:01:00Z"),
			Timestamp:  timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00Z"),
			Restorable: types.BoolValue(true),
			Parts: []part{
				{
					ReplicaSetName:  types.StringValue("Cluster0-shard-1"),
					ShardName:       types.StringValue("Cluster0-shard-1"),
					TypeName:        types.StringValue("REPLICA_SET"),
					TokenDiscovered: types.BoolValue(true),
					TokenTimestamp: &cluster.BSONTimestamp{
						Date:      timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00Z"),
						Increment: types.Int64Value(1),
					},
				},
				{
					ReplicaSetName:  types.StringValue("Cluster0-shard-0"),
					ShardName:       types.StringValue("Cluster0-shard-0"),
					TypeName:        types.StringValue("REPLICA_SET"),
					TokenDiscovered: types.BoolValue(true),
					TokenTimestamp: &cluster.BSONTimestamp{
						Date:      timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00Z"),
						Increment: types.Int64Value(4294967295),
					},
				},
				{
					ReplicaSetName:  types.StringValue("Cluster0-config-0"),
					TypeName:        types.StringValue("CONFIG_SERVER_REPLICA_SET"),
					TokenDiscovered: types.BoolValue(true),
					TokenTimestamp: &cluster.BSONTimestamp{
						Date:      timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00Z"),
						Increment: types.Int64Value(0),
					},
				},
			},
			Links: []cluster.Link{
				{Href: types.StringValue("https://cloud.mongodb.com/self"), Rel: types.StringValue("self")},
				{
					Href: types.StringValue("https://cloud.mongodb.com/cluster"),
					Rel:  types.StringValue("https://cloud.mongodb.com/cluster"),
				},
			},
		},
	},
	"in progress": {
		document: `{
			"id": "5c6c64e1fd6c9f0b8e6d4c11",
			"started": "2023-05-01T11:58:00Z",
			"restorable": false,
			"parts": [{"replicaSetName": "rs0", "typeName": "ADDED_LATER", "tokenDiscovered": false}]
		}`,
		want: element{
			ID:         types.StringValue("5c6c64e1fd6c9f0b8e6d4c11"),
			Started:    timetypes.NewRFC3339ValueMust("2023-05-01T11:58:00Z"),
			Restorable: types.BoolValue(false),
			Parts: []part{{
				ReplicaSetName:  types.StringValue("rs0"),
				TypeName:        types.StringValue("ADDED_LATER"),
				TokenDiscovered: types.BoolValue(false),
			}},
			Links: []cluster.Link{},
		},
	},
	"nothing": {
		document: `{}`,
		want:     element{ID: types.StringValue(checkpointID), Parts: []part{}, Links: []cluster.Link{}},
	},
	"null everywhere": {
		document: `{
			"groupId": null, "clusterId": null, "started": null, "completed": null, "timestamp": null,
			"restorable": null, "parts": null, "links": null
		}`,
		want: element{ID: types.StringValue(checkpointID), Parts: []part{}, Links: []cluster.Link{}},
	},
	"null below": {
		document: `{
			"parts": [
				{
					"replicaSetName": null, "shardName": null, "typeName": null, "tokenDiscovered": null,
					"tokenTimestamp": null
				},
				{"tokenTimestamp": {"date": null, "increment": null}},
				{"tokenTimestamp": {}},
				null
			],
			"links": [{"href": null, "rel": null}]
		}`,
		want: element{
			ID:    types.StringValue(checkpointID),
			Parts: []part{{}, {TokenTimestamp: &cluster.BSONTimestamp{}}, {TokenTimestamp: &cluster.BSONTimestamp{}}, {}},
			Links: []cluster.Link{{}},
		},
	},
	"empty lists and texts": {
		document: `{"clusterId": "", "parts": [], "links": []}`,
		want: element{
			ID: types.StringValue(checkpointID), ClusterID: types.StringValue(""),
			Parts: []part{}, Links: []cluster.Link{},
		},
	},
	"times that are not written as in the state": {
		document: `{
			"started": "2023-04-30t23:30:00.000000001-02:30",
			"completed": "2023-05-01T14:00:00.123456789+02:00",
			"timestamp": "2023-05-01T12:00:00.500z",
			"parts": [{"tokenTimestamp": {"date": "2023-05-01T00:00:00+14:00"}}]
		}`,
		want: element{
			ID:        types.StringValue(checkpointID),
			Started:   timetypes.NewRFC3339ValueMust("2023-05-01T02:00:00.000000001Z"),
			Completed: timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00.123456789Z"),
			Timestamp: timetypes.NewRFC3339ValueMust("2023-05-01T12:00:00.5Z"),
			Parts: []part{{
				TokenTimestamp: &cluster.BSONTimestamp{Date: timetypes.NewRFC3339ValueMust("2023-04-30T10:00:00Z")},
			}},
			Links: []cluster.Link{},
		},
	},
}

func TestNewElement(t *testing.T) {
	t.Parallel()

	for name, test := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, newElement(read(t, withID(test.document)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Attributes and element describe the same object: each takes what the other gives.
func TestModel_agreesWithAttributes(t *testing.T) {
	t.Parallel()

	s := schema.Schema{Attributes: attributes()}
	if diags := s.ValidateImplementation(t.Context()); len(diags) != 0 {
		t.Fatal(diags)
	}
	for name, test := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(t.Context()), nil)}
			if diags := state.Set(t.Context(), test.want); len(diags) != 0 {
				t.Fatal(diags)
			}
			if !state.Raw.IsFullyKnown() {
				t.Errorf("unknown after a read: %s", state.Raw)
			}
			var got element
			if diags := state.Get(t.Context(), &got); len(diags) != 0 {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// read takes a document through the client, since that is who decodes it.
// withID adds the id to a document that has none.
func withID(document string) string {
	if strings.Contains(document, `"id"`) {
		return document
	}
	return strings.Replace(strings.Replace(document, "{", `{"id": "`+checkpointID+`",`, 1), ",}", "}", 1)
}

func read(t *testing.T, document string) *atlas.Checkpoint {
	t.Helper()

	client := atlas.New(atlas.Config{
		BaseURL:     &url.URL{Scheme: "https", Host: "cloud.mongodb.example"},
		Credentials: auth.AccessToken{Token: "token"},
		Transport:   responder(document),
	})
	checkpoint, err := atlas.Get[atlas.Checkpoint](t.Context(), client, atlas.Checkpoints, atlas.Target{ProjectID: projectID, ClusterName: "Cluster0", ID: checkpointID})
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint
}

// responder answers every request with itself.
type responder string

func (r responder) RoundTrip(req *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	_, _ = recorder.WriteString(string(r))
	resp := recorder.Result()
	resp.Request = req
	return resp, nil
}
