from pyinfra import config, local
from pyinfra.operations import files
config.SUDO = True
files.directory(path="/etc/base")
local.include("./deep.py")
