// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package atlasmock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// apiError is the API's error body. The fields stand in alphabetical order, as Atlas writes them.
type apiError struct {
	BadRequestDetail *badRequestDetail `json:"badRequestDetail,omitempty"`
	Detail           string            `json:"detail"`
	Status           int               `json:"error"`
	Code             string            `json:"errorCode,omitempty"`
	Parameters       []any             `json:"parameters"`
	Reason           string            `json:"reason"`

	header http.Header
}

type badRequestDetail struct {
	Fields []badRequestField `json:"fields"`
}

type badRequestField struct {
	Description string `json:"description"`
	Field       string `json:"field"`
}

func newAPIError(status int, code, detail string, params ...any) *apiError {
	if params == nil {
		params = []any{}
	}
	return &apiError{
		Status:     status,
		Code:       code,
		Detail:     detail,
		Parameters: params,
		Reason:     http.StatusText(status),
		header:     http.Header{},
	}
}

func (e *apiError) document() document {
	header := e.header.Clone()
	header.Set("Content-Type", "application/json")
	if e.Code != "" {
		header.Set("X-Error-Code", e.Code)
	}
	return document{status: e.Status, header: header, body: marshal(e)}
}

// marshal is json.Marshal without its escapes for HTML, which Atlas does not write.
func marshal(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// Only a parameter that a test gave to FaultStatus can be at fault.
		panic(fmt.Sprintf("atlasmock: an answer that JSON cannot express: %v", err))
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

func errMalformedPath(path string) *apiError {
	return newAPIError(http.StatusBadRequest, "PATH_PARAM_PARSE_ERROR",
		"One or more path parameter in the request URI "+path+" is malformed.", path)
}

func errQueryParameter(name, description string) *apiError {
	e := newAPIError(http.StatusBadRequest, "VALIDATION_ERROR",
		"The query parameter "+name+" is invalid.", name)
	e.BadRequestDetail = &badRequestDetail{
		Fields: []badRequestField{{Description: description, Field: name}},
	}
	return e
}

func errGroupNotFound(project string) *apiError {
	return newAPIError(http.StatusNotFound, "GROUP_NOT_FOUND",
		"No group with ID "+project+" exists.", project)
}

func errClusterNotFound(cluster, project string) *apiError {
	return newAPIError(http.StatusNotFound, "CLUSTER_NOT_FOUND",
		"No cluster named "+cluster+" exists in group "+project+".", cluster, project)
}

func errDocumentNotFound(t target) *apiError {
	op := operations[t.collection]
	if op.single {
		return newAPIError(http.StatusNotFound, op.missing, "No "+op.noun+" exists for cluster "+t.cluster+".", t.cluster)
	}
	return newAPIError(http.StatusNotFound, op.missing,
		"No "+op.noun+" with ID "+t.id+" exists for cluster "+t.cluster+".", t.id, t.cluster)
}

func errResourceNotFound(path string) *apiError {
	return newAPIError(http.StatusNotFound, "RESOURCE_NOT_FOUND",
		"Cannot find resource "+path+".", path)
}

func errMethodNotAllowed() *apiError {
	e := newAPIError(http.StatusMethodNotAllowed, "", "The resource can only be read.")
	e.header.Set("Allow", http.MethodGet)
	return e
}

func errNotAcceptable() *apiError {
	return newAPIError(http.StatusNotAcceptable, "",
		"The version in the Accept header is missing or unknown.")
}

// unauthorized is the response to every request whose credentials are missing or wrong. Live Atlas
// does not say which, and writes the keys in this order.
func (s *Server) unauthorized(stale bool) response {
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	for _, challenge := range s.challenges(stale) {
		header.Add("WWW-Authenticate", challenge)
	}
	return response{status: http.StatusUnauthorized, header: header, body: []byte(`{
  "error": 401,
  "reason": "Unauthorized",
  "detail": "You are not authorized for this resource.",
  "errorCode": "UNEXPECTED_ERROR"
}`)}
}

// pageNotFound is the response of whatever stands where the API is not.
func pageNotFound() response {
	return htmlPage(http.StatusNotFound)
}

func htmlPage(status int) response {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	page := strings.ReplaceAll(`<!DOCTYPE html>
<html>
<head><title>TITLE</title></head>
<body>
<center><h1>TITLE</h1></center>
<hr><center>gateway</center>
</body>
</html>
`, "TITLE", title)
	header := http.Header{}
	header.Set("Content-Type", "text/html")
	return response{status: status, header: header, body: []byte(page)}
}
