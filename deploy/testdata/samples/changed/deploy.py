from pyinfra.operations import files, server
config = files.put(src="deploy.py", dest="/etc/app.py")
if config.changed:
    server.shell(commands=["restart app"])
