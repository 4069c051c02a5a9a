from pyinfra.operations import files, server
from pyinfra.operations.util import any_changed
a = files.file(path="/a")
b = files.file(path="/b")
server.shell(name="Either", commands=["true"], _if=any_changed(a, b))
server.shell(name="Both", commands=["true"], _if=[a.did_change, b.did_change])
