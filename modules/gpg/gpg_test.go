package gpg

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
)

const colons = `tru::1:1700000000:0:3:1:5
fpr:::::::::BEFOREANYKEY:
uid:u::::1::HASH0::nobody's::::::::::0:
pub:u:3072:1:AAAAAAAAAAAAAAAA:1700000000:::u:::scESC::::::23::0:
fpr:::::::::1111AAAAAAAAAAAAAAAA:
uid:u::::1700000000::HASH1::Leda <leda@swans.example>::::::::::0:
sub:u:3072:1:BBBBBBBBBBBBBBBB:1700000000::::::e::::::23:
fpr:::::::::2222BBBBBBBBBBBBBBBB:
pub:e:odd:1:CCCCCCCCCCCCCCCC:1600000000
`

func TestParse(t *testing.T) {
	keys, err := Parse(strings.Split(colons, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := fact.Dict{
		{Key: "AAAAAAAAAAAAAAAA", Value: fact.Dict{
			{Key: "validity", Value: "u"}, {Key: "length", Value: int64(3072)},
			{Key: "subkeys", Value: fact.Dict{{Key: "BBBBBBBBBBBBBBBB", Value: fact.Dict{
				{Key: "validity", Value: "u"}, {Key: "length", Value: int64(3072)}, {Key: "fingerprint", Value: "2222BBBBBBBBBBBBBBBB"},
			}}}},
			{Key: "fingerprint", Value: "1111AAAAAAAAAAAAAAAA"}, {Key: "uid_hash", Value: "HASH1"}, {Key: "uid", Value: "Leda <leda@swans.example>"},
		}},
		{Key: "CCCCCCCCCCCCCCCC", Value: fact.Dict{
			{Key: "validity", Value: "e"}, {Key: "length", Value: int64(0)}, {Key: "subkeys", Value: fact.Dict{}},
		}},
	}
	if diff := cmp.Diff(want, fact.Plain(keys)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestCommands(t *testing.T) {
	for want, r := range map[string]fact.Request{
		"gpg --with-colons '/a b'": fact.Ask(GpgKey{"/a b"}),
		"(wget -O - 'https://swans.example/?a=b' || curl -sSLf 'https://swans.example/?a=b') | gpg --with-colons": fact.Ask(GpgKey{"https://swans.example/?a=b"}),
		"gpg --list-keys --with-colons": fact.Ask(GpgKeys{}),
		"gpg --list-secret-keys --with-colons --keyring /srv/ring --no-default-keyring": fact.Ask(GpgSecretKeys{"/srv/ring"}),
	} {
		if got := r.Command.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(colons)
	f.Add("sub:::::\nfpr:::::::::a:\nssb::::b")
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := Parse(strings.Split(text, "\n"))
		if err != nil {
			t.Error(err)
		}
		fact.Plain(keys)
	})
}
