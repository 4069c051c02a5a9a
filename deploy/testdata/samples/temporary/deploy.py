from pyinfra import state
from pyinfra.api.util import make_hash
from pyinfra.operations import server
server.shell(commands=["unpack " + make_hash("archive")])
