from pyinfra import host
from pyinfra.api import FactBase
from pyinfra.operations import files

class Release(FactBase):
    command = "cat /etc/release"
    def process(self, output):
        return dict(line.split("=", 1) for line in output if "=" in line)

release = host.get_fact(Release) or {}
files.line(path="/etc/motd", line=f"This is {release.get('NAME', 'unknown')}")
