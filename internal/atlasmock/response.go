// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// response is what goes onto the wire. The body is complete even where the fault in send lets only
// a part of it through.
type response struct {
	status int
	header http.Header
	body   []byte
	send   writer
}

// sender writes a response onto the wire, as the kind of fault has it.
type writer func(s *Server, w http.ResponseWriter, r *http.Request, a response)

func (a response) write(s *Server, w http.ResponseWriter, r *http.Request) {
	if a.send != nil {
		a.send(s, w, r, a)
		return
	}
	a.writeHead(w, len(a.body))
	// A client that has gone away is no concern of the server.
	_, _ = w.Write(a.body)
}

// unknownLength makes net/http choose the transfer coding.
const unknownLength = -1

func (a response) writeHead(w http.ResponseWriter, length int) {
	maps.Copy(w.Header(), a.header)
	if _, typed := a.header["Content-Type"]; !typed {
		w.Header()["Content-Type"] = nil // or net/http guesses one
	}
	bodyless := a.status == http.StatusNoContent || a.status == http.StatusNotModified
	_, stated := a.header["Content-Length"]
	if length != unknownLength && !bodyless && !stated {
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(a.status)
}

// with returns the response with more header fields.
func (a response) with(more http.Header) response {
	if len(more) == 0 {
		return a
	}
	header := http.Header{}
	maps.Copy(header, a.header)
	for name, values := range more {
		header[http.CanonicalHeaderKey(name)] = values
	}
	a.header = header
	return a
}

// document is an application's response before it is presented.
type document struct {
	status int
	header http.Header
	body   []byte

	// enveloped says that the body already carries its status: a list's own object is its envelope.
	enveloped bool
}

// view is how the caller wants the body.
type view struct {
	envelope, pretty bool
}

func parseView(query url.Values) (view, *apiError) {
	envelope, err1 := parseBool(query, "envelope", false)
	pretty, err2 := parseBool(query, "pretty", false)
	if err1 == nil {
		err1 = err2
	}
	return view{envelope: envelope, pretty: pretty}, err1
}

func (s *Server) present(v view, d document) response {
	a := response{status: d.status, header: http.Header{}, body: d.body}
	maps.Copy(a.header, d.header)
	a.header.Set("X-MongoDB-Service-Version", serviceVersion)
	if v.envelope {
		if !d.enveloped {
			a.body = s.envelop(d)
		}
		if s.config.hiddenStatus {
			a.status = http.StatusOK
			a.header.Del("X-Error-Code") // or the header would give the status away
		}
	}
	if v.pretty {
		a.body = indent(a.body)
	}
	return a
}

func (s *Server) envelop(d document) []byte {
	status := []byte(`"status":` + strconv.Itoa(d.status))
	content := append([]byte(`"`+s.config.envelopeKey+`":`), d.body...)
	return bytes.Join([][]byte{[]byte("{"), content, []byte(","), status, []byte("}")}, nil)
}

// indent re-indents JSON and leaves anything else as it is.
func indent(body []byte) []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		return body
	}
	return out.Bytes()
}

// compact takes the white space out of JSON and leaves anything else as it is, so that tests can
// serve broken documents.
func compact(body []byte) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, body); err != nil {
		return bytes.Clone(body)
	}
	return out.Bytes()
}
