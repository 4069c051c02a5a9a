from abc import ABC, abstractmethod
from pyinfra.operations import files, server

class Role(ABC):
    def __init__(self, name):
        self.name = name

    @property
    def folder(self):
        return f"/srv/{self.name}"

    @abstractmethod
    def configure(self): ...

    def install(self):
        files.directory(path=self.folder, mode="750")
        self.configure()

class Web(Role):
    def configure(self):
        files.line(path=f"{self.folder}/sites", line=self.name)

class Database(Role):
    def __init__(self, name, size=1):
        super().__init__(name)
        self.size = size

    def configure(self):
        server.shell(name=f"Grow {self.name}", commands=[f"truncate -s {self.size}M {self.folder}/data"])
