from pyinfra import host
from pyinfra.operations import files
try:
    folder = host.data.folder
except AttributeError:
    folder = "/default"
finally:
    files.file(path="/tried")
files.directory(path=folder)
