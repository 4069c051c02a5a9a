from enum import Enum
from pyinfra.operations import files
class Level(Enum):
    LOW = 1
    HIGH = 2
for level in Level:
    files.line(path="/etc/levels", line=f"{level.name}={level.value}")
