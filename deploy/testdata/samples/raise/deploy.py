from pyinfra import host
from pyinfra.operations import python
if host.data.get("port") == 1:
    python.raise_exception(RuntimeError, "port 1 is taken")
