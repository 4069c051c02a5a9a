from pyinfra import host
from pyinfra.operations import files
for name in host.loop(["x", "y"]):
    files.file(path=f"/loop/{name}")
for i, (user, group) in enumerate({"ada": "a", "bob": "b"}.items()):
    files.directory(path=f"/home/{user}", user=user, group=group)
