package server

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// LinuxDistribution is what the files /etc/*-release say of the host.
type LinuxDistribution struct{}

// A Distribution is a Linux distribution. Numbers that it does not have, or
// that are 0, are nil.
type Distribution struct {
	// Name is short for those that are well known, such as "Debian".
	Name Text `plain:"name"`
	// Major is the first number of the version.
	Major *int `plain:"major"`
	// Minor is the second number of the version.
	Minor *int `plain:"minor"`
	// Meta are the variables of os-release, and CODENAME.
	Meta map[string]string `plain:"release_meta"`
}

const releaseFiles = `cd /etc/ && for file in $(ls -pdL *-release | grep -v /); ` +
	`do echo "/etc/${file}"; cat "/etc/${file}"; echo ---; done`

// Command implements fact.Fact.
func (LinuxDistribution) Command() shell.Text { return shell.Raw(releaseFiles) }

// Constant implements fact.Constant.
func (LinuxDistribution) Constant() {}

// shortNames are names as deploys compare them, by the ID of os-release.
var shortNames = map[string]string{
	"alpine":        "Alpine",
	"centos":        "CentOS",
	"debian":        "Debian",
	"fedora":        "Fedora",
	"gentoo":        "Gentoo",
	"opensuse":      "openSUSE",
	"opensuse-leap": "openSUSE",
	"rhel":          "RedHat",
	"redhat":        "RedHat",
	"ubuntu":        "Ubuntu",
}

// Parse implements fact.Fact. The variables of os-release count more than the
// sentence that older systems have in a file of their own.
func (LinuxDistribution) Parse(lines []string) (Distribution, error) {
	files := splitFiles(lines)
	d := Distribution{Meta: releaseVariables(files["/etc/os-release"])}
	old := oldRelease(files)
	id, name, version := d.Meta["ID"], d.Meta["NAME"], d.Meta["VERSION_ID"]
	if id == "" {
		id = old.id
	}
	if name == "" {
		name = old.name
	}
	if version == "" {
		version = old.version
	}
	if version == "" {
		version = parseRelease(d.Meta["PRETTY_NAME"]).version
	}
	if short, ok := shortNames[strings.ToLower(id)]; ok {
		name = short
	}
	d.Name = Text(name)
	d.Major, d.Minor = numbers(version)
	return d, nil
}

// splitFiles sorts the output by file: path, content, a line of dashes.
func splitFiles(lines []string) map[string][]string {
	files := map[string][]string{}
	file := ""
	for _, l := range lines {
		switch {
		case l == "---":
			file = ""
		case file == "":
			file = l
		default:
			files[file] = append(files[file], l)
		}
	}
	return files
}

var (
	codename = regexp.MustCompile(`\((\D+)\)|,\s*(\D+)`)
	variable = regexp.MustCompile(`^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$`)
)

// releaseVariables reads the shell assignments of an os-release file, see
// os-release(5).
func releaseVariables(lines []string) map[string]string {
	meta := map[string]string{}
	for _, l := range lines {
		if m := variable.FindStringSubmatch(l); m != nil {
			meta[strings.ToUpper(m[1])] = unquote(strings.TrimSpace(m[2]))
		}
	}
	if m := codename.FindStringSubmatch(meta["VERSION"]); m != nil {
		meta["CODENAME"] = m[1] + m[2]
	}
	for _, key := range []string{"VERSION_CODENAME", "UBUNTU_CODENAME"} {
		if name, ok := meta[key]; ok {
			meta["CODENAME"] = name
			break
		}
	}
	return meta
}

// unquote takes the quotes of a shell off a value.
func unquote(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		double := value[0] == '"'
		value = value[1 : len(value)-1]
		if double {
			value = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`").Replace(value)
		}
	}
	return value
}

type release struct{ id, name, version string }

// notOld are the files whose names look like that of a distribution.
var notOld = []string{"lsb", "oem", "os", "system", "plesk", "iredmail", "board"}

// oldRelease reads the first file of the kind "centos-release".
func oldRelease(files map[string][]string) release {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		id, ok := strings.CutSuffix(path.Base(file), "-release")
		if !ok || slices.Contains(notOld, id) || len(files[file]) == 0 {
			continue
		}
		r := parseRelease(files[file][0])
		r.id = id
		return r
	}
	return release{}
}

var sentence = regexp.MustCompile(`^(.+?)(?: +release)? +(\d[\d.+\-a-z]*)(?: *\(.*)?$`)

// parseRelease reads a sentence such as "CentOS release 6.9 (Final)".
func parseRelease(text string) release {
	text = strings.TrimSpace(text)
	if m := sentence.FindStringSubmatch(text); m != nil {
		return release{name: m[1], version: m[2]}
	}
	return release{name: text}
}

var dotted = regexp.MustCompile(`^(\d+)\.?(\d+)?`)

func numbers(version string) (major, minor *int) {
	m := dotted.FindStringSubmatch(version)
	if m == nil {
		return nil, nil
	}
	return number(m[1]), number(m[2])
}

// number returns nil for what is not a number, or 0.
func number(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return nil
	}
	return &n
}

// LinuxName is the name of the host's Linux distribution, such as "Debian".
type LinuxName struct{}

// Command implements fact.Fact.
func (LinuxName) Command() shell.Text { return shell.Raw(releaseFiles) }

// Parse implements fact.Fact.
func (LinuxName) Parse(lines []string) (Text, error) {
	d, err := LinuxDistribution{}.Parse(lines)
	return d.Name, err
}

// Constant implements fact.Constant.
func (LinuxName) Constant() {}

// LsbRelease is what lsb_release says, by "id", "description", "release" and
// "codename".
type LsbRelease struct{}

// Command implements fact.Fact.
func (LsbRelease) Command() shell.Text { return shell.Raw("lsb_release -ca") }

// Requires implements fact.Requirer.
func (LsbRelease) Requires() string { return "lsb_release" }

// Zero implements fact.Zeroer.
func (LsbRelease) Zero() map[string]string { return map[string]string{} }

// Parse implements fact.Fact.
func (LsbRelease) Parse(lines []string) (map[string]string, error) {
	items := map[string]string{}
	for _, l := range lines {
		key, value, ok := strings.Cut(l, ":")
		if !ok {
			continue
		}
		key = strings.ToLower(strings.TrimSpace(key))
		if key == "distributor id" {
			key = "id"
		}
		items[key] = strings.TrimSpace(value)
	}
	return items, nil
}

var (
	_ fact.Fact[Distribution]      = LinuxDistribution{}
	_ fact.Fact[Text]              = LinuxName{}
	_ fact.Fact[map[string]string] = LsbRelease{}
)
