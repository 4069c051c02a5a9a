package library

import (
	"time"

	"go.starlark.net/starlark"
)

func timeModule() *definition {
	return &definition{name: "time", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"time": constant(starlark.NewBuiltin("time", timeTime)),
		},
		later: map[string]string{
			"sleep":    "it would hold up the plan; to wait on a host, use server.shell with commands=[\"sleep 5\"]",
			"strftime": "", "localtime": "", "gmtime": "", "monotonic": "", "perf_counter": "",
		}}
}

// timeTime returns the seconds since 1970.
func timeTime(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	return starlark.Float(float64(time.Now().UnixNano()) / 1e9), nil
}
