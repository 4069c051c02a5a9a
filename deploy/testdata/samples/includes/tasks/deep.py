from pyinfra.operations import files
files.file(path="/etc/base/deep")
