// Copyright (c) The terraform-provider-atlas authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// settings are what the command line and the environment say.
type settings struct {
	project, cluster, cloudCluster string

	goAhead     bool
	skipWaits   bool
	documents   int
	fixtures    string
	base        *url.URL
	credentials credentials
}

// credentials hold one way to authenticate, with the provider's precedence.
type credentials struct {
	accessToken            string
	clientID, clientSecret string
	publicKey, privateKey  string
}

func (c credentials) name() string {
	switch {
	case c.accessToken != "":
		return "an access token"
	case c.clientID != "":
		return "a service account"
	default:
		return "an API key"
	}
}

// secrets are what must not be shown.
func (c credentials) secrets() []string {
	return []string{c.accessToken, c.clientID, c.clientSecret, c.publicKey, c.privateKey}
}

const usage = `Compares the real Atlas with what the mock assumes of it. It changes nothing there.
Credentials and the base URL come from the provider's MONGODB_ATLAS_* variables.

Usage: livecheck -project ID -cluster NAME [flags]

`

var (
	objectID    = regexp.MustCompile(`^[a-f0-9]{24}$`)
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)
)

func parseSettings(args []string, getenv func(string) string, output io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("livecheck", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.Usage = func() {
		_, _ = io.WriteString(output, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.project, "project", "", "project `id`")
	flags.StringVar(&s.cluster, "cluster", "", "`name` of a cluster, best one with legacy backups")
	flags.StringVar(&s.cloudCluster, "cloud-cluster", "", "`name` of a cluster with Cloud Backups in the same project")
	flags.StringVar(&s.fixtures, "fixtures", "live-fixtures", "new or empty `folder` for the anonymous fixtures")
	flags.IntVar(&s.documents, "documents", 20, "read this `number` of documents of each collection singly, the newest of the first 500")
	flags.BoolVar(&s.skipWaits, "skip-waits", false, "skip what takes 70 seconds: the lifetime of a nonce")
	answer := flags.String("go-ahead", "", "yes sends the requests; without it the command says what it would do")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	s.goAhead = *answer == "yes"
	return s, s.complete(flags.Args(), getenv)
}

func (s *settings) complete(rest []string, getenv func(string) string) error {
	switch {
	case len(rest) > 0:
		return errors.New("unexpected arguments: every setting is a flag")
	case !objectID.MatchString(s.project):
		return errors.New("PROJECT_ID (-project) must be 24 hexadecimal digits")
	case !clusterName.MatchString(s.cluster):
		return errors.New("CLUSTER_NAME (-cluster) must be the name of a cluster")
	case s.cloudCluster != "" && !clusterName.MatchString(s.cloudCluster):
		return errors.New("CLOUD_CLUSTER_NAME (-cloud-cluster) must be the name of a cluster")
	case s.documents < 0 || s.documents > 100:
		return errors.New("-documents must be a number from 0 to 100")
	}
	if entries, err := os.ReadDir(s.fixtures); err == nil && len(entries) > 0 {
		return fmt.Errorf("the fixtures' folder %s is not empty; two runs must not mix", s.fixtures)
	}

	get := func(names ...string) string {
		var values []string
		for _, name := range names {
			values = append(values, getenv("MONGODB_ATLAS_"+name))
		}
		return cmp.Or(values...)
	}
	c := credentials{
		accessToken: get("ACCESS_TOKEN"),
		clientID:    get("CLIENT_ID"), clientSecret: get("CLIENT_SECRET"),
		publicKey: get("PUBLIC_API_KEY", "PUBLIC_KEY"), privateKey: get("PRIVATE_API_KEY", "PRIVATE_KEY"),
	}
	switch {
	case c.accessToken != "":
		s.credentials.accessToken = c.accessToken
	case c.clientID != "" || c.clientSecret != "":
		s.credentials.clientID, s.credentials.clientSecret = c.clientID, c.clientSecret
		if c.clientID == "" || c.clientSecret == "" {
			return errors.New("MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET are needed both")
		}
	case c.publicKey == "" || c.privateKey == "":
		return errors.New("no credentials: set the provider's MONGODB_ATLAS_* variables")
	default:
		s.credentials.publicKey, s.credentials.privateKey = c.publicKey, c.privateKey
	}
	base, err := url.Parse(cmp.Or(get("BASE_URL"), "https://"+atlasHost))
	// The errors do not quote the address: it may hold a password.
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return errors.New("MONGODB_ATLAS_BASE_URL must be an address such as https://" + atlasHost)
	case base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())):
		return errors.New("MONGODB_ATLAS_BASE_URL must begin with https://; http:// is for loopback addresses only")
	}
	base.Path, base.RawPath = strings.TrimRight(base.Path, "/"), strings.TrimRight(base.RawPath, "/")
	s.base = base
	return nil
}

const (
	atlasHost      = "cloud.mongodb.com"
	governmentHost = "cloud.mongodbgov.com"
)

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
