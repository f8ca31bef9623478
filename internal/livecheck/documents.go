// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// collection is one of a cluster's kinds of document.
type collection struct {
	name, nouns string
	// missing and detail are the mock's response for an unknown id.
	missing, detail string
	// all is the query for a list of all documents.
	all string
	// cloud is the error code on a cluster with Cloud Backups.
	cloud  string
	single bool
	fields fields
}

const incorrectEndpoint = "INCORRECT_BACKUP_API_ENDPOINT"

var collections = []collection{
	{
		name: "backupCheckpoints", nouns: "checkpoints", all: "?itemsPerPage=500",
		missing: "CHECKPOINT_NOT_FOUND", detail: "No checkpoint with ID %s exists for cluster %s.",
		cloud: "CHECKPOINTS_ONLY_ON_CONTINOUS_BACKUP",
		fields: with(common, fields{
			"id": "id", "started": "time", "completed": "time?", "timestamp": "time", "restorable": "bool", "parts": "list",
			"parts[].replicaSetName": "name?", "parts[].shardName": "name?", "parts[].typeName": "enum",
			"parts[].tokenDiscovered": "bool", "parts[].tokenTimestamp": "object?",
			"parts[].tokenTimestamp.date": "time", "parts[].tokenTimestamp.increment": "number",
		}),
	},
	{
		name: "snapshots", nouns: "snapshots", all: "?completed=all&itemsPerPage=500",
		missing: "SNAPSHOT_NOT_FOUND", detail: "No snapshot with ID %s exists for cluster %s.", cloud: incorrectEndpoint,
		fields: with(common, fields{
			"id": "id", "clusterName": "name", "complete": "bool", "doNotDelete": "bool", "expires": "time?", "incremental": "bool",
			"created": "object", "created.date": "time", "created.increment": "number",
			"lastOplogAppliedTimestamp": "object?", "lastOplogAppliedTimestamp.date": "time",
			"lastOplogAppliedTimestamp.increment": "number", "parts": "list",
			"parts[].clusterId": "id", "parts[].replicaSetName": "name", "parts[].replicaState": "enum", "parts[].typeName": "enum",
			"parts[].fcv": "version", "parts[].mongodVersion": "version", "parts[].machineId": "host",
			"parts[].compressionSetting": "enum", "parts[].completedTime": "time?", "parts[].dataSizeBytes": "number?",
			"parts[].fileSizeBytes": "number?", "parts[].storageSizeBytes": "number?", "parts[].encryptionEnabled": "bool",
			"parts[].masterKeyUUID": "uuid?",
		}),
	},
	{
		name: "restoreJobs", nouns: "restore jobs", all: "?itemsPerPage=500",
		missing: "RESTORE_JOB_NOT_FOUND", detail: "No restore job with ID %s exists for cluster %s.", cloud: incorrectEndpoint,
		fields: with(common, fields{
			"id": "id", "snapshotId": "id", "batchId": "id?", "clusterName": "name", "deploymentJobId": "id?", "created": "time",
			"statusName": "enum", "timestamp": "object", "timestamp.date": "time", "timestamp.increment": "number",
			"encryptionEnabled": "bool", "masterKeyUUID": "uuid?", "hashes": "list", "hashes[].fileName": "file",
			"hashes[].hash": "hash", "hashes[].typeName": "enum", "hashes[].links": "list?", "hashes[].links[].href": "link",
			"hashes[].links[].rel": "rel", "delivery": "object", "delivery.methodName": "enum", "delivery.statusName": "enum",
			"delivery.expires": "time?", "delivery.expirationHours": "number?", "delivery.maxDownloads": "number?",
			"delivery.targetGroupId": "id?", "delivery.targetClusterId": "id?", "delivery.targetClusterName": "name?",
			"delivery.url": "url?", "delivery.urlV2": "url?", "delivery.authHeader": "header?", "delivery.authValue": "secret?",
		}),
	},
	{
		name: "snapshotSchedule", nouns: "the snapshot schedule", cloud: incorrectEndpoint, single: true,
		fields: with(common, fields{
			"snapshotIntervalHours": "number", "snapshotRetentionDays": "number", "dailySnapshotRetentionDays": "number",
			"weeklySnapshotRetentionWeeks": "number", "monthlySnapshotRetentionMonths": "number", "pointInTimeWindowHours": "number",
			"clusterCheckpointIntervalMin": "number?",
		}),
	},
}

// fields are the kinds of a document's fields by path, as the mock's fixtures have them. A question
// mark is for those that may be absent.
type fields map[string]string

