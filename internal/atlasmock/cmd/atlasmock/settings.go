// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/legacybackup/terraform-provider-atlas/internal/atlasmock"
)

// freshAge is how long ago -fresh lets the newest checkpoint have completed.
const freshAge = 5 * time.Minute

// settings are what the command line says.
type settings struct {
	addr    string
	urlFile string
	log     bool

	fixtures               string
	fresh                  bool
	publicKey, privateKey  string
	clientID, clientSecret string
	accessToken            string
	algorithm              string
	singleUse              bool
	latency                time.Duration
	capacity               int
	refill                 float64
	pathPrefix             string
	fault                  string
}

const usage = `Serves an imitation of the part of the MongoDB Atlas Administration API that reads legacy backups.
It prints what to set for the provider, and what there is to read.

Usage: atlasmock [flags]

`

// minimalFixture is a document with what a gate needs.
const minimalFixture = `{"id":"64fffe68c1d2a7049b3e5f60","restorable":true,"timestamp":"2023-09-12T06:00:21Z"}`

const help = `
A fixture may leave out any field. A minimal one, in
<folder>/5e4229180a6f3c2b9d7e4a10/Cluster0/backupCheckpoints/64fffe68c1d2a7049b3e5f60.json:

  ` + minimalFixture + `

`

// printContents lists fixtures.
func printContents(fixtures fs.FS, output io.Writer) {
	_, _ = io.WriteString(output, "The fixtures, as <project id>/<cluster name>/<collection>/<id>:\n")
	documents, err := fs.Glob(fixtures, "*/*/*/*.json")
	single, singleErr := fs.Glob(fixtures, "*/*/*.json")
	if err != nil || singleErr != nil {
		panic("impossible: the patterns are constants")
	}
	documents = append(documents, single...)
	slices.Sort(documents)
	for _, path := range documents {
		_, _ = fmt.Fprintln(output, "  "+strings.TrimSuffix(path, ".json"))
	}
}

// describe prints where the server listens, what the provider's environment needs for each way to
// authenticate, and what there is to read.
func (s *settings) describe(url string, output io.Writer) {
	_, _ = fmt.Fprintln(output, "listening on", url)
	for _, method := range [][2][2]string{
		{{"PUBLIC_API_KEY", s.publicKey}, {"PRIVATE_API_KEY", s.privateKey}},
		{{"CLIENT_ID", s.clientID}, {"CLIENT_SECRET", s.clientSecret}},
		{{"ACCESS_TOKEN", s.accessToken}},
	} {
		if method[0][1] == "" {
			continue
		}
		_, _ = fmt.Fprintf(output, "\nexport MONGODB_ATLAS_BASE_URL=%s\n", url)
		for _, variable := range method {
			if variable[0] != "" {
				_, _ = fmt.Fprintf(output, "export MONGODB_ATLAS_%s='%s'\n", variable[0], strings.ReplaceAll(variable[1], "'", `'\''`))
			}
		}
	}
	_, _ = fmt.Fprintln(output)
	printContents(s.folder(), output)
}

