from pyinfra import local
from pyinfra.operations import server
revision = local.shell("echo 1a2b3c")
server.shell(commands=[f"checkout {revision}"])
