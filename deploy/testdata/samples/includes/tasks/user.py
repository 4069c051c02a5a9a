from pyinfra import host
from pyinfra.operations import server
server.user(user=host.data.user, home=f"/home/{host.data.user}")
