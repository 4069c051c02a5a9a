package deploy

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/shell"
)

// Operations and facts to test with: the arguments of real ones, and plans that
// do nothing.

type aptPackages struct {
	Packages  []string
	Present   bool
	Update    bool
	CacheTime *int
}

type serverUser struct {
	User       string `arg:",required"`
	Absent     bool   `arg:"!present"`
	Home       string
	Shell      string
	CreateHome bool
	Password   string
	Pin        shell.Secret
}

type serverShell struct {
	Commands []string
}

type filesPut struct {
	Src  op.Content `arg:",required"`
	Dest string     `arg:",required"`
	Mode any
	Vars map[string]any
}

func (aptPackages) Plan(*op.Host) (op.Plan, error) { return op.Plan{}, nil }
func (serverUser) Plan(*op.Host) (op.Plan, error)  { return op.Plan{}, nil }
func (serverShell) Plan(*op.Host) (op.Plan, error) { return op.Plan{}, nil }
func (filesPut) Plan(*op.Host) (op.Plan, error)    { return op.Plan{}, nil }

type linuxName struct{}

func (linuxName) Command() shell.Text                  { return shell.Raw("uname") }
func (linuxName) Parse(lines []string) (string, error) { return strings.Join(lines, ""), nil }

type fileInfo struct {
	Path string `arg:",required"`
}

func (f fileInfo) Command() shell.Text                    { return shell.Words("stat", f.Path) }
func (fileInfo) Parse(lines []string) (*fileFacts, error) { return nil, nil }

type fileFacts struct {
	Mode  int
	Size  int
	User  string
	Mtime time.Time
	Links []string
}

func operation[T any](name string) op.Declaration {
	return op.Declaration{Name: name, Type: reflect.TypeFor[T]()}
}

func registry() *modules.Registry {
	linux := fact.Declare[linuxName](linuxName{})
	linux.Name = "server.LinuxName"
	file := fact.Declare[fileInfo](fileInfo{})
	file.Name = "files.File"
	return modules.NewRegistry(
		op.Module{Name: "apt", Operations: []op.Declaration{operation[aptPackages]("apt.packages")}},
		op.Module{
			Name:       "server",
			Operations: []op.Declaration{operation[serverUser]("server.user"), operation[serverShell]("server.shell")},
			Facts:      []fact.Declaration{linux},
		},
		op.Module{
			Name:       "files",
			Operations: []op.Declaration{operation[filesPut]("files.put")},
			Facts:      []fact.Declaration{file},
		},
	)
}

// recorder is an op.Recorder that takes everything down.
type recorder struct {
	mu       sync.Mutex
	calls    []op.Call
	results  []*result
	asked    []string
	messages []string

	facts  map[string]any // by the fact's Go name, or an error
	change bool           // what WillChange says
	err    error          // of Call
}

type result struct {
	will    bool
	err     error
	outcome *op.Outcome
}

func (r *recorder) Call(_ context.Context, c op.Call) (op.Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	r.calls = append(r.calls, c)
	res := &result{will: r.change}
	r.results = append(r.results, res)
	return res, nil
}

func (r *recorder) Fact(_ context.Context, req fact.Request, args op.Arguments) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, name, _ := strings.Cut(req.Key, ".")
	r.asked = append(r.asked, fmt.Sprintf("%s sudo=%t", name, args.As.Sudo))
	switch v := r.facts[name].(type) {
	case error:
		return nil, v
	default:
		return v, nil
	}
}

func (r *recorder) Message(level, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, level+": "+text)
}

func (r *result) WillChange(context.Context) (bool, error) { return r.will, r.err }

func (r *result) Outcome() (op.Outcome, bool) {
	if r.outcome == nil {
		return op.Outcome{}, false
	}
	return *r.outcome, true
}

// oneHost returns an inventory of a host and that host.
func oneHost(t testing.TB, data fleet.Data) (*fleet.Inventory, *fleet.Host) {
	t.Helper()
	inv := fleet.New()
	if err := inv.AddGroup("web", nil, fleet.Member{Name: "web1", Data: data}, fleet.Member{Name: "web2"}); err != nil {
		t.Fatal(err)
	}
	return inv, inv.Host("web1")
}
