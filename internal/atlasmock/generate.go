// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"fmt"
	"time"
)

// generatedStart is when the first generated checkpoint was taken; one follows every quarter of an
// hour.
var generatedStart = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const generatedInterval = 15 * time.Minute

// Generated is a checkpoint that the mock makes up.
type Generated struct {
	ID         string
	Timestamp  time.Time
	Restorable bool // every tenth is not
	Body       []byte
}

// GenerateCheckpoints makes n checkpoints of a replica set, the oldest first, which is the order of
// their ids. The same arguments give the same checkpoints.
func GenerateCheckpoints(projectID, clusterName string, n int) []Generated {
	out := make([]Generated, 0, n)
	for i := range n {
		out = append(out, generate(projectID, clusterName, i))
	}
	return out
}

func generate(projectID, clusterName string, i int) Generated {
	started := generatedStart.Add(time.Duration(i) * generatedInterval)
	timestamp := started.Add(8 * time.Second)
	g := Generated{
		ID:         fmt.Sprintf("%08x9c41d20e%08x", started.Unix(), i),
		Timestamp:  timestamp,
		Restorable: i%10 != 9,
	}
	link := "https://cloud.mongodb.com/api/atlas/v2/groups/" + projectID
	at := func(t time.Time) string { return t.Format(time.RFC3339) }
	g.Body = fmt.Appendf(nil, `{"clusterId":"5e43c6a19c41d20e7b3f5a68","completed":%q,"groupId":%q,"id":%q,`+
		`"links":[{"href":%q,"rel":"self"},`+
		`{"href":%q,"rel":"https://cloud.mongodb.com/cluster"},`+
		`{"href":%q,"rel":"https://cloud.mongodb.com/group"}],`+
		`"parts":[{"replicaSetName":%q,"shardName":%q,"tokenDiscovered":true,`+
		`"tokenTimestamp":{"date":%q,"increment":%d},"typeName":"REPLICA_SET"}],`+
		`"restorable":%t,"started":%q,"timestamp":%q}`,
		at(timestamp.Add(2*time.Second)), projectID, g.ID,
		link+"/clusters/"+clusterName+"/backupCheckpoints/"+g.ID, link+"/clusters/"+clusterName, link,
		clusterName+"-shard-0", clusterName+"-shard-0", at(timestamp), i%4+1,
		g.Restorable, at(started), at(timestamp))
	return g
}

// PutCheckpoints puts n generated checkpoints into a cluster, which with n = 0 exists but is empty.
func (s *Server) PutCheckpoints(projectID, clusterName string, n int) []Generated {
	s.PutCluster(projectID, clusterName)
	checkpoints := GenerateCheckpoints(projectID, clusterName, n)
	for _, checkpoint := range checkpoints {
		s.Put(projectID, clusterName, Checkpoints, checkpoint.ID, checkpoint.Body)
	}
	return checkpoints
}
