// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/atlastest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlas/rest"
	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
	"github.com/legacybackup/terraform-provider-atlas/internal/provider"
)

// Scene is a provider, seen through Terraform's protocol, in front of a mock Atlas on loopback.
// Whatever it shows or logs must hide the login's secrets, which the scene sees to by itself.
type Scene struct {
	// Atlas is what responds, unless WithHandler or WithTransport replaced it.
	Atlas *atlasmock.Server
	// URL is where it listens.
	URL string
	// Clock is the provider's: tests do not really wait.
	Clock *atlastest.Clock
	// Provider and Server are what is tested.
	Provider *provider.Provider
	Server   tfprotov6.ProviderServer

	t         *testing.T
	login     Login
	env       map[string]string
	mock      []atlasmock.Option
	handler   http.Handler
	listen    func(net.Listener) net.Listener
	transport http.RoundTripper
	inProcess bool
	clock     rest.Clock
	schemas   *tfprotov6.GetProviderSchemaResponse
	logs      logs
}

// Option changes a Scene before it is set up.
type Option func(*Scene)

// WithMock sets up the mock, which knows the login's credentials by itself.
func WithMock(options ...atlasmock.Option) Option {
	return func(s *Scene) { s.mock = append(s.mock, options...) }
}

// WithHandler responds in place of the mock.
func WithHandler(handler http.Handler) Option { return func(s *Scene) { s.handler = handler } }

// WithTransport responds without a network.
func WithTransport(transport http.RoundTripper) Option {
	return func(s *Scene) { s.transport = transport }
}

// WithoutNetwork carries requests to the mock, or to WithHandler's, without a network, so that a
// test's time can be that of testing/synctest. The scene has no URL then.
func WithoutNetwork() Option { return func(s *Scene) { s.inProcess = true } }

// WithListener changes how connections are accepted.
func WithListener(change func(net.Listener) net.Listener) Option {
	return func(s *Scene) { s.listen = change }
}

// WithEnv sets variables of the provider's environment, beside the login's.
func WithEnv(variables map[string]string) Option {
	return func(s *Scene) { maps.Copy(s.env, variables) }
}

// WithSystemClock makes the provider's waits last as long as they do.
func WithSystemClock() Option { return func(s *Scene) { s.clock = nil } }

// New sets up a scene. The provider's environment holds nothing but the login.
func New(t *testing.T, login Login, options ...Option) *Scene {
	t.Helper()
	s := &Scene{t: t, login: login, env: maps.Clone(login.Env), Clock: atlastest.NewClock()}
	if s.env == nil {
		s.env = map[string]string{}
	}
	s.clock = s.Clock
	for _, option := range options {
		option(s)
	}
	s.serve()
	s.Provider = provider.New("1.2.3", s.options()...)
	s.Server = s.Provider.Server()
	var err error
	if s.schemas, err = s.Server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Provider.Close()
		s.logs.assertHide(t, login.Secrets)
	})
	return s
}

