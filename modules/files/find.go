package files

import (
	"errors"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// FindFiles are the paths of the files below a folder.
type FindFiles Search

// FindDirectories are the paths of the folders below a folder, itself among them.
type FindDirectories Search

// FindLinks are the paths of the symbolic links below a folder.
type FindLinks Search

// A Search says what find is to look for. It has the arguments of [FindFiles],
// [FindDirectories] and [FindLinks].
type Search struct {
	// Path is the folder to look in.
	Path string `arg:"path,required"`
	// Size is how big, exactly: a number of bytes, or one with a unit, such as
	// "10K". 0 is any size.
	Size Size
	// MinSize is what it must be bigger than; 0 is any size.
	MinSize Size
	// MaxSize is what it must be smaller than; 0 is any size.
	MaxSize Size
	// MaxDepth is how many folders deep to look; nil is no limit.
	MaxDepth *int `arg:"maxdepth"`
	// Name is a pattern of the last part of the path, such as "*.conf"; empty is
	// any name.
	Name string `arg:"fname"`
	// NameIgnoreCase is the same, without regard to case.
	NameIgnoreCase string `arg:"iname"`
	// Regex is a regular expression of find that the whole path must match.
	Regex string
	// Args are more arguments of find, as its shell reads them.
	Args []string
	// NoQuotePath leaves path and patterns to the host's shell, which replaces
	// variables and wildcards in them.
	NoQuotePath bool `arg:"!quote_path"`
}

// Command implements fact.Fact.
func (f FindFiles) Command() shell.Text { return Search(f).command("f") }

// Command implements fact.Fact.
func (f FindDirectories) Command() shell.Text { return Search(f).command("d") }

// Command implements fact.Fact.
func (f FindLinks) Command() shell.Text { return Search(f).command("l") }

// Parse implements fact.Fact.
func (FindFiles) Parse(lines []string) ([]string, error) { return lines, nil }

// Parse implements fact.Fact.
func (FindDirectories) Parse(lines []string) ([]string, error) { return lines, nil }

// Parse implements fact.Fact.
func (FindLinks) Parse(lines []string) ([]string, error) { return lines, nil }

func (s Search) command(kind string) shell.Text {
	quote, path := shell.Word, word(s.Path)
	if s.NoQuotePath {
		quote, path = shell.Raw, shell.Raw(s.Path)
	}
	texts := []shell.Text{shell.Raw("find"), path, shell.Words("-type", kind)}
	if s.MaxDepth != nil {
		texts = append(texts, shell.Words("-maxdepth", strconv.Itoa(*s.MaxDepth)))
	}
	for _, size := range []struct {
		sign  string
		bytes Size
	}{{"", s.Size}, {"-", s.MaxSize}, {"+", s.MinSize}} {
		if size.bytes != 0 {
			// c counts bytes; other units of find round up.
			texts = append(texts, shell.Words("-size", size.sign+strconv.FormatInt(int64(size.bytes), 10)+"c"))
		}
	}
	for _, test := range [][2]string{{"-name", s.Name}, {"-iname", s.NameIgnoreCase}, {"-regex", s.Regex}} {
		if test[1] != "" {
			texts = append(texts, shell.Raw(test[0]), quote(test[1]))
		}
	}
	for _, arg := range s.Args {
		texts = append(texts, shell.Raw(arg))
	}
	return command(append(texts, shell.Raw("|| true"))...)
}

// A Size is a number of bytes. In deploy files it may have a unit: "10K", "1.5M",
// "2GB"; a K is 1024 bytes.
type Size int64

var errSize = errors.New(`a number of bytes, or one with a unit such as "10K" or "1.5M"`)

// UnmarshalArgument implements argument.Unmarshaler.
func (s *Size) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case int64:
		*s = Size(v)
		return nil
	case int:
		*s = Size(v)
		return nil
	case string:
		return s.parse(v)
	}
	return errSize
}

func (s *Size) parse(text string) error {
	digits := strings.TrimSpace(strings.ToUpper(text))
	digits = strings.TrimSuffix(strings.TrimSuffix(digits, "B"), "I")
	factor := 1.0
	if digits != "" {
		if i := strings.IndexByte("KMGTP", digits[len(digits)-1]); i >= 0 {
			digits = strings.TrimSpace(digits[:len(digits)-1])
			factor = float64(int64(1) << (10 * (i + 1)))
		}
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(n >= 0 && n*factor < 1<<62) {
		return errSize
	}
	*s = Size(n * factor)
	return nil
}

// ArgumentType implements argument.Unmarshaler.
func (*Size) ArgumentType() string { return "int | str" }

var (
	_ fact.Fact[[]string] = FindFiles{}
	_ fact.Fact[[]string] = FindDirectories{}
	_ fact.Fact[[]string] = FindLinks{}
)
