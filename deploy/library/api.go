package library

import (
	"maps"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// The exceptions of pyinfra. Python's classes have two bases where these have
// one: an OperationTypeError is no TypeError here.
var (
	pyinfraError        = builtin.NewExceptionClass("PyinfraError", builtin.ExceptionClass)
	connectError        = builtin.NewExceptionClass("ConnectError", pyinfraError)
	deployError         = builtin.NewExceptionClass("DeployError", pyinfraError)
	argumentTypeError   = builtin.NewExceptionClass("ArgumentTypeError", pyinfraError)
	inventoryError      = builtin.NewExceptionClass("InventoryError", pyinfraError)
	factError           = builtin.NewExceptionClass("FactError", pyinfraError)
	factTypeError       = builtin.NewExceptionClass("FactTypeError", factError)
	factValueError      = builtin.NewExceptionClass("FactValueError", factError)
	operationError      = builtin.NewExceptionClass("OperationError", pyinfraError)
	operationTypeError  = builtin.NewExceptionClass("OperationTypeError", operationError)
	operationValueError = builtin.NewExceptionClass("OperationValueError", operationError)
)

func exceptionNames() map[string]func(*Session) starlark.Value {
	values := map[string]func(*Session) starlark.Value{}
	for _, class := range []*builtin.Class{
		pyinfraError, connectError, deployError, argumentTypeError, inventoryError, factError, factTypeError,
		factValueError, operationError, operationTypeError, operationValueError,
	} {
		values[class.Name()] = constant(class)
	}
	return values
}

var laterAPI = map[string]string{
	"HiddenValue": "use MaskString", "RsyncCommand": "use files.sync", "Inventory": apiMode, "Config": "set config.SUDO and the like",
	"BaseStateCallback": "read the run's report: --output json", "FactSpec": "", "add_op": apiMode, "add_deploy": apiMode,
}

func apiModule() *definition {
	values := exceptionNames()
	maps.Copy(values, commandNames())
	maps.Copy(values, factNames())
	maps.Copy(values, apiHintsModule("", "Host", "State").values)
	for _, name := range []string{"command", "facts", "host", "state", "util"} {
		values[name] = submodule("pyinfra.api." + name)
	}
	values["operation"] = constant(starlark.NewBuiltin("operation", decorateOperation))
	values["exceptions"] = submodule("pyinfra.api.exceptions")
	values["deploy"] = constant(starlark.NewBuiltin("deploy", decorate))
	return &definition{name: "pyinfra.api", values: values, later: laterAPI, what: "name"}
}

const apiMode = "there is no API mode in deploy files: call operations, and run `cygnet INVENTORY DEPLOY`"

func apiOperationModule() *definition {
	return &definition{name: "pyinfra.api.operation", what: "name", values: map[string]func(*Session) starlark.Value{
		"operation": constant(starlark.NewBuiltin("operation", decorateOperation)),
	}, later: map[string]string{"add_op": apiMode, "OperationMeta": ""}}
}

// apiHintsModule has classes that deploys name in type hints only.
func apiHintsModule(module string, names ...string) *definition {
	name := "pyinfra.api." + module
	return &definition{name: name, values: hints(name, names), what: "name"}
}

func exceptionsModule() *definition {
	return &definition{name: "pyinfra.api.exceptions", values: exceptionNames(), what: "exception"}
}

func deployModule() *definition {
	return &definition{name: "pyinfra.api.deploy", what: "name", values: map[string]func(*Session) starlark.Value{
		"deploy": constant(starlark.NewBuiltin("deploy", decorate)),
	}, later: map[string]string{"add_deploy": ""}}
}

// classOf returns the exception for what an operation refuses.
func classOf(kind op.ErrorKind) *builtin.Class {
	switch kind {
	case op.TypeError:
		return operationTypeError
	case op.ValueError:
		return operationValueError
	}
	return operationError
}