var common = fields{
	"groupId": "id", "clusterId": "id", "links": "list", "links[].href": "link", "links[].rel": "rel",
}

// errorFields are those of an error body.
var errorFields = fields{
	"error": "number", "errorCode": "enum", "detail": "text", "reason": "text", "parameters": "list", "parameters[]": "text",
	"badRequestDetail": "object?", "badRequestDetail.fields": "list",
	"badRequestDetail.fields[].field": "text", "badRequestDetail.fields[].description": "text",
}

func with(a, b fields) fields {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// kind is a field's kind without its question mark, empty if the field is unknown.
func (f fields) kind(path string) string { return strings.TrimSuffix(f[path], "?") }

// document is one document, as its list and its own read have it; either may be nil.
type document struct {
	id              string
	element, single any
}

func (d document) value() any {
	if d.single != nil {
		return d.single
	}
	return d.element
}

// decode keeps numbers as they are written.
func decode(body []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// member returns a member of an object, nil if there is none.
func member(value any, name string) any {
	object, _ := value.(map[string]any)
	return object[name]
}

// text returns a member that is a string.
func text(value any, name string) string {
	text, _ := member(value, name).(string)
	return text
}

// walk visits a value and all that is in it.
func walk(value any, path string, visit func(path string, value any)) {
	visit(path, value)
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			walk(member, strings.TrimPrefix(path+"."+name, "."), visit)
		}
	case []any:
		for _, element := range value {
			walk(element, path+"[]", visit)
		}
	}
}

// differing returns the paths at which two values differ.
func differing(a, b any, path string) []string {
	left, isObject := a.(map[string]any)
	right, both := b.(map[string]any)
	if !isObject || !both {
		if reflect.DeepEqual(a, b) {
			return nil
		}
		return []string{path}
	}
	var found []string
	all := maps.Clone(left)
	maps.Copy(all, right)
	for name := range all {
		found = append(found, differing(left[name], right[name], strings.TrimPrefix(path+"."+name, "."))...)
	}
	return found
}

// observations are what is said of documents, each thing once.
type observations map[string]bool

func (o observations) add(format string, args ...any) { o[fmt.Sprintf(format, args...)] = true }

func (o observations) String() string {
	return strings.Join(slices.Sorted(maps.Keys(o)), ", ")
}

// unlike reports the fields that are unknown, of another kind, or missing.
func (f fields) unlike(value any, found observations) {
	walk(value, "", func(path string, value any) {
		object, isObject := value.(map[string]any)
		if kind := f.kind(path); path != "" && value != nil && !strings.HasSuffix(path, "[]") {
			switch is := f.form(kind, value); {
			case kind == "":
				found.add("unknown field %s (%s)", path, is)
			case is != kind:
				found.add("%s is a %s", path, is)
			}
		}
		if !isObject {
			return
		}
		for name, kind := range f {
			parent, child := "", name
			if dot := strings.LastIndex(name, "."); dot >= 0 {
				parent, child = name[:dot], name[dot+1:]
			}
			if _, present := object[child]; parent == path && !present && !strings.HasSuffix(kind, "?") {
				found.add("%s is missing", name)
			}
		}
	})
}

// form returns the kind if a value is of it, and what the value is otherwise.
func (f fields) form(kind string, value any) string {
	is := "string"
	switch value := value.(type) {
	case map[string]any:
		is = "object"
	case []any:
		is = "list"
	case bool:
		is = "bool"
	case json.Number:
		is = "number"
	case string:
		if kind != "" && kind != "object" && kind != "list" && kind != "bool" && kind != "number" && (kind != "id" || objectID.MatchString(value)) {
			return kind
		}
	}
	return is
}

var (
	timeLike = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ][0-9:.,TZ+-]*$`)
	digits   = regexp.MustCompile(`\d`)
)

// times reports the forms of the times.
func (f fields) times(value any, found observations) {
	walk(value, "", func(path string, value any) {
		text, isText := value.(string)
		switch form := digits.ReplaceAllString(text, "9"); {
		case isText && timeLike.MatchString(text):
			if form != timeForm {
				found.add("%s: %s", path, form)
			}
		case value != nil && f.kind(path) == "time":
			found.add("%s is no time", path)
		}
	})
}

const timeForm = "9999-99-99T99:99:99Z"

// nulls reports the fields that are null.
func (f fields) nulls(value any, found observations) {
	walk(value, "", func(path string, value any) {
		if value == nil {
			found.add("%s", path)
		}
	})
}
