from dataclasses import dataclass, field
from pyinfra.operations import server
@dataclass
class User:
    name: str
    shell: str = "/bin/sh"
    keys: list[str] = field(default_factory=list)
for u in [User("ada"), User("bob", shell="/bin/bash")]:
    server.user(user=u.name, shell=u.shell)
