from pyinfra import host
from pyinfra.operations import apt, server
match host.data.get("os", "debian"):
    case "debian" | "ubuntu":
        apt.packages(packages=["curl"])
    case other:
        server.shell(commands=[f"install-on {other} curl"])
