package library

import (
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
	"operation": "write a function that calls operations", "FactBase": "use a fact of pyinfra.facts", "ShortFactBase": "",
	"StringCommand": "", "QuoteString": "", "MaskString": "", "HiddenValue": "", "FunctionCommand": "", "FileUploadCommand": "",
	"FileDownloadCommand": "", "RsyncCommand": "", "Host": "", "State": "", "Inventory": "", "Config": "", "BaseStateCallback": "",
	"FactSpec": "", "add_op": "", "add_deploy": "",
}

func apiModule() *definition {
	values := exceptionNames()
	values["exceptions"] = submodule("pyinfra.api.exceptions")
	values["deploy"] = constant(starlark.NewBuiltin("deploy", decorate))
	return &definition{name: "pyinfra.api", values: values, later: laterAPI, what: "name"}
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
