package files

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/modules/facts/server"
	"cygnet/op"
	"cygnet/shell"
)

// Download lets the host fetch a file from the web, with curl or wget.
type Download struct {
	Src string `arg:"src,required"` // a URL
	// Dest is the file to write.
	Dest string `arg:"dest,required"`
	// User is to own the file, by name; empty leaves that to the host. Owner
	// and mode are set when the file is fetched, not later.
	User string
	// Group is to own the file, by name; empty leaves that to the host.
	Group string
	// Mode is written as for chmod, such as 644; empty leaves it to the host.
	Mode Mode
	// CacheTime is how old, in seconds, the file may be before it is fetched
	// again; 0 is any age.
	CacheTime int
	// Force fetches the file every time.
	Force bool
	// SHA384 is the sum that the file must have, in hexadecimal digits. A file
	// that is there with another one is fetched again; if it still has another
	// one then, the operation fails.
	SHA384 string `arg:"sha384sum"`
	// SHA256 is such a sum too.
	SHA256 string `arg:"sha256sum"`
	// SHA1 is such a sum too.
	SHA1 string `arg:"sha1sum"`
	// MD5 is such a sum too.
	MD5 string `arg:"md5sum"`
	// Headers of the request. Those that log in are masked wherever the command
	// is shown.
	Headers map[string]string
	// Insecure does not check the certificate of the far side.
	Insecure bool
	Proxy    string // a URL
	// LimitRate is the most bytes in a second, such as "500k".
	LimitRate string
	// TempDir is the host's folder in which the file is kept until it is whole;
	// empty is the host's usual one.
	TempDir string
	// ExtraCurlArgs are more options of curl, each with its value, which is
	// empty for one that takes none: {"--max-time": "60"}.
	ExtraCurlArgs map[string]string
	// ExtraWgetArgs are more options of wget, for hosts without curl.
	ExtraWgetArgs map[string]string
}

type wantedSum struct {
	algorithm algorithm
	sum       string
}

func (d Download) sums() []wantedSum {
	var sums []wantedSum
	for _, s := range []wantedSum{{sha1Sum, d.SHA1}, {sha256Sum, d.SHA256}, {sha384Sum, d.SHA384}, {md5Sum, d.MD5}} {
		if s.sum = strings.ToLower(strings.TrimSpace(s.sum)); s.sum != "" {
			sums = append(sums, s)
		}
	}
	return sums
}

// Plan implements op.Operation.
func (d Download) Plan(h *op.Host) (op.Plan, error) {
	if err := needMode(d.Mode); err != nil {
		return op.Plan{}, err
	}
	needed, err := d.needed(h)
	if err != nil {
		return op.Plan{}, err
	}
	if !needed {
		return op.Nothing("file %s has been downloaded", d.Dest), nil
	}
	temp := h.TempFile(d.Src)
	if d.TempDir != "" {
		temp = path.Join(d.TempDir, path.Base(temp))
	}
	fetch, err := d.fetch(h, temp)
	if err != nil {
		return op.Plan{}, err
	}
	var p op.Plan
	p.Run(fetch)
	p.Run(command(shell.Raw("mv"), word(temp), word(d.Dest)))
	if d.User != "" || d.Group != "" {
		p.Run(chown(d.Dest, d.User, d.Group))
	}
	if d.Mode != "" {
		p.Run(chmod(d.Dest, d.Mode))
	}
	for _, s := range d.sums() {
		p.Run(s.algorithm.check(d.Dest, s.sum))
	}
	return p, nil
}

// needed reports whether the file is missing, too old or another.
func (d Download) needed(h *op.Host) (bool, error) {
	questions := []fact.Request{
		fact.Ask(FileFact{Path: d.Dest}), fact.Ask(server.Which{Name: "curl"}), fact.Ask(server.Which{Name: "wget"}),
	}
	for _, s := range d.sums() {
		questions = append(questions, fact.Ask(s.algorithm.fact(d.Dest)))
	}
	if d.CacheTime != 0 {
		questions = append(questions, fact.Ask(server.Date{}))
	}
	fact.Want(h, questions...)
	info, err := fact.Get(h, FileFact{Path: d.Dest})
	switch {
	case err != nil:
		return false, err
	case info.Other:
		return false, op.Errorf("%s is there but is not a file", d.Dest)
	case !info.Exists || d.Force:
		return true, nil
	}
	if d.CacheTime != 0 && !info.Mtime.IsZero() {
		now, err := fact.Get(h, server.Date{})
		if err != nil {
			return false, err
		}
		if info.Mtime.Before(now.Add(-time.Duration(d.CacheTime) * time.Second)) {
			return true, nil
		}
	}
	for _, s := range d.sums() {
		there, err := fact.Get(h, s.algorithm.fact(d.Dest))
		if err != nil {
			return false, err
		}
		if string(there) != s.sum {
			return true, nil
		}
	}
	return false, nil
}

// fetch downloads to a path with what the host has; where it has neither yet, a
// former operation may be about to install one.
func (d Download) fetch(h *op.Host, to string) (shell.Text, error) {
	curl := command(shell.Raw("curl -sSLf"), d.options(curlOptions, d.ExtraCurlArgs),
		shell.Word(d.Src), shell.Raw("-o"), word(to))
	wget := command(shell.Raw("wget -q"), d.options(wgetOptions, d.ExtraWgetArgs),
		shell.Word(d.Src), shell.Raw("-O"), word(to), shell.Raw("|| ( rm -f"), word(to), shell.Raw("; exit 1 )"))
	for _, program := range []struct {
		name string
		text shell.Text
	}{{"curl", curl}, {"wget", wget}} {
		found, err := fact.Get(h, server.Which{Name: program.name})
		if err != nil || found != "" {
			return program.text, err
		}
	}
	return command(shell.Raw("("), curl, shell.Raw(") || ("), wget, shell.Raw(")")), nil
}

// options are how a program is told what the operation's arguments say.
type options struct {
	proxy    func(url, proxy string) []string
	insecure string
	header   string
}

var (
	curlOptions = options{
		proxy:    func(_, proxy string) []string { return []string{"--proxy", proxy} },
		insecure: "--insecure",
		header:   "--header",
	}
	wgetOptions = options{
		proxy: func(url, proxy string) []string {
			words := []string{"-e", "use_proxy=yes", "-e", "http_proxy=" + proxy}
			if strings.HasPrefix(strings.ToLower(url), "https:") {
				words = append(words, "-e", "https_proxy="+proxy)
			}
			return words
		},
		insecure: "--no-check-certificate",
		header:   "--header",
	}
)

func (d Download) options(o options, extra map[string]string) shell.Text {
	var texts []shell.Text
	if d.Proxy != "" {
		texts = append(texts, shell.Words(o.proxy(d.Src, d.Proxy)...))
	}
	if d.Insecure {
		texts = append(texts, shell.Word(o.insecure))
	}
	if d.LimitRate != "" {
		texts = append(texts, shell.Words("--limit-rate", d.LimitRate))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Headers)) {
		texts = append(texts, shell.Word(o.header), header(name, d.Headers[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		texts = append(texts, shell.Word(name))
		if value := extra[name]; value != "" {
			texts = append(texts, shell.Word(value))
		}
	}
	return command(texts...)
}

// header quotes a header; one that logs in is a secret.
func header(name, value string) shell.Text {
	line := name + ": " + value
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie":
		return shell.SecretWord(shell.NewSecret(line))
	}
	return shell.Word(line)
}
