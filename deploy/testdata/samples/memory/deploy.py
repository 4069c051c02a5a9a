from io import BytesIO, StringIO
from pyinfra.operations import files
files.put(src=StringIO("text\n"), dest="/text")
files.put(src=BytesIO(b"bytes"), dest="/bytes", mode="600")
