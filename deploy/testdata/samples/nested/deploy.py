from pyinfra.api import deploy
from pyinfra.operations import files
@deploy("Outer")
def outer(name):
    files.file(path=f"/{name}")
    inner()
@deploy("Inner")
def inner():
    files.file(path="/inner")
outer("a", _sudo=True)
