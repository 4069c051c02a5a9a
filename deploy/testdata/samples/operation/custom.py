from io import StringIO
from pyinfra.api import operation
from pyinfra.operations import files

@operation()
def site(name, port=80):
    yield from files.put._inner(src=StringIO(f"listen {port};\n"), dest=f"/etc/sites/{name}")
    yield f"reload {name}"