// serve makes the mock listen.
func (s *Scene) serve() {
	s.t.Helper()
	if s.login.Accept != nil {
		s.mock = append(s.mock, s.login.Accept)
	}
	mock, err := atlasmock.New(s.mock...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(mock.Close)
	s.Atlas = mock
	if s.handler == nil {
		s.handler = mock
	}
	if s.inProcess {
		s.transport = atlastest.Transport{Handler: s.handler}
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.URL = "http://" + listener.Addr().String()
	if s.listen != nil {
		listener = s.listen(listener)
	}
	server := &httptest.Server{
		Listener: listener, Config: &http.Server{Handler: s.handler, ErrorLog: log.New(io.Discard, "", 0)},
	}
	server.Start()
	s.t.Cleanup(func() {
		mock.Close() // lets go of the requests that it holds
		server.CloseClientConnections()
		server.Close()
	})
}

func (s *Scene) options() []provider.Option {
	options := []provider.Option{provider.WithEnv(func(name string) string { return s.env[name] })}
	if s.transport != nil {
		options = append(options, provider.WithTransport(s.transport))
	}
	if s.clock != nil {
		options = append(options, provider.WithClock(s.clock))
	}
	return options
}

// Validate checks a provider block.
func (s *Scene) Validate(block Config) Diagnostics {
	s.t.Helper()
	resp, err := s.Server.ValidateProviderConfig(s.t.Context(), &tfprotov6.ValidateProviderConfigRequest{
		Config: dynamic(s.schemas.Provider, block),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.hide(resp.Diagnostics)
}

// Configure configures the provider, for the scene's URL unless the block says otherwise.
func (s *Scene) Configure(block Config) Diagnostics {
	s.t.Helper()
	full := Config{}
	if s.transport == nil {
		full["base_url"] = s.URL
	}
	maps.Copy(full, block)
	resp, err := s.Server.ConfigureProvider(s.context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: dynamic(s.schemas.Provider, full),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.hide(resp.Diagnostics)
}

// MustConfigure configures the provider without a diagnostic.
func (s *Scene) MustConfigure(block Config) *Scene {
	s.t.Helper()
	if got := s.Configure(block); len(got) > 0 {
		s.t.Fatal(got)
	}
	return s
}

// Read validates a data source's configuration and reads it, as Terraform does. It returns the
// attributes, unless an error comes instead. Reads may be made in parallel.
func (s *Scene) Read(dataSource string, arguments Config) (map[string]any, Diagnostics) {
	s.t.Helper()
	config := dynamic(s.schemas.DataSourceSchemas[dataSource], arguments)
	valid, err := s.Server.ValidateDataResourceConfig(s.context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: dataSource, Config: config,
	})
	if err != nil {
		s.t.Error(err)
		return nil, nil
	}
	if len(valid.Diagnostics) > 0 {
		return nil, s.hide(valid.Diagnostics)
	}
	return s.ReadInvalid(dataSource, arguments)
}

// ReadInvalid reads a data source without validation.
func (s *Scene) ReadInvalid(dataSource string, arguments Config) (map[string]any, Diagnostics) {
	s.t.Helper()
	schema := s.schemas.DataSourceSchemas[dataSource]
	resp, err := s.Server.ReadDataSource(s.context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: dataSource, Config: dynamic(schema, arguments),
	})
	if err != nil {
		s.t.Error(err)
		return nil, nil
	}
	return s.attributes(schema, resp.State, resp.Diagnostics), s.hide(resp.Diagnostics)
}

// Open validates an ephemeral resource's configuration and opens it. It returns the attributes,
// unless an error comes instead.
func (s *Scene) Open(ephemeralResource string, arguments Config) (map[string]any, Diagnostics) {
	s.t.Helper()
	schema := s.schemas.EphemeralResourceSchemas[ephemeralResource]
	config := dynamic(schema, arguments)
	valid, err := s.Server.ValidateEphemeralResourceConfig(s.context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: ephemeralResource, Config: config,
	})
	if err != nil {
		s.t.Error(err)
		return nil, nil
	}
	if len(valid.Diagnostics) > 0 {
		return nil, s.hide(valid.Diagnostics)
	}
	resp, err := s.Server.OpenEphemeralResource(s.context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: ephemeralResource, Config: config,
	})
	if err != nil {
		s.t.Error(err)
		return nil, nil
	}
	return s.attributes(schema, resp.Result, resp.Diagnostics), s.hide(resp.Diagnostics)
}

// attributes are those of a result without errors.
func (s *Scene) attributes(schema *tfprotov6.Schema, result *tfprotov6.DynamicValue, diagnostics Diagnostics) map[string]any {
	s.t.Helper()
	if result == nil || diagnostics.failed() {
		return nil
	}
	value, err := result.Unmarshal(schema.ValueType())
	if err != nil {
		s.t.Error(err)
	}
	attributes, _ := plain(s.t, value).(map[string]any)
	return attributes
}

// Stop asks the provider to stop, as Terraform does on an interrupt.
func (s *Scene) Stop() {
	s.t.Helper()
	if _, err := s.Server.StopProvider(s.t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		s.t.Error(err)
	}
}

// Logs are all that the provider has logged.
func (s *Scene) Logs() string { return s.logs.text() }

// context is that of an RPC whose logs, down to traces, are kept.
func (s *Scene) context() context.Context {
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(s.t.Context(), &s.logs), &s.logs)
}

// hide makes sure that diagnostics show no secret.
func (s *Scene) hide(got Diagnostics) Diagnostics {
	s.t.Helper()
	assertHides(s.t, got.String(), s.login.Secrets)
	return got
}

// Unknown is an argument's value before what it comes from is created.
const Unknown = tftypes.UnknownValue
