package files

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"regexp"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Md5File is the MD5 sum of a file.
type Md5File struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// Sha1File is the SHA-1 sum of a file.
type Sha1File struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// Sha256File is the SHA-256 sum of a file.
type Sha256File struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// Sha384File is the SHA-384 sum of a file.
type Sha384File struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// A Sum is a checksum in small hexadecimal digits. It is empty, None in deploy
// files, where there is no file or the host has no program that makes it.
type Sum string

// Plain implements fact.Plainer.
func (s Sum) Plain() any {
	if s == "" {
		return nil
	}
	return string(s)
}

// An algorithm is a checksum and the programs that make it, the one of GNU
// first.
type algorithm struct {
	name     string
	digits   int
	programs []string
	new      func() hash.Hash
	fact     func(path string) fact.Fact[Sum]
}

var (
	md5Sum    = algorithm{"MD5", 32, []string{"md5sum", "md5"}, md5.New, func(p string) fact.Fact[Sum] { return Md5File{p} }}
	sha1Sum   = algorithm{"SHA1", 40, []string{"sha1sum", "shasum", "sha1"}, sha1.New, func(p string) fact.Fact[Sum] { return Sha1File{p} }}
	sha256Sum = algorithm{"SHA256", 64, []string{"sha256sum", "shasum -a 256", "sha256"}, sha256.New, func(p string) fact.Fact[Sum] { return Sha256File{p} }}
	sha384Sum = algorithm{"SHA384", 96, []string{"sha384sum", "shasum -a 384", "sha384"}, sha512.New384, func(p string) fact.Fact[Sum] { return Sha384File{p} }}
)

// Command implements fact.Fact.
func (f Md5File) Command() shell.Text { return md5Sum.command(f.Path) }

// Command implements fact.Fact.
func (f Sha1File) Command() shell.Text { return sha1Sum.command(f.Path) }

// Command implements fact.Fact.
func (f Sha256File) Command() shell.Text { return sha256Sum.command(f.Path) }

// Command implements fact.Fact.
func (f Sha384File) Command() shell.Text { return sha384Sum.command(f.Path) }

// Parse implements fact.Fact.
func (Md5File) Parse(lines []string) (Sum, error) { return md5Sum.parse(lines), nil }

// Parse implements fact.Fact.
func (Sha1File) Parse(lines []string) (Sum, error) { return sha1Sum.parse(lines), nil }

// Parse implements fact.Fact.
func (Sha256File) Parse(lines []string) (Sum, error) { return sha256Sum.parse(lines), nil }

// Parse implements fact.Fact.
func (Sha384File) Parse(lines []string) (Sum, error) { return sha384Sum.parse(lines), nil }

func (a algorithm) command(path string) shell.Text {
	p := word(path)
	var tries []shell.Text
	for _, program := range a.programs {
		tries = append(tries, command(shell.Raw(program), p, shell.Raw("2> /dev/null")))
	}
	return command(shell.Raw("test -e"), p, shell.Raw("&& ("), shell.Join(" || ", tries...), shell.Raw(") || true"))
}

// check returns a command that fails if a file has another sum.
func (a algorithm) check(path, sum string) shell.Text {
	p := word(path)
	var tries []shell.Text
	for i, program := range a.programs {
		try := command(shell.Raw(program), p)
		if i == 0 { // the others may say why they fail
			try = command(try, shell.Raw("2> /dev/null"))
		}
		tries = append(tries, try)
	}
	return command(shell.Raw("(("), shell.Join(" || ", tries...), shell.Raw(") | grep"), shell.Word(sum),
		shell.Raw(") || ( echo"), shell.Word(a.name+" did not match!"), shell.Raw("&& exit 1 )"))
}

var hexDigits = regexp.MustCompile(`[0-9a-fA-F]+`)

// parse finds the sum in "SUM  NAME" or "SHA1 (NAME) = SUM". GNU puts a backslash
// before a sum whose name it has quoted.
func (a algorithm) parse(lines []string) Sum {
	for _, l := range lines {
		first, _, _ := strings.Cut(strings.TrimPrefix(l, `\`), " ")
		last := l[strings.LastIndexByte(l, ' ')+1:]
		for _, word := range []string{first, last} {
			if len(word) == a.digits && hexDigits.FindString(word) == word {
				return Sum(strings.ToLower(word))
			}
		}
	}
	return ""
}

// of returns the sum of content.
func (a algorithm) of(files op.Files, c op.Content) (Sum, error) {
	r, err := c.Open(files)
	if err != nil {
		return "", err
	}
	h := a.new()
	_, err = copyAndClose(h, r)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", c, err)
	}
	return Sum(fmt.Sprintf("%x", h.Sum(nil))), nil
}

var (
	_ fact.Fact[Sum] = Md5File{}
	_ fact.Fact[Sum] = Sha1File{}
	_ fact.Fact[Sum] = Sha256File{}
	_ fact.Fact[Sum] = Sha384File{}
)