// parseSettings reads the command line; what it has to say about it goes to output.
func parseSettings(args []string, output io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("atlasmock", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.Usage = func() {
		_, _ = io.WriteString(output, usage)
		flags.PrintDefaults()
		_, _ = io.WriteString(output, help)
		printContents(atlasmock.DefaultFixtures(), output)
	}
	flags.StringVar(&s.addr, "addr", "127.0.0.1:0", "loopback `address` to listen on; port 0 picks a free one")
	flags.StringVar(&s.urlFile, "url-file", "", "`file` to write the base URL to")
	flags.BoolVar(&s.log, "log", false, "print one line for each request on standard error")
	flags.StringVar(&s.fixtures, "fixtures", "",
		"`folder` of <project id>/<cluster name>/<collection>/<id>.json, instead of the built-in fixtures")
	flags.BoolVar(&s.fresh, "fresh", false,
		"shift the fixtures' times so that the newest checkpoint completed some minutes ago")
	flags.StringVar(&s.publicKey, "public-key", "mockpublic", "public API `key`; empty accepts no API key")
	flags.StringVar(&s.privateKey, "private-key", "mock-private-key", "private API `key`")
	flags.StringVar(&s.clientID, "client-id", "", "service account's `id`, such as mdb_sa_id_mock")
	flags.StringVar(&s.clientSecret, "client-secret", "", "service account's `secret`, such as mdb_sa_sk_mock")
	flags.StringVar(&s.accessToken, "access-token", "", "bearer `token` to accept")
	flags.StringVar(&s.algorithm, "algorithm", "MD5", "digest `algorithm`: MD5 or SHA-256")
	flags.BoolVar(&s.singleUse, "single-use", false, "accept each digest nonce once only")
	flags.DurationVar(&s.latency, "latency", 0, "hold each answer back for this `duration`")
	flags.Func("rate-limit", "`capacity,refill`: requests at once and more requests each second, such as 1200,8.3",
		s.parseRateLimit)
	flags.StringVar(&s.pathPrefix, "path-prefix", "", "`path` to serve the API under, as behind a gateway, such as /atlas")
	flags.StringVar(&s.fault, "fault", "", "`what` goes wrong: "+faultNames)
	if err := flags.Parse(args); err != nil {
		return settings{}, err
	}

	err := s.validate(flags.Args())
	if err != nil {
		_, _ = fmt.Fprintln(output, "atlasmock:", err)
	}
	return s, err
}

func (s *settings) parseRateLimit(text string) error {
	capacity, refill, ok := strings.Cut(text, ",")
	if !ok {
		return errors.New("want two numbers with a comma between them")
	}
	var err1, err2 error
	s.capacity, err1 = strconv.Atoi(capacity)
	s.refill, err2 = strconv.ParseFloat(refill, 64)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if s.capacity < 1 || s.refill <= 0 {
		return errors.New("both numbers must be above zero")
	}
	return nil
}

func (s *settings) validate(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	host, _, err := net.SplitHostPort(s.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-addr: %q is not loopback; this server must not be reachable from elsewhere", s.addr)
	}
	if s.fixtures != "" {
		if _, err := os.ReadDir(s.fixtures); err != nil {
			return fmt.Errorf("-fixtures: %w", err)
		}
	}
	if _, err := s.faults(); err != nil {
		return fmt.Errorf("-fault: %w", err)
	}
	if s.fault == "expired-token" && s.accessToken == "" && s.clientID == "" {
		return errors.New("-fault: expired-token needs -access-token, or -client-id and -client-secret")
	}
	return nil
}

// folder holds the fixtures.
func (s *settings) folder() fs.FS {
	if s.fixtures == "" {
		return atlasmock.DefaultFixtures()
	}
	return os.DirFS(s.fixtures)
}

// options are the settings as the mock wants them.
func (s *settings) options() []atlasmock.Option {
	opts := []atlasmock.Option{
		atlasmock.WithDigest(atlasmock.Digest{Algorithm: s.algorithm, SingleUse: s.singleUse}),
		atlasmock.WithLatency(s.latency),
		atlasmock.WithFixtures(s.folder()),
	}
	if s.pathPrefix != "" {
		opts = append(opts, atlasmock.WithPathPrefix(s.pathPrefix))
	}
	if s.publicKey != "" {
		opts = append(opts, atlasmock.WithAPIKey(s.publicKey, s.privateKey))
	}
	if s.clientID != "" || s.clientSecret != "" {
		opts = append(opts, atlasmock.WithServiceAccount(s.clientID, s.clientSecret))
	}
	if s.accessToken != "" {
		opts = append(opts, atlasmock.WithAccessToken(s.accessToken))
	}
	if s.capacity > 0 {
		opts = append(opts, atlasmock.WithRateLimit(s.capacity, s.refill))
	}
	if s.fresh {
		opts = append(opts, atlasmock.WithFreshness(freshAge))
	}
	return opts
}
