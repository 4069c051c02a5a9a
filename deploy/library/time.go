package library

import (
	"context"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func timeModule() *definition {
	return &definition{name: "time", what: "name",
		values: functions(map[string]func(*call) (starlark.Value, error){
			"time": timeTime, "time_ns": timeNano, "sleep": timeSleep, "monotonic": timeMonotonic, "perf_counter": timeMonotonic,
		}),
		later: map[string]string{"strftime": "use datetime", "localtime": "use datetime", "gmtime": "use datetime", "strptime": "use datetime", "mktime": "use datetime", "ctime": "use datetime"}}
}

// timeTime returns the seconds since 1970.
func timeTime(c *call) (starlark.Value, error) {
	return starlark.Float(float64(time.Now().UnixNano()) / 1e9), c.unpack()
}

func timeNano(c *call) (starlark.Value, error) {
	return starlark.MakeInt64(time.Now().UnixNano()), c.unpack()
}

// timeMonotonic returns seconds that only their differences mean something.
func timeMonotonic(c *call) (starlark.Value, error) {
	return starlark.Float(float64(time.Now().UnixNano()) / 1e9), c.unpack()
}

// timeSleep holds up the plan of this host, and of no other.
func timeSleep(c *call) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("seconds", &v); err != nil {
		return nil, err
	}
	n, err := seconds(v, -1)
	switch {
	case err != nil:
		return nil, err
	case v == starlark.None:
		return nil, builtin.Raise(builtin.TypeError, "'NoneType' object cannot be interpreted as an integer")
	case n < 0:
		return nil, builtin.Raise(builtin.ValueError, "sleep length must be non-negative")
	case n > 1e9:
		return nil, builtin.Raise(builtin.OverflowError, "timestamp too large to convert to C _PyTime_t")
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(time.Duration(n * float64(time.Second)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-timer.C:
		return starlark.None, nil
	}
}
