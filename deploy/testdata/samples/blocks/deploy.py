from pyinfra import host
from pyinfra.operations import files
with host.arguments(_sudo=True, _sudo_user="app"):
    made = files.directory(path="/app")
    with host.when(made.did_change):
        files.file(path="/app/new")
