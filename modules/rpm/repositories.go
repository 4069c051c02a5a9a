package rpm

import "strings"

// ParseRepositories reads the files of package repositories that dnf, yum and
// zypper share, which look like INI files. Each repository has its "repoid" and,
// where the file gives none, the same as its "name".
func ParseRepositories(lines []string) []map[string]string {
	repositories := []map[string]string{}
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' || l[0] == ';' {
			continue
		}
		if l[0] == '[' && l[len(l)-1] == ']' {
			id := l[1 : len(l)-1]
			repositories = append(repositories, map[string]string{"repoid": id, "name": id})
			continue
		}
		key, value, ok := strings.Cut(l, "=")
		if ok && len(repositories) > 0 {
			repositories[len(repositories)-1][strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return repositories
}
