package server

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/shell"
)

// Users are the users in the host's own /etc/passwd, by name.
type Users struct{}

// A User is one of a host's users.
type User struct {
	// Home is the path of the home folder.
	Home Text `plain:"home"`
	// Comment is the user's full name or purpose.
	Comment Text `plain:"comment"`
	// Shell is the path of the login shell.
	Shell Text `plain:"shell"`
	// Group is the name of the primary group, or its number if it has no name.
	Group Text `plain:"group"`
	// Groups are the names of the other groups.
	Groups []string `plain:"groups"`
	// UID is the user's number.
	UID int `plain:"uid"`
	// GID is the number of the primary group.
	GID int `plain:"gid"`
	// LastLog is when the user logged in last, as the host writes it.
	LastLog Text `plain:"lastlog"`
	// LoginTime is LastLog read. A host that does not write its zone has it
	// in UTC.
	LoginTime *time.Time `plain:"login_time"`
	// Password is the hash in the shadow file, empty if that cannot be read.
	Password string `plain:"password"`
}

// users prints a line for each user: the entry in /etc/passwd, the primary
// group, all groups, the last login and the password's hash, separated by "|".
// It takes four processes, however many users there are.
const users = `shadow=/dev/null
for f in /etc/shadow /etc/master.passwd; do [ -r $f ] && shadow=$f; done
{ LC_ALL=C lastlog || LC_ALL=C lastlog2 || lastlogin; } 2>/dev/null | awk -F: '
from == "group" {
	if (!($3 in name)) name[$3] = $1
	n = split($4, members, ",")
	for (i = 1; i <= n; i++) { groups[members[i]] = groups[members[i]] " " $1 }
}
from == "shadow" { password[$1] = $2 }
from == "logins" { gsub(/ +/, " "); split($0, words, " "); login[words[1]] = $0 }
from == "passwd" && NF >= 7 {
	group = ($4 in name) ? name[$4] : $4
	print $0 "|" group "|" group groups[$1] "|" login[$1] "|" password[$1]
}' from=group /etc/group from=shadow $shadow from=logins - from=passwd /etc/passwd`

// Command implements fact.Fact.
func (Users) Command() shell.Text { return shell.Raw(users) }

// Parse implements fact.Fact.
func (Users) Parse(lines []string) (map[string]User, error) {
	found := make(map[string]User, len(lines))
	for _, l := range lines {
		if name, user, ok := parseUser(l); ok {
			found[name] = user
		}
	}
	return found, nil
}

// parseUser takes the line apart from its end, as a comment may have any
// character in it but a colon.
func parseUser(l string) (name string, user User, ok bool) {
	var parts [4]string
	for i := range parts {
		bar := strings.LastIndexByte(l, '|')
		if bar < 0 {
			return "", User{}, false
		}
		l, parts[len(parts)-1-i] = l[:bar], l[bar+1:]
	}
	entry := strings.Split(l, ":")
	if len(entry) < 7 {
		return "", User{}, false
	}
	uid, uidErr := strconv.Atoi(entry[2])
	gid, gidErr := strconv.Atoi(entry[3])
	if uidErr != nil || gidErr != nil {
		return "", User{}, false // a reference to NIS, not a user
	}
	login, loginTime := lastLogin(parts[2])
	return entry[0], User{
		Home: Text(entry[5]), Comment: Text(entry[4]), Shell: Text(entry[6]),
		Group: Text(parts[0]), Groups: others(parts[1], parts[0]),
		UID: uid, GID: gid, Password: parts[3],
		LastLog: Text(login), LoginTime: loginTime,
	}, true
}

// others returns the groups in a list of words that are not the primary one.
func others(words, primary string) []string {
	groups := []string{}
	for _, g := range strings.Fields(words) {
		if g != primary && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups
}

// loginDate is the date in a line of lastlog or lastlogin.
var loginDate = regexp.MustCompile(`[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2}( [+-]\d{4})? \d{4}`)

func lastLogin(l string) (string, *time.Time) {
	text := loginDate.FindString(l)
	if t, err := time.Parse("Mon Jan 2 15:04:05 -0700 2006", text); err == nil {
		t = zoned(t)
		return text, &t
	}
	if t, err := time.Parse("Mon Jan 2 15:04:05 2006", text); err == nil {
		return text, &t
	}
	return "", nil
}

// Groups are the names in the host's own /etc/group.
type Groups struct{}

// Command implements fact.Fact.
func (Groups) Command() shell.Text { return shell.Raw("cat /etc/group") }

// Parse implements fact.Fact.
func (Groups) Parse(lines []string) ([]string, error) {
	groups := []string{}
	for _, l := range lines {
		if name, _, ok := strings.Cut(l, ":"); ok {
			groups = append(groups, name)
		}
	}
	return groups, nil
}

// UserFact is the name of the user who asks.
type UserFact struct{}

// Command implements fact.Fact.
func (UserFact) Command() shell.Text { return shell.Raw("whoami") }

// Parse implements fact.Fact.
func (UserFact) Parse(lines []string) (string, error) { return line(lines) }

// Home is the home folder of a user; without a name, of the user who asks.
type Home struct {
	// User is the name; empty is the user who asks.
	User string
}

// Command implements fact.Fact.
func (h Home) Command() shell.Text {
	return shell.Join("", shell.Raw("echo ~"), named(h.User))
}

// named quotes a name unless it is empty.
func named(name string) shell.Text {
	if name == "" {
		return shell.Text{}
	}
	return shell.Word(name)
}

// Parse implements fact.Fact.
func (Home) Parse(lines []string) (string, error) { return line(lines) }

var (
	_ fact.Fact[map[string]User] = Users{}
	_ fact.Fact[[]string]        = Groups{}
	_ fact.Fact[string]          = UserFact{}
	_ fact.Fact[string]          = Home{}
)
