// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"sync"
	"time"
)

// pauses holds until when requests must wait, by gate: a project, since that is
// what Atlas limits, or the token endpoint. When one read is told to wait, the
// others find it here instead of spending their own attempts to be told the same.
type pauses struct {
	mu     sync.Mutex
	byGate map[string]pause
}

// pause is a wait that Atlas asked for, and the answer that did.
type pause struct {
	until time.Time
	asked *Error
}

func (p *pauses) at(gate string) pause {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byGate[gate]
}

// extend makes the gate's pause last at least as long as the given one.
func (p *pauses) extend(gate string, to pause) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byGate == nil {
		p.byGate = map[string]pause{}
	}
	if to.until.After(p.byGate[gate].until) {
		p.byGate[gate] = to
	}
}
