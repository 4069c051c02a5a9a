from pyinfra.operations import files
def folders(root, depth):
    for i in range(depth):
        root += f"/{i}"
        yield root
for f in folders("/srv", 3):
    files.directory(path=f)
